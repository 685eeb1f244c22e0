// SPDX-License-Identifier: Apache-2.0
//
// What hubs sign with, and which keys decide who may come in. Keys in files are never shown; a hub tells where they are.

import { hubs, server } from '../../api/clients';
import { usePoll } from '../../api/poll';
import { ofSettings } from '../../api/wakes';
import type { Session } from '../../api/session';
import { Command } from '../../parts/command';
import { hubOf, hubWords } from '../../parts/hub_words';
import { useNow } from '../../parts/now';
import { Problem } from '../../parts/problem';
import { ShortId } from '../../parts/short_id';
import { Table } from '../../parts/table';
import { ageText, DASH, timeText } from '../../parts/units';
import { admissions, keySettings } from '../configuration/settings';

const EVERY = 30_000;

export function Keys({ session, params }: { session: Session; params: URLSearchParams }) {
  const hubId = hubOf(params);
  const now = useNow();
  const keys = usePoll((signal) => hubs.getHubKey({ hubId }, { signal }), EVERY, [hubId], { hubId, kinds: ofSettings });
  const info = usePoll((signal) => server.getServerInfo({ hubId }, { signal }), EVERY, [hubId], { hubId, kinds: ofSettings });
  const found = keys.answer && (keys.answer.perHub.length > 0 ? keys.answer.perHub : [keys.answer]);
  const infos = info.answer && (info.answer.perHub.length > 0 ? info.answer.perHub : [info.answer]);
  const startOf = (id: string) => infos?.find((one) => one.hubPeerId === id)?.startTime;
  return (
    <section>
      <h2>Keys</h2>
      <Problem text={keys.problem ?? info.problem} />
      <Table wraps caption="Keys that hubs sign with" rows={found ?? []} keyOf={(row) => row.peerId} empty="asking …" columns={[
        { id: 'peerId', title: 'Hub', width: 6.5, cell: (row) => <ShortId id={row.peerId} /> },
        { id: 'publicKey', title: 'Public key, for lists of --hub-trust', width: 22, grows: true, cell: (row) => <code class="whole">{row.publicKey}</code> },
        { id: 'since', title: 'In use', width: 9, hint: 'At least since the process started',
          cell: (row) => <span title={timeText(startOf(row.peerId))}>{ageText(startOf(row.peerId), now)} or longer</span> },
      ]} />
      <Command words={['hubs', 'key', ...hubWords(params)]} />
      <h2>Who may come in</h2>
      <Table wraps caption="Who may come in" rows={admissions(infos ?? [], session.hubId)} keyOf={(row) => row.hubId} empty="asking …" columns={[
        { id: 'hubId', title: 'At the hub', width: 6.5, cell: (row) => <ShortId id={row.hubId} /> },
        { id: 'peers', title: 'Peers', width: 9, grows: true, cell: (row) => row.peers },
        { id: 'hubs', title: 'Hubs', width: 9, grows: true, cell: (row) => row.hubs },
      ]} />
      <h2>Where its keys are</h2>
      <Table wraps caption="Settings of keys and tokens" rows={keySettings(infos ?? [], session.hubId)} keyOf={(row) => `${row.hubId} ${row.name}`}
        empty={infos ? 'none is set' : 'asking …'} columns={[
          { id: 'name', title: 'Setting', width: 11, cell: (row) => row.name },
          { id: 'hubId', title: 'Hub', width: 6.5, cell: (row) => <ShortId id={row.hubId} /> },
          { id: 'value', title: 'Value', width: 14, grows: true, cell: (row) => row.value || DASH },
          { id: 'origin', title: 'From', width: 9, cell: (row) => <span class="quiet">{row.origin}</span> },
        ]} />
      <Command words={['server', 'info', ...hubWords(params)]} />
    </section>
  );
}
