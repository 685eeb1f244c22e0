// SPDX-License-Identifier: Apache-2.0
//
// Real PeerPigeon clients in Node, on hubs that are linked.

import { afterEach, test } from 'node:test';

import { Balanced } from '../support/balanced.mjs';
import { LinkedPair } from '../support/linked_pair.mjs';
import { NodeClient } from '../support/node_client.mjs';

let world;

afterEach(async () => {
  await Promise.all(world.clients.map((client) => client.vanish()));
  await world.killHubs();
});

async function start(World) {
  world = new World();
  await world.start((hub, options) => NodeClient.join(hub, options));
  return world;
}

test('clients on two hubs keep their channel when the hub that dials is killed', async () => {
  const pair = await start(LinkedPair);
  await pair.restart(1, (hub) => hub.kill());
});

test('clients on two hubs keep their channel when the hub that is dialed is killed', async () => {
  const pair = await start(LinkedPair);
  await pair.restart(0, (hub) => hub.kill());
});

test('clients on two hubs keep their channel when either hub drains', async () => {
  const pair = await start(LinkedPair);
  await pair.restart(1, (hub) => hub.stop());
  await pair.restart(0, (hub) => hub.stop());
});

test('clients on two hubs keep their channel when the line between the hubs flaps or is away', async () => {
  const pair = await start(LinkedPair);
  await pair.flap();
  await pair.part();
});

test('a client whose address leads to another hub after its own died finds its mates again', async () => {
  const balanced = await start(Balanced);
  await balanced.moveToAnotherHub();
});
