// SPDX-License-Identifier: Apache-2.0
//
// The keys that hubs use and their ages, and whom hubs let in. Keys themselves are never shown; a hub tells where they are.

import type { Key } from '#proto/pigeonhub/v1/access_service_pb';

import { access, server } from '../../api/clients';
import { allPages } from '../../api/pages';
import { usePoll } from '../../api/poll';
import { ofSettings } from '../../api/wakes';
import type { Session } from '../../api/session';
import { Command } from '../../parts/command';
import { hubOf, hubWords } from '../../parts/hub_words';
import { useNow } from '../../parts/now';
import { Problem } from '../../parts/problem';
import { ShortId } from '../../parts/short_id';
import { Table, type Column } from '../../parts/table';
import { countText, DASH, timeText, toMillis } from '../../parts/units';
import { admissions, validText } from '../configuration/settings';
import { keyAge, keyId, kindText, usedText } from './key_words';

const EVERY = 10_000;
const EVERY_INFO = 30_000;

function Ends({ at, now }: { at: Key['expireTime']; now: number }) {
  if (!at) return DASH;
  const { text, isTrouble } = validText(0, toMillis(at), now);
  return <span class={isTrouble ? 'warn' : ''} title={timeText(at)}>{text}</span>;
}

function columns(ofAllHubs: boolean, now: number): Column<{ key: Key }>[] {
  const all: (Column<{ key: Key }> | false)[] = [
    { id: 'kind', title: 'Key', width: 7.5, cell: ({ key }) => kindText(key.kind) },
    ofAllHubs && { id: 'hubId', title: 'Hub', width: 6.5, cell: ({ key }) => <ShortId id={key.hubId} /> },
    { id: 'name', title: 'Name', width: 10, grows: true, hint: "Of a hub's identity the public key, for lists of --hub-trust",
      cell: ({ key }) => <code class="whole">{key.name || DASH}</code> },
    { id: 'algorithm', title: 'Algorithm', width: 7, cell: ({ key }) => key.algorithm || DASH },
    { id: 'age', title: 'Age', width: 5, isNumber: true, hint: 'Since its file changed, or since the hub made it',
      cell: ({ key }) => { const { text, hint } = keyAge(key, now); return <span title={hint}>{text}</span>; } },
    { id: 'used', title: 'Used', width: 6, isNumber: true, hint: 'When a token of a peer came last that it signed',
      cell: ({ key }) => <span title={`${countText(key.useCount)} times`}>{usedText(key, now)}</span> },
    { id: 'ends', title: 'Ends', width: 7, cell: ({ key }) => <Ends at={key.expireTime} now={now} /> },
    { id: 'source', title: 'From', width: 12, grows: true, cell: ({ key }) => (
      <>
        {key.source || 'made for this run'}
        {key.problem !== '' && <div class="problem">the file now: {key.problem}</div>}
      </>
    ) },
  ];
  return all.filter((column) => column !== false);
}

export function Keys({ session, params }: { session: Session; params: URLSearchParams }) {
  const hubId = hubOf(params);
  const now = useNow();
  const keys = usePoll((signal) => allPages(
    (place) => access.listKeys({ hubId, ...place }, { signal }), (page) => page.keys,
  ), EVERY, [hubId], { hubId, kinds: ofSettings });
  const info = usePoll((signal) => server.getServerInfo({ hubId }, { signal }), EVERY_INFO, [hubId], { hubId, kinds: ofSettings });
  const infos = info.answer && (info.answer.perHub.length > 0 ? info.answer.perHub : [info.answer]);
  const rows = (keys.answer ?? []).map((key, index) => ({ key, id: keyId(key, index) }));
  return (
    <section>
      <h2>Keys</h2>
      <Problem text={keys.problem ?? info.problem} />
      <Table wraps caption="Keys and their ages" columns={columns(hubId === '*', now)} rows={rows} keyOf={(row) => row.id}
        empty={keys.answer ? 'none' : 'asking …'} />
      <Command words={['keys', 'list', ...hubWords(params)]} />
      <h2>Who may come in</h2>
      <Table wraps caption="Who may come in" rows={admissions(infos ?? [], session.hubId)} keyOf={(row) => row.hubId} empty="asking …" columns={[
        { id: 'hubId', title: 'At the hub', width: 6.5, cell: (row) => <ShortId id={row.hubId} /> },
        { id: 'peers', title: 'Peers', width: 9, grows: true, cell: (row) => row.peers },
        { id: 'hubs', title: 'Hubs', width: 9, grows: true, cell: (row) => row.hubs },
      ]} />
      <Command words={['server', 'info', ...hubWords(params)]} />
    </section>
  );
}
