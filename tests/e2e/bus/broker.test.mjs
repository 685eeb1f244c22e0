// SPDX-License-Identifier: Apache-2.0
//
// Three hubs that are one over a real NATS server, under a few hundred peers: the server dies,
// stands still and comes back.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { Broker, busOf, hears, startHubOn } from '../support/broker.mjs';
import { Crowd } from '../support/crowd.mjs';
import { counted } from '../support/figures.mjs';
import { long } from '../support/long.mjs';
import { until } from '../support/wait.mjs';

const MANY = { each: 100, networks: 10 };
// Of a machine as busy as tests make it; on a quiet one it is back within 2 s.
const BACK_MS = 15_000;

let brokers = [];
let hubs = [];
let crowd;

afterEach(async () => {
  crowd?.leave();
  crowd = undefined;
  await Promise.all(hubs.map((hub) => hub.kill()));
  await Promise.all(brokers.map((broker) => broker.end()));
  hubs = [];
  brokers = [];
});

const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Hubs on the brokers, and peers on the hubs, all of whom know each other.
async function start(on, options) {
  brokers = on;
  for (let i = 0; i < 3; ++i) hubs.push(await startHubOn(brokers, options));
  for (const hub of hubs) await hears(hub, 2);
  crowd = new Crowd(hubs, MANY);
  await crowd.met();
}

const lefts = () => crowd.members.map(({ lefts }) => lefts).reduce((sum, each) => sum + each, 0);

// Nobody is told that somebody left, and nobody is cut off, while the broker is away for `ms`.
async function survives(t, stop, go, ms) {
  crowd.talk();
  await stop();
  await after(ms);
  assert.equal(lefts(), 0, 'nobody was told of a leave');
  await go();
  const begin = Date.now();
  for (const hub of hubs) await hears(hub, 2, BACK_MS);
  const back = Date.now() - begin;
  await crowd.takeLeave();
  t.diagnostic(`heard again ${back} ms after the return; ${crowd.lost()} of ${crowd.signals.length} signals were lost`);
  assert.equal(lefts(), 0, 'nobody was told of a leave');
  assert.ok(crowd.members.every(({ sessions }) => sessions === 1), 'nobody was cut off');
  assert.equal(crowd.repetitions(), 0, 'each is told once, and each signal comes once');
  assert.equal(crowd.strays + crowd.disorder, 0);
}

test('a broker that was killed and is back after 3 s costs no signal', async (t) => {
  const broker = await Broker.start();
  await start([broker]);
  await survives(t, () => broker.kill(), () => broker.start(), 3_000);
  assert.equal(crowd.lost(), 0);
});

test('a broker that was killed and is back after 20 s is missed by nobody', long, async (t) => {
  const broker = await Broker.start();
  await start([broker]);
  await survives(t, () => broker.kill(), () => broker.start(), 20_000);
  const refused = await counted(hubs[0], 'pigeonhub_refusals_total{reason="hub_unreachable"}');
  assert.ok(refused > 0, 'signals waited for 5 s, and no longer');
});

async function survivesAStall(t, ms) {
  const broker = await Broker.start();
  await start([broker]);
  await survives(t, () => broker.freeze(), () => broker.thaw(), ms);
}

test('a broker that stands still for 4 s is missed by nobody', (t) => survivesAStall(t, 4_000));

test('a broker that stands still for 15 s is missed by nobody', long, (t) => survivesAStall(t, 15_000));

test('one node of three that dies is missed by nobody', async (t) => {
  const cluster = await Broker.startCluster();
  await start(cluster);
  const { server } = await busOf(hubs[0]);
  const node = brokers.find(({ url }) => url === server);
  await survives(t, () => node.kill(), () => {}, 3_000);
  assert.equal(crowd.lost(), 0);
  assert.notEqual((await busOf(hubs[0])).server, server);
  await node.start();
});

test('where the hubs are linked, too, a broker that dies is noticed by nobody', async (t) => {
  brokers = [await Broker.start()];
  hubs = [await startHubOn(brokers)];
  for (let i = 0; i < 2; ++i) hubs.push(await startHubOn(brokers, { bootstrapHubs: [hubs[0]] }));
  for (const hub of hubs) await hears(hub, 2);
  crowd = new Crowd(hubs, MANY);
  await crowd.met();
  crowd.talk();
  await brokers[0].kill();
  await until('the hubs know', async () => !(await busOf(hubs[0])).up);
  const begin = Date.now();
  await crowd.takeLeave();
  t.diagnostic(`every signal heard ${Date.now() - begin} ms later; ${crowd.lost()} lost`);
  assert.equal(crowd.lost(), 0);
  assert.equal(lefts(), 0);
});
