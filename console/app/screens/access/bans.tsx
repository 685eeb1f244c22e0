// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';

import type { BanEntry, BanTarget } from '#proto/pigeonhub/v1/access_service_pb';

import { access } from '../../api/clients';
import { allPages } from '../../api/pages';
import { usePoll } from '../../api/poll';
import { ofChanges } from '../../api/wakes';
import { may, type Session } from '../../api/session';
import { Command } from '../../parts/command';
import { hubOf, hubWords } from '../../parts/hub_words';
import { useNow } from '../../parts/now';
import { Problem } from '../../parts/problem';
import { ShortId } from '../../parts/short_id';
import { Table, type Column } from '../../parts/table';
import { counted, DASH, spanText, timeText, toMillis } from '../../parts/units';
import { BanChange, UnbanChange } from './ban_change';
import { banKey, targetText } from './ban_words';

const EVERY = 4000;

// Many bans may be in force; the table shows all, the newest first.
async function listAll(hubId: string, signal: AbortSignal): Promise<BanEntry[]> {
  const all = await allPages((place) => access.listBans({ hubId, ...place }, { signal }), (page) => page.bans);
  return all.reverse();
}

function whatText(ban: BanEntry): string {
  if (ban.issuedBefore) return `tokens issued before ${timeText(ban.issuedBefore)}`;
  return ban.keepChannels ? 'ban, data channels stay' : 'ban';
}

export function Bans({ session, params }: { session: Session; params: URLSearchParams }) {
  const hubId = hubOf(params);
  const now = useNow();
  const [lifted, setLifted] = useState<BanTarget>(); // its row goes, its dialog stays
  const { answer, problem, again } = usePoll((signal) => listAll(hubId, signal), EVERY, [hubId], { hubId, kinds: ofChanges });
  const columns: Column<BanEntry>[] = [
    { id: 'target', title: 'Whom', width: 13, grows: true,
      cell: (row) => { const text = row.target ? targetText(row.target) : DASH; return <span title={text}>{text}</span>; } },
    { id: 'what', title: 'What', width: 9, grows: true, cell: (row) => <span title={whatText(row)}>{whatText(row)}</span> },
    { id: 'expireTime', title: 'Ends in', width: 5.5, isNumber: true,
      cell: (row) => <span title={timeText(row.expireTime)}>{row.expireTime ? spanText(toMillis(row.expireTime) - now) : DASH}</span> },
    { id: 'banTime', title: 'Made', width: 10.5, cell: (row) => timeText(row.banTime) },
    { id: 'madeByHubId', title: 'At hub', width: 6, cell: (row) => <ShortId id={row.madeByHubId} /> },
    { id: 'reason', title: 'Reason', width: 9, grows: true, cell: (row) => <span title={row.reason}>{row.reason || DASH}</span> },
    { id: 'lift', title: 'Let in', width: 5, cell: (row) => row.target && may(session, 'operator') && (
      <button aria-haspopup="dialog" onClick={() => setLifted(row.target)}>Lift …</button>
    ) },
  ];
  return (
    <section>
      <h2>Bans</h2>
      <p class="row"><b>{counted(answer?.length ?? 0, 'ban')}</b><BanChange session={session} onDone={again} /></p>
      <Problem text={problem} />
      <Table caption="Bans, the newest first" columns={columns} rows={answer ?? []} keyOf={banKey}
        empty={answer ? 'nobody is kept out' : 'asking …'} />
      {lifted && <UnbanChange session={session} target={lifted} onDone={again} onClose={() => setLifted(undefined)} />}
      <Command words={['bans', 'list', ...hubWords(params)]} />
    </section>
  );
}
