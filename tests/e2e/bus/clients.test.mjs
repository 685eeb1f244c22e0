// SPDX-License-Identifier: Apache-2.0
//
// Real PeerPigeon clients in Node, on hubs that are one over a real NATS server.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { Broker, busOf, hears, startHubOn } from '../support/broker.mjs';
import { member } from '../support/mesh_client.mjs';
import { NodeClient } from '../support/node_client.mjs';
import { exchange, meet } from '../support/scenario.mjs';
import { until } from '../support/wait.mjs';

// See scenario.mjs: the client's back-off.
const RECONNECT_MS = 60_000;

let broker;
let hubs = [];
let clients = [];

afterEach(async () => {
  await Promise.all(clients.map((client) => client.vanish()));
  await Promise.all(hubs.map((hub) => hub.kill()));
  await broker.end();
});

async function join(place, letter) {
  const client = await NodeClient.join(hubs[place], member(letter));
  clients.push(client);
  return client;
}

test('clients on two hubs keep their channel when the broker dies, and when a hub does', async () => {
  broker = await Broker.start();
  hubs = [await startHubOn([broker]), await startHubOn([broker])];
  for (const hub of hubs) await hears(hub, 1);
  const pair = [await join(0, 'a'), await join(1, 'b')];
  await meet(...pair);
  await exchange(...pair, 'over a broker');
  const before = await pair[0].webrtc();

  await broker.kill();
  for (const hub of hubs) await until('the hubs know', async () => !(await busOf(hub)).up);
  await exchange(...pair, 'without the broker');
  await broker.start();
  for (const hub of hubs) await hears(hub, 1);
  await exchange(...pair, 'with the broker again');

  const { port } = hubs[1];
  await hubs[1].kill();
  await exchange(...pair, 'while a hub is away');
  hubs[1] = await startHubOn([broker], { port });
  await hears(hubs[0], 1);
  await until(
    'its client is back',
    async () => (await hubs[1].health()).networks > 0,
    RECONNECT_MS,
  );
  await exchange(...pair, 'with both hubs again');
  assert.deepEqual(await pair[0].webrtc(), before, 'it is still the same WebRTC connection');

  const newcomer = await join(0, 'c');
  await meet(newcomer, ...pair);
  for (const one of pair) await exchange(newcomer, one, 'welcome');
});
