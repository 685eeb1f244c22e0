// SPDX-License-Identifier: Apache-2.0
//
// From a mesh to hubs on a NATS server and back, hub by hub, while peers signal each other.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { Broker, hears, startHubOn } from '../support/broker.mjs';
import { Crowd } from '../support/crowd.mjs';

const MANY = { each: 60, networks: 6, agile: true };
const SWIFTLY = ['--drain-timeout', '1s'];

// The version before, a pigeonhub that knows no bus.
const BEFORE = process.env.PIGEONHUB_BEFORE;

let broker;
let hubs = [];
let crowd;

afterEach(async () => {
  crowd?.leave();
  await Promise.all(hubs.map((hub) => hub.kill()));
  await broker.end();
});

// A mesh of three, with peers that talk.
async function begin(program) {
  broker = await Broker.start();
  hubs = [];
  for (let i = 0; i < 3; ++i) {
    const flags = i === 0 ? [...SWIFTLY, '--no-auto-connect'] : SWIFTLY;
    hubs.push(await startHubOn([], { bootstrapHubs: hubs, flags, program }));
  }
  crowd = new Crowd(hubs, MANY);
  await crowd.met();
  crowd.talk();
}

// Each of these hubs in turn drains and starts again, on these brokers. Those who stay lose no
// signal.
async function roll(brokers, { places = [0, 1, 2], program } = {}) {
  for (const place of places) {
    const others = crowd.notOn(hubs[place]);
    const sessions = others.map((member) => member.sessions);
    const first = crowd.signals.length;
    crowd.staying = new Set(others);
    assert.deepEqual(await hubs[place].stop(), { code: 0, signal: null });
    const bootstrapHubs = hubs.filter((_, other) => other !== place);
    hubs[place] = await startHubOn(brokers, {
      port: hubs[place].port,
      bootstrapHubs,
      flags: SWIFTLY,
      program,
    });
    await crowd.met();
    await crowd.heard(others, first);
    assert.deepEqual(others.map((member) => member.sessions), sessions, 'nobody else was cut off');
  }
}

async function end(t) {
  await crowd.takeLeave();
  t.diagnostic(`${crowd.lost()} of ${crowd.signals.length} signals were lost, all to or from peers that were moving`);
  assert.equal(crowd.strays + crowd.disorder, 0);
  assert.equal(crowd.misled, 0, 'nobody was told that one left who stayed');
  assert.equal(crowd.repetitions(), 0);
  assert.ok(crowd.members.every(({ goodbyes }) => goodbyes === 0), 'nobody said goodbye');
}

test('a mesh becomes a cluster and a mesh again, and those who stay lose no signal', async (t) => {
  await begin();
  await roll([broker]);
  for (const hub of hubs) await hears(hub, 2);
  await roll([]);
  await end(t);
});

test('the version before becomes a cluster, with one of it beside for long, and goes all the way back', {
  skip: !BEFORE && 'set PIGEONHUB_BEFORE to a pigeonhub of the version before',
}, async (t) => {
  await begin(BEFORE);
  await roll([broker], { places: [1, 2] });
  for (const hub of hubs.slice(1)) await hears(hub, 1);
  await roll([broker], { places: [0] });
  for (const hub of hubs) await hears(hub, 2);
  await roll([]);
  await roll([], { program: BEFORE });
  await end(t);
});
