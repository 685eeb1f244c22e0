// SPDX-License-Identifier: Apache-2.0
//
// Hubs of a mesh under a few hundred peers that die, hang and come back: how soon the others have
// come to terms with it, and that nobody else loses a signal meanwhile.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { Crowd } from '../support/crowd.mjs';
import { linked, startHub } from '../support/mesh.mjs';

const SWIFTLY = ['--drain-timeout', '2s'];
const MANY = { each: 100, networks: 10 };

let hubs = [];
let crowd;

afterEach(async () => {
  crowd?.leave();
  crowd = undefined;
  await Promise.all(hubs.map((hub) => hub.kill()));
  hubs = [];
});

// Two hubs that are linked to the first and not to each other.
async function startStar() {
  hubs = [await startHub()];
  hubs.push(await startHub([hubs[0]]), await startHub([hubs[0]]));
  await linked(hubs[0], 2);
}

// Three hubs that are linked to each other. The hubs before it are those that a hub dials.
async function startTriangle() {
  for (let place = 0; place < 3; ++place) hubs.push(await startHub(hubs, { flags: SWIFTLY }));
  await triangleIsLinked();
}

async function triangleIsLinked() {
  await linked(hubs[0], 2);
  await linked(hubs[1], 1);
}

// A hub at the place of one that is gone.
async function startAgain(place, bootstrapHubs, options = {}) {
  hubs[place] = await startHub(bootstrapHubs, { port: hubs[place].port, ...options });
}

// What holds whatever happened, once everybody has met again.
function assertNobodyWasMisled() {
  assert.equal(crowd.repetitions(), 0, 'each is told once, and each signal comes once');
  assert.equal(crowd.strays, 0, 'everything comes to whom it was meant for');
  assert.equal(crowd.disorder, 0, 'signals of one to another come in order');
  assert.ok(
    crowd.members.every(({ goodbyes }) => goodbyes === 0),
    'nobody said goodbye',
  );
}

function assertUndisturbed(members) {
  assert.ok(
    members.every(({ sessions }) => sessions === 1),
    'nobody else was cut off',
  );
}

test('peers of a hub that was killed are gone elsewhere, and return with it or at another', async (t) => {
  await startStar();
  crowd = new Crowd(hubs, { ...MANY, agile: true });
  await crowd.met();
  const [gone, others] = [crowd.on(hubs[2]), crowd.notOn(hubs[2])];
  crowd.talk();
  const death = Date.now();
  await hubs[2].kill();
  await crowd.missed(
    others,
    gone.filter(({ isAgile }) => !isAgile),
  );
  const missed = Date.now() - death;

  const begin = Date.now();
  await startAgain(2, [hubs[0]]);
  await linked(hubs[0], 2);
  const back = Date.now() - begin;
  await crowd.met();
  const met = Date.now() - begin;
  await crowd.takeLeave();
  await crowd.heard(others);
  t.diagnostic(
    `missed after ${missed} ms, linked again ${back} ms after its start, all met after ${met} ms; ` +
      `${crowd.lost()} of ${crowd.signals.length} signals to or from its peers were lost`,
  );
  assertUndisturbed(others);
  assertNobodyWasMisled();
});

test('the hub in the middle of a star is dialed again when it is back', async (t) => {
  await startStar();
  crowd = new Crowd(hubs, MANY);
  await crowd.met();
  const sides = [crowd.on(hubs[1]), crowd.on(hubs[2])];
  crowd.talk();
  await hubs[0].kill();
  const begin = Date.now();
  await startAgain(0, []);
  await linked(hubs[0], 2);
  const back = Date.now() - begin;
  await crowd.met();
  const met = Date.now() - begin;
  await crowd.takeLeave();
  for (const side of sides) await crowd.heard(side);
  t.diagnostic(
    `linked again ${back} ms after its start, all met after ${met} ms; ` +
      `${crowd.lost()} of ${crowd.signals.length} signals were lost, ` +
      `${crowd.lost(sides.flat())} of those between the others`,
  );
  assertUndisturbed(sides.flat());
  assertNobodyWasMisled();
});

test('a hub that hangs with its sockets open is found out', async (t) => {
  await startStar();
  crowd = new Crowd(hubs, MANY);
  await crowd.met();
  const [frozen, others] = [crowd.on(hubs[2]), crowd.notOn(hubs[2])];
  crowd.talk();
  const begin = Date.now();
  hubs[2].freeze();
  // A ping every 5 s, 10 s of silence, and the 3 s in which it may come back: 18 s on a quiet machine.
  await crowd.missed(others, frozen, 90_000);
  const missed = Date.now() - begin;

  const thaw = Date.now();
  hubs[2].thaw();
  await crowd.met();
  const met = Date.now() - thaw;
  await crowd.takeLeave();
  await crowd.heard(others);
  t.diagnostic(
    `missed after ${missed} ms, all met ${met} ms after it went on; ` +
      `${crowd.lost()} of ${crowd.signals.length} signals to or from its peers were lost`,
  );
  assertUndisturbed(crowd.members);
  assertNobodyWasMisled();
});

test('hubs that drain and restart one after another cost those who stay no signal', async (t) => {
  await startTriangle();
  crowd = new Crowd(hubs, { ...MANY, agile: true });
  await crowd.met();
  crowd.talk();
  const begin = Date.now();
  for (const place of hubs.keys()) {
    const others = crowd.notOn(hubs[place]);
    const sessions = others.map((member) => member.sessions);
    const first = crowd.signals.length;
    const term = Date.now();
    assert.deepEqual(await hubs[place].stop(), { code: 0, signal: null });
    const drained = Date.now() - term;
    await startAgain(place, hubs.slice(0, place), { flags: SWIFTLY });
    await triangleIsLinked();
    await crowd.met();
    await crowd.heard(others, first);
    t.diagnostic(`hub ${place} drained in ${drained} ms, all met after ${Date.now() - term} ms`);
    assert.deepEqual(
      others.map((member) => member.sessions),
      sessions,
      'nobody else was cut off',
    );
  }
  const took = Date.now() - begin;
  await crowd.takeLeave();
  t.diagnostic(
    `three hubs in ${took} ms; ${crowd.lost()} of ${crowd.signals.length} signals were lost, ` +
      'all to or from peers that were moving',
  );
  assertNobodyWasMisled();
});
