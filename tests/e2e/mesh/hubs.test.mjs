// SPDX-License-Identifier: Apache-2.0
//
// Hubs that link to each other, ours and the reference's: their peers are one network.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import {
  discovers,
  exchangeOffers,
  linked,
  misses,
  OPEN,
  startHub,
  startReferenceHub,
} from '../support/mesh.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, randomId, WirePeer } from '../support/wire_peer.mjs';

let hubs = [];

afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.kill()));
  hubs = [];
});

async function start(starter, ...args) {
  const hub = await starter(...args);
  hubs.push(hub);
  return hub;
}

async function assertPeersMeet(hubOfOne, hubOfOther) {
  const network = newNetwork();
  const one = await WirePeer.join(hubOfOne, network, { name: 'one' });
  const other = await WirePeer.join(hubOfOther, network, { name: 'other' });
  await discovers(one, other);
  await discovers(other, one);
  await exchangeOffers(one, other, network);
  return [one, other];
}

test('peers of two linked hubs meet, early and late, and miss each other', async () => {
  const first = await start(startHub);
  const network = newNetwork();
  const early = await WirePeer.join(first, network);
  const second = await start(startHub, [first]);
  await linked(first);
  const late = await WirePeer.join(second, network);
  await discovers(early, late);
  await discovers(late, early);
  await exchangeOffers(early, late, network);

  await late.leave();
  await misses(early, late);
  assert.equal(early.left({ type: 'goodbye' }).length, 0, 'nobody said goodbye');
});

test('a peer is met on whichever side of a star it is', async () => {
  const centre = await start(startHub);
  const east = await start(startHub, [centre]);
  const west = await start(startHub, [centre]);
  await linked(centre, 2);
  await assertPeersMeet(east, west);
  await assertPeersMeet(west, centre);
});

test('a hub tells where it is and what it can do', async () => {
  const first = await start(startHub);
  await start(startHub, [first], { flags: ['--region', 'eu-west', '--capability', 'relay'] });
  await linked(first);
  const [{ data }] = (await first.hubs()).hubs;
  assert.equal(data.isHub, true);
  assert.equal(data.region, 'eu-west');
  assert.deepEqual(data.capabilities, ['relay']);
});

test('a reference hub that dials ours is one of the network', async () => {
  const ours = await start(startHub, [], { flags: OPEN });
  const theirs = await start(startReferenceHub, [ours]);
  await linked(ours);
  await assertPeersMeet(ours, theirs);
});

test('a reference hub is let in by the secret in its bootstrap address, and nobody else is', async () => {
  const id = randomId();
  const secret = 'a-secret-of-these-two';
  const ours = await start(startHub, [], { flags: ['--hub-allow', `${id}=${secret}`] });
  const stranger = await WirePeer.dial(ours, { id });
  assert.deepEqual(await stranger.closed(), { code: 1008, reason: 'Hub id reserved' });
  const theirs = await start(startReferenceHub, [`${ours.url}/?hubSecret=${secret}`], {
    flags: ['--hub-peer-id', id],
  });
  await linked(ours);
  await assertPeersMeet(ours, theirs);
});

test('a reference hub that nobody knows is none to ours', async () => {
  const ours = await start(startHub);
  const theirs = await start(startReferenceHub, [ours]);
  await until('it has come', async () => (await ours.health()).connections === 1);
  assert.equal((await ours.hubs()).totalHubs, 0);
  assert.equal(await theirs.health().then(({ isHub }) => isHub), true);
});

test('a reference hub that ours dials is one of the network', async () => {
  const theirs = await start(startReferenceHub);
  const ours = await start(startHub, [theirs]);
  await linked(theirs);
  await assertPeersMeet(theirs, ours);
});

test('two reference hubs meet through ours', async () => {
  const ours = await start(startHub, [], { flags: OPEN });
  const east = await start(startReferenceHub, [ours]);
  const west = await start(startReferenceHub, [ours]);
  await linked(ours, 2);
  await assertPeersMeet(east, west);
});
