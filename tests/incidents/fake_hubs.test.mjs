// SPDX-License-Identifier: Apache-2.0
//
// Somebody lets many connections say that they are hubs.

import { test } from 'node:test';

import { WirePeer } from '../e2e/support/wire_peer.mjs';
import { crash, Search, SearchAfterwards, start } from './support/incident.mjs';

test('fake hubs come', async () => {
  const hub = await start('hub', { links: [] });
  for (let i = 0; i < 10; ++i) {
    await WirePeer.join(hub, 'pigeonhub-mesh', { isHub: true }, { localAddress: '127.0.0.2' });
  }
  const search = new Search(hub);
  await search.finds('doctor -o short', /hubs were refused or lost lately, or links to them broke: .*hub_not_admitted x10, from 127\.0\.0\.2/);
  await search.finds('events summary --kind hubRefused --by address', /^127\.0\.0\.2 +10$/m);

  await crash(hub);
  const afterwards = new SearchAfterwards(hub);
  await afterwards.finds('events summary --kind hubRefused --by reason', /^hub_not_admitted +10$/m);
  await afterwards.finds('events summary --kind hubRefused --by address', /^127\.0\.0\.2 +10$/m);
});
