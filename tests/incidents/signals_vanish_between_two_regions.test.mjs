// SPDX-License-Identifier: Apache-2.0
//
// What a user in one region sends to a user in the other never comes: the line between the regions is
// cut. Both sides are asked, as only one of them dials.

import { test } from 'node:test';

import { Line } from '../e2e/support/line.mjs';
import { discovers, exchangeOffers, linked, misses } from '../e2e/support/mesh.mjs';
import { newNetwork, WirePeer } from '../e2e/support/wire_peer.mjs';
import { closing, crash, Search, SearchAfterwards, start } from './support/incident.mjs';

test('signals vanish between two regions', async () => {
  const eu = await start('eu', { links: [], flags: ['--region', 'eu'] });
  const line = await closing(Line.to(eu));
  const us = await start('us', { links: [line], flags: ['--region', 'us', '--reconnect-interval', '1s'] });
  await linked(eu);
  const network = newNetwork();
  const [ada, bob] = [await WirePeer.join(eu, network), await WirePeer.join(us, network)];
  await discovers(ada, bob);
  await discovers(bob, ada);
  await exchangeOffers(ada, bob, network);
  line.cut();

  const cut = /cause found, certain: PH-E08/;
  await new Search(eu).finds(`explain ${ada.id} ${bob.id}`, cut);
  await Promise.all([misses(ada, bob), misses(bob, ada)]);
  const there = new Search(us);
  await there.finds(`explain ${ada.id} ${bob.id}`, cut);
  await there.finds('links list', new RegExp(`${line.url} .* waiting .* the connection was lost`));
  const here = new Search(eu);
  await here.finds(`explain ${ada.id} ${bob.id}`, cut);
  const { hubPeerId } = await us.ctl.json('server', 'info');
  await here.finds('doctor -o short', new RegExp(`hubs were refused or lost lately, or links to them broke: .*lost ${hubPeerId.slice(0, 8)}`));

  await crash(eu, us);
  const afterwards = new SearchAfterwards(eu, us);
  await afterwards.finds(`explain ${ada.id} ${bob.id}`, /cause found, likely: PH-E08/);
  await afterwards.finds('events --kind linkDown', /transport_lost/);
  await afterwards.finds('events --kind hubLost', /1 peer withdrawn/);
});
