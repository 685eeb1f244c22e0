// SPDX-License-Identifier: Apache-2.0
//
// From a mesh to hubs on a NATS server and back, hub by hub, while peers signal each other.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { Broker, hears, startHubOn } from '../support/broker.mjs';
import { Crowd } from '../support/crowd.mjs';

const MANY = { each: 60, networks: 6, agile: true };

let broker;
let hubs = [];
let crowd;

afterEach(async () => {
  crowd?.leave();
  await Promise.all(hubs.map((hub) => hub.kill()));
  await broker.end();
});

// Every hub in turn drains and starts again, on these brokers. Those who stay lose no signal.
async function roll(brokers) {
  for (const place of hubs.keys()) {
    const others = crowd.notOn(hubs[place]);
    const sessions = others.map((member) => member.sessions);
    const first = crowd.signals.length;
    assert.deepEqual(await hubs[place].stop(), { code: 0, signal: null });
    const bootstrapHubs = hubs.filter((_, other) => other !== place);
    hubs[place] = await startHubOn(brokers, {
      port: hubs[place].port,
      bootstrapHubs,
      flags: ['--drain-timeout', '1s'],
    });
    await crowd.met();
    await crowd.heard(others, first);
    assert.deepEqual(others.map((member) => member.sessions), sessions, 'nobody else was cut off');
  }
}

test('a mesh becomes a cluster and a mesh again, and those who stay lose no signal', async (t) => {
  broker = await Broker.start();
  for (let i = 0; i < 3; ++i) {
    hubs.push(await startHubOn([], { bootstrapHubs: hubs, flags: ['--drain-timeout', '1s'] }));
  }
  crowd = new Crowd(hubs, MANY);
  await crowd.met();
  crowd.talk();
  await roll([broker]);
  for (const hub of hubs) await hears(hub, 2);
  await roll([]);
  await crowd.takeLeave();
  t.diagnostic(`${crowd.lost()} of ${crowd.signals.length} signals were lost, all to or from peers that were moving`);
  assert.equal(crowd.strays + crowd.disorder, 0);
  assert.equal(crowd.repetitions(), 0);
  assert.ok(crowd.members.every(({ goodbyes }) => goodbyes === 0), 'nobody said goodbye');
});
