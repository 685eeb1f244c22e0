// SPDX-License-Identifier: Apache-2.0
//
// Two users are at the same hub, and each of them is alone: one client writes the name of the
// namespace in another way. Two others wait for each other: the one that is to answer does not.

import { test } from 'node:test';

import { newNetwork, WirePeer } from '../e2e/support/wire_peer.mjs';
import { crash, Search, SearchAfterwards, start } from './support/incident.mjs';

test('two users cannot connect: they are in two namespaces', async () => {
  const hub = await start('names');
  const [ada, bob] = [await WirePeer.join(hub, 'Lobby'), await WirePeer.join(hub, 'lobby')];
  await new Search(hub).finds(
    `explain ${ada.id} ${bob.id}`,
    /cause found, certain: PH-E05/,
    /in Lobby, not in lobby|in lobby, not in Lobby/,
  );

  await crash(hub);
  await new SearchAfterwards(hub).finds(
    `explain ${ada.id} ${bob.id}`,
    /cause found, certain: PH-E05/,
    /in Lobby, not in lobby|in lobby, not in Lobby/,
  );
});

test('two users cannot connect: what one of them sends is too large', async () => {
  const hub = await start('signals', { flags: ['--max-signal-size', '4KiB'] });
  const network = newNetwork();
  const [ada, bob] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  ada.signal('offer', bob, network, { sdp: 'x'.repeat(5000) });
  await ada.settle();
  await new Search(hub).finds(`explain ${ada.id} ${bob.id}`, /PH-E11 +\w+ +offer dropped/, /signal_too_large/);

  await crash(hub);
  await new SearchAfterwards(hub).finds(`explain ${ada.id} ${bob.id}`, /cause found, possible: PH-E11/, /signal_too_large/);
});
