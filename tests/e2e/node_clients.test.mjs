// SPDX-License-Identifier: Apache-2.0
//
// Real PeerPigeon clients in Node, with a real WebRTC stack, around a hub that comes and goes.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { beyondTheReference, Hub } from './support/hub.mjs';
import { member } from './support/mesh_client.mjs';
import { NodeClient } from './support/node_client.mjs';
import {
  assertNobodyAskedAStunServer,
  exchange,
  meet,
  outliveTheirHub,
} from './support/scenario.mjs';
import { until } from './support/wait.mjs';

let hub;
let clients = [];

afterEach(async () => {
  await Promise.all(clients.map((client) => client.vanish()));
  clients = [];
  await hub?.kill();
});

async function join(...letters) {
  for (const letter of letters) clients.push(await NodeClient.join(hub, member(letter)));
  await meet(...clients);
  return clients;
}

test('two clients keep their channel through the kill and restart of their hub', async () => {
  hub = await Hub.start();
  const [alice, bob] = await join('a', 'b');
  await exchange(alice, bob, 'hello');

  hub = await outliveTheirHub(hub, alice, bob);

  const [, , carol] = await join('c');
  await exchange(carol, alice, 'welcome');
  await exchange(carol, bob, 'welcome');
  await assertNobodyAskedAStunServer(alice, bob, carol);
});

test('a hub that is told to stop leaves the channels alone', async () => {
  hub = await Hub.start({ flags: ['--drain-timeout', '1s'] });
  const [alice, bob] = await join('a', 'b');

  assert.deepEqual(await hub.stop(), { code: 0, signal: null });
  await exchange(alice, bob, 'after the drain');
});

test('a client that vanishes is missed by the hub, and the others stay together', async () => {
  hub = await Hub.start();
  const [alice, bob, carol] = await join('a', 'b', 'c');

  await bob.vanish();
  await until('the hub knows two peers', async () => (await hub.health()).peers === 2);
  await exchange(alice, carol, 'just us');
});

test(
  'a goodbye closes the channel at the other end, and who stays is met again',
  beyondTheReference,
  async () => {
    hub = await Hub.start();
    const [alice, bob] = await join('a', 'b');

    await alice.sayGoodbye();
    await until('bob closes his channel', async () => !(await bob.hasChannelTo(alice)));

    await meet(alice, bob);
    await exchange(alice, bob, 'still here');
  },
);
