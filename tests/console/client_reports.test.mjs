// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { followPair, pathOf, Reports } = await bundle('client/reports.ts');

function reports() {
  const world = { now: 0, online: true, sent: [], timers: [] };
  world.reports = new Reports(
    (peer, { reason }) => world.online && world.sent.push(`${peer} ${reason}`) > 0,
    () => world.now,
    (then, ms) => world.timers.push({ then, ms }),
  );
  world.add = (peer, reason) => world.reports.add(peer, { reason, ms: 1, state: 'x' });
  return world;
}

test('a pair is reported at most once in 5 s, and then its latest report', () => {
  const world = reports();
  world.add('a', 'connection_established');
  world.add('a', 'connection_failed');
  world.add('a', 'connection_lost');
  world.add('b', 'connection_failed');
  assert.deepEqual(world.sent, ['a connection_established', 'b connection_failed']);
  assert.equal(world.timers.length, 1);
  assert.equal(world.timers[0].ms, 5_000);
  world.now = 5_000;
  world.timers[0].then();
  assert.deepEqual(world.sent.slice(2), ['a connection_lost']);
});

test('reports wait for the hub, those of 64 pairs at most', () => {
  const world = reports();
  world.online = false;
  for (let i = 0; i < 70; ++i) world.add(`p${i}`, 'connection_established');
  assert.deepEqual(world.sent, []);
  world.online = true;
  world.reports.flush();
  assert.equal(world.sent.length, 64);
  assert.equal(world.sent[0], 'p6 connection_established');
});

const candidates = [
  { id: 'L', type: 'local-candidate', candidateType: 'srflx', protocol: 'udp' },
  { id: 'R', type: 'remote-candidate', candidateType: 'host', protocol: 'udp' },
];
const pair = { id: 'P', type: 'candidate-pair', localCandidateId: 'L', remoteCandidateId: 'R' };
const inUse = { local: 'srflx', remote: 'host', protocol: 'udp' };

test('the candidates in use are found as Chromium and Firefox tell of them', () => {
  assert.deepEqual(pathOf([...candidates, { id: 'X', type: 'candidate-pair' }, pair, { id: 'T', type: 'transport', selectedCandidatePairId: 'P' }]), inUse);
  assert.deepEqual(pathOf([...candidates, { ...pair, selected: true }]), inUse);
  assert.deepEqual(pathOf([...candidates, { ...pair, nominated: true, state: 'succeeded' }]), inUse);
  assert.deepEqual(pathOf([]), { local: undefined, remote: undefined, protocol: undefined });
});

// An RTCPeerConnection and its mesh, as far as they are looked at.
function attempt() {
  const connection = new EventTarget();
  connection.iceConnectionState = 'new';
  connection.getStats = async () => new Map(candidates.concat({ ...pair, selected: true }).map((stat) => [stat.id, stat]));
  const told = [];
  const gone = followPair(connection, (report) => told.push(report));
  return {
    told,
    gone,
    async become(state, ice = state) {
      connection.iceConnectionState = ice;
      connection.dispatchEvent(new Event('iceconnectionstatechange'));
      connection.connectionState = state;
      connection.dispatchEvent(new Event('connectionstatechange'));
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

test('a pair that connects is reported with its kinds of candidates, and later as lost', async () => {
  const { told, become } = attempt();
  await become('connecting', 'checking');
  await become('connected');
  await become('disconnected');
  await become('connected');
  await become('failed');
  await become('failed');
  assert.deepEqual(told.map(({ ms, ...rest }) => rest), [
    { reason: 'connection_established', ...inUse, state: 'connected' },
    { reason: 'connection_lost', state: 'failed' },
  ]);
});

test('an attempt that the client gives up has failed; a peer that left has not', async () => {
  const { told, become, gone } = attempt();
  await become('connecting', 'checking');
  gone('peer left the network');
  gone('connection closed');
  assert.deepEqual(told, []);
  gone('ICE negotiation timeout');
  gone('connection failed');
  assert.deepEqual(told.map(({ reason, state }) => [reason, state]), [['connection_failed', 'checking']]);
});
