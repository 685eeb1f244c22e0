// SPDX-License-Identifier: Apache-2.0
//
// Hubs that are one over a real NATS server die, stand still and come back.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { Broker, busOf, hears, startHubOn } from '../support/broker.mjs';
import { Crowd } from '../support/crowd.mjs';
import { long } from '../support/long.mjs';
import { until } from '../support/wait.mjs';

const MANY = { each: 100, networks: 10 };
const SWIFTLY = { flags: ['--drain-timeout', '1s'] };
const after = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let broker;
let hubs;
let crowd;

beforeEach(async () => {
  broker = await Broker.start();
  hubs = [];
  for (let i = 0; i < 3; ++i) hubs.push(await startHubOn([broker], SWIFTLY));
  for (const hub of hubs) await hears(hub, 2);
  crowd = new Crowd(hubs, MANY);
  await crowd.met();
});

afterEach(async () => {
  crowd.leave();
  await Promise.all(hubs.map((hub) => hub.kill()));
  await broker.end();
});

const lefts = (members) => members.reduce((sum, { lefts }) => sum + lefts, 0);

function assertNobodyWasMisled() {
  assert.equal(crowd.repetitions(), 0, 'each is told once, and each signal comes once');
  assert.equal(crowd.strays + crowd.disorder, 0);
  assert.ok(crowd.members.every(({ goodbyes }) => goodbyes === 0), 'nobody said goodbye');
}

test('peers of a hub that was killed are withdrawn, and return with it', async (t) => {
  const [gone, others] = [crowd.on(hubs[2]), crowd.notOn(hubs[2])];
  crowd.talk();
  const begin = Date.now();
  await hubs[2].kill();
  await crowd.missed(others, gone);
  const missed = Date.now() - begin;
  const events = await hubs[0].ctl.run('events', '--kind', 'hubLost', '--since', '1m');
  // The hub is a member of the hubs' own namespace, too.
  assert.match(events.out, /100 peers withdrawn/);
  hubs[2] = await startHubOn([broker], { port: hubs[2].port });
  await crowd.met();
  await crowd.takeLeave();
  await crowd.heard(others);
  t.diagnostic(`missed after ${missed} ms`);
  assert.ok(missed < 10_000, `missed after ${missed} ms`);
  assert.ok(others.every(({ sessions }) => sessions === 1), 'nobody else was cut off');
  assertNobodyWasMisled();
});

test('a hub that stands still for 3 s is not noticed', async () => {
  crowd.talk();
  hubs[2].freeze();
  await after(3_000);
  hubs[2].thaw();
  await crowd.takeLeave();
  assert.equal(crowd.lost(), 0);
  assert.equal(lefts(crowd.members), 0);
  assertNobodyWasMisled();
});

test('a hub that stands still for 12 s is withdrawn, and is back with its peers', long, async (t) => {
  const [frozen, others] = [crowd.on(hubs[2]), crowd.notOn(hubs[2])];
  crowd.talk();
  const begin = Date.now();
  hubs[2].freeze();
  await crowd.missed(others, frozen);
  t.diagnostic(`missed after ${Date.now() - begin} ms`);
  await after(Math.max(0, 12_000 - (Date.now() - begin)));
  const thaw = Date.now();
  hubs[2].thaw();
  await crowd.met();
  t.diagnostic(`all met ${Date.now() - thaw} ms after it went on`);
  await crowd.takeLeave();
  await crowd.heard(others);
  assert.ok(crowd.members.every(({ sessions }) => sessions === 1), 'nobody was cut off');
  assertNobodyWasMisled();
});

test('a hub that stops says so, and the others wait for nothing', async (t) => {
  const [gone, others] = [crowd.on(hubs[2]), crowd.notOn(hubs[2])];
  const begin = Date.now();
  const ended = hubs[2].stop();
  await until('the drain begins', () => gone.some(({ isIn }) => !isIn));
  await ended;
  const stopped = Date.now();
  await crowd.missed(others, gone);
  await hears(hubs[0], 1);
  const missed = Date.now() - stopped;
  t.diagnostic(`drained in ${stopped - begin} ms, missed ${missed} ms after that`);
  assert.ok(missed < 5_000);
  await after(4_000); // A hub is given up after 3 s.
  const events = await hubs[0].ctl.run('events', '--kind', 'hubLost', '--since', '1m');
  assert.doesNotMatch(events.out, /withdrawn/, 'it is not lost');
});

test('a hub with the id of another stays off the bus and says so', async () => {
  const id = 'ab'.repeat(20);
  const first = await startHubOn([broker], { flags: ['--hub-peer-id', id] });
  await hears(hubs[0], 3);
  await after(4_000); // Whoever has been there for 3 s stays.
  const second = await startHubOn([broker], { flags: ['--hub-peer-id', id] });
  hubs.push(first, second);
  await until('the second says why', async () => /hub_id_taken/.test((await busOf(second)).lastError));
  assert.match(second.log, /hub_id_taken/);
  await hears(first, 3);
});
