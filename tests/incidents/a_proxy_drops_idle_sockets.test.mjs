// SPDX-License-Identifier: Apache-2.0
//
// Peers that have nothing to say lose their connection again and again: a proxy between them and the
// hub ends what was silent for two seconds.

import { connect, createServer } from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';

import { until } from '../e2e/support/wait.mjs';
import { WirePeer } from '../e2e/support/wire_peer.mjs';
import { closing, crash, Search, SearchAfterwards, start } from './support/incident.mjs';

const IDLE_MS = 2_000;
const PEERS = 25;

async function proxyTo(hub) {
  const server = createServer((near) => {
    const far = connect(hub.port, '127.0.0.1');
    for (const [socket, other] of [[near, far], [far, near]]) {
      socket.pipe(other);
      socket.on('error', () => {});
      socket.on('close', () => other.destroy());
    }
    near.setTimeout(IDLE_MS, () => near.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `ws://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

test('a proxy drops idle sockets', async () => {
  const hub = await start('hub');
  const proxy = await closing(proxyTo(hub));
  await Promise.all(Array.from({ length: PEERS }, () => WirePeer.join(proxy, 'chat')));
  await until('they are gone', async () => (await hub.health()).connections === 0);

  const search = new Search(hub);
  await search.finds('events --kind peerDisconnected --limit 5', /transport_lost 1006 after 2s/);
  await search.finds(`doctor --outside --idle 5s -o short ${proxy.url}`, /PH-D18 .* a silent connection is closed: after 2/);
  await search.finds(`doctor --outside --idle 3s -o short ${hub.url}`, /^$/);

  await crash(hub);
  const afterwards = new SearchAfterwards(hub);
  await afterwards.finds('events summary --kind peerDisconnected --by reason', /^transport_lost +2[5-9]$/m);
  await afterwards.finds('events --kind peerDisconnected --limit 5', /transport_lost 1006 after 2s/);
  await afterwards.finds('errors transport_lost', /idle timeouts of the\s+proxies/);
});
