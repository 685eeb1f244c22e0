// SPDX-License-Identifier: Apache-2.0
//
// The memory of a hub grows: connections of one address begin large messages and do not end them.

import { test } from 'node:test';

import { until } from '../e2e/support/wait.mjs';
import { WirePeer } from '../e2e/support/wire_peer.mjs';
import { crash, Search, SearchAfterwards, start } from './support/incident.mjs';

const PIECE = 900_000;

test('memory grows', async () => {
  const hub = await start('hub', { flags: ['--memory-limit', '64MiB'] });
  await WirePeer.join(hub, 'chat');
  for (let i = 0; i < 60; ++i) {
    const peer = await WirePeer.join(hub, 'chat', {}, { localAddress: '127.0.0.2' });
    peer.socket.send('x'.repeat(PIECE), { fin: false });
  }
  await until('the first of them are ended', async () => (await hub.health()).connections < 60);

  const search = new Search(hub);
  await search.finds('doctor -o short', /limits were reached lately: .*memory-limit x\d+, from 127\.0\.0\.2/);
  await search.finds('events --kind limitHit', /memory_pressure, .* from 127\.0\.0\.2 \d+, in chat/);
  await search.finds('errors memory_pressure', /held\s+the\s+most\s+of\s+it/);

  await crash(hub);
  const afterwards = new SearchAfterwards(hub);
  await afterwards.finds('events summary --kind peerDisconnected --by reason', /^memory_pressure +\d/m);
  await afterwards.finds('events summary --kind peerDisconnected --by address', /^127\.0\.0\.2 +\d/m);
});
