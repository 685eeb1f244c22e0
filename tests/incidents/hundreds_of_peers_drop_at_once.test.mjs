// SPDX-License-Identifier: Apache-2.0
//
// Three hundred peers of one office are gone in the same second: their line was cut. Others stay.

import { test } from 'node:test';

import { until } from '../e2e/support/wait.mjs';
import { WirePeer } from '../e2e/support/wire_peer.mjs';
import { crash, Search, SearchAfterwards, start } from './support/incident.mjs';

// Not all at once: an address may have so many handshakes that are not finished.
async function join(hub, count, options) {
  const peers = [];
  while (peers.length < count) {
    const next = Array.from({ length: Math.min(50, count - peers.length) }, () => WirePeer.join(hub, 'chat', {}, options));
    peers.push(...(await Promise.all(next)));
  }
  return peers;
}

test('hundreds of peers drop at once', async () => {
  const hub = await start('hub');
  await join(hub, 20);
  const office = await join(hub, 300, { localAddress: '127.0.0.2' });
  for (const peer of office) peer.socket.terminate();
  await until('they are missed', async () => (await hub.health()).connections === 20);

  const cause = /300 within \S+, transport_lost 300, from 127\.0\.0\.2 300, in chat 300/;
  const search = new Search(hub);
  await until('it is told once nobody leaves any more', async () => (await hub.ctl.run('events', '--kind', 'peersLeft')).out !== '');
  await search.finds('events --kind peersLeft', cause);

  await crash(hub);
  await new SearchAfterwards(hub).finds('events --kind peersLeft', cause);
});
