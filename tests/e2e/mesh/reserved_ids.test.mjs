// SPDX-License-Identifier: Apache-2.0
//
// Ids of hubs are public. Hubs that die, come back and are updated keep theirs, though somebody
// asks for them all the time.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { discovers, exchangeOffers, linked, startHub } from '../support/mesh.mjs';
import { Stranger } from '../support/stranger.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, randomId, WirePeer } from '../support/wire_peer.mjs';

const SWIFTLY = ['--reconnect-interval', '200ms', '--drain-timeout', '100ms'];

let hubs = [];
let strangers = [];

afterEach(async () => {
  strangers.forEach((stranger) => stranger.stop());
  strangers = [];
  await Promise.all(hubs.map((hub) => hub.kill()));
  hubs = [];
});

// Each hub has an id of its own, which it keeps when it comes back on its port.
async function start(id, bootstrapHubs, port) {
  const flags = ['--hub-peer-id', id, ...SWIFTLY];
  const hub = await startHub(bootstrapHubs, { flags, ...(port && { port }) });
  hubs.push(hub);
  return hub;
}

function wants(hub, id) {
  const stranger = new Stranger(hub.url, id);
  strangers.push(stranger);
  return stranger;
}

const hubIds = async (hub) => (await hub.hubs()).hubs.map(({ peerId }) => peerId);

async function peersMeet(one, other) {
  const network = newNetwork();
  const here = await WirePeer.join(one, network);
  const there = await WirePeer.join(other, network);
  await discovers(here, there);
  await discovers(there, here);
  await exchangeOffers(here, there, network);
}

test('the id of a hub that was killed waits for that hub', async () => {
  const [id, other] = [randomId(), randomId()];
  const first = await start(id, []);
  let second = await start(other, [first]);
  await linked(first);
  const stranger = wants(first, other);
  await second.kill();
  await stranger.isTurnedAway(100);
  second = await start(other, [first]);
  await linked(first);
  assert.deepEqual(await hubIds(first), [other]);
  await stranger.isTurnedAway(100);
  assert.equal(stranger.everHeld, false);
  await peersMeet(first, second);
});

test('a hub that has just started takes the id from whoever was there first', async () => {
  const [id, other] = [randomId(), randomId()];
  let first = await start(id, []);
  const second = await start(other, [first]);
  await linked(first);
  const { port } = first;
  const stranger = wants(first, other);
  second.freeze(); // Or it might be the quicker one.
  await first.kill();
  first = await start(id, [], port);
  await until('the stranger has the id', () => stranger.holding);
  second.thaw();
  await linked(first);
  assert.deepEqual(await hubIds(first), [other]);
  await until('the stranger has lost the id', () => !stranger.holding);
  await stranger.isTurnedAway(100);
  await peersMeet(first, second);
});

test('a rolling update ends as it began, under strangers who want every id everywhere', async () => {
  const ids = [randomId(), randomId()];
  let first = await start(ids[0], []);
  let second = await start(ids[1], [first]);
  await linked(first);
  for (const hub of [first, second]) for (const id of ids) wants(hub, id);
  const ports = [first.port, second.port];
  await second.stop();
  second = await start(ids[1], [first], ports[1]);
  await linked(first);
  await first.stop();
  first = await start(ids[0], [], ports[0]);
  await linked(first);
  assert.deepEqual(await hubIds(first), [ids[1]]);
  await peersMeet(first, second);
});
