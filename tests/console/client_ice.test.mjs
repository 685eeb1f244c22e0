// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { IceServers, renewAfter } = await bundle('client/ice.ts');

// A hub whose answers to /ice are given; timers fire when the test says so.
function hub(...answers) {
  const timers = [];
  let asked = 0;
  const ice = new IceServers(
    async () => {
      const answer = answers[asked++];
      if (answer === undefined) throw new TypeError('Failed to fetch');
      return typeof answer === 'number' ? { status: answer, json: async () => assert.fail('no body') } : { status: 200, json: async () => answer };
    },
    (then, ms) => {
      const timer = { then, ms };
      timers.push(timer);
      return () => timers.includes(timer) && timers.splice(timers.indexOf(timer), 1);
    },
  );
  const fire = async () => {
    timers.shift().then();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ice, timers, fire, asked: () => asked };
}

const turn = (name) => [{ urls: ['turn:turn.example.org'], username: name, credential: 'c' }];

test('credentials are fetched again when three quarters of their time are over', async () => {
  const { ice, timers, fire } = hub({ iceServers: turn('one'), ttl: 3600 }, { iceServers: turn('two'), ttl: 3600 });
  await ice.fetchIfMissing();
  assert.deepEqual(ice.servers, turn('one'));
  assert.equal(timers[0].ms, 2_700_000);
  await fire();
  assert.deepEqual(ice.servers, turn('two'));
  assert.equal(timers.length, 1, 'one timer at a time');
});

test('old credentials stay where new ones cannot be had, and those are asked for every 30 s', async () => {
  const { ice, timers, fire } = hub({ iceServers: turn('one'), ttl: 60 }, 503, undefined, 404, { iceServers: turn('two'), ttl: 60 });
  await ice.fetch();
  for (let i = 0; i < 3; ++i) {
    await fire();
    assert.deepEqual(ice.servers, turn('one'));
    assert.equal(timers[0].ms, 30_000);
  }
  await fire();
  assert.deepEqual(ice.servers, turn('two'));
});

test('a hub without /ice is asked once, and the servers of the client stay', async () => {
  const { ice, timers, asked } = hub(404);
  await ice.fetchIfMissing();
  await ice.fetchIfMissing();
  assert.equal(ice.servers, undefined);
  assert.equal(asked(), 1);
  assert.equal(timers.length, 0);
});

test('a hub that could not be asked is asked when it is there again', async () => {
  const { ice, timers } = hub(undefined, 403, { iceServers: [], ttl: 3600 });
  await ice.fetchIfMissing();
  await ice.fetchIfMissing();
  assert.equal(ice.servers, undefined);
  assert.equal(timers.length, 0);
  await ice.fetchIfMissing();
  assert.deepEqual(ice.servers, [], 'a hub may name no server at all');
});

test('nobody asks while the page is away, and at once again for what has expired meanwhile', async () => {
  const { ice, timers, fire, asked } = hub({ iceServers: turn('one'), ttl: 3600 }, { iceServers: turn('two'), ttl: 3600 });
  const { now } = Date;
  try {
    Date.now = () => 1_000_000;
    await ice.fetchIfMissing();
    ice.pause();
    assert.equal(timers.length, 0);
    Date.now = () => 1_700_000;
    await ice.fetchIfMissing();
    assert.deepEqual(timers.map(({ ms }) => ms), [2_000_000], 'a short absence costs no request');
    ice.pause();
    Date.now = () => 9_000_000;
    await ice.fetchIfMissing();
    assert.deepEqual(timers.map(({ ms }) => ms), [0]);
    await fire();
    assert.deepEqual(ice.servers, turn('two'));
    assert.equal(asked(), 2);
  } finally {
    Date.now = now;
  }
});

test('an answer that comes when the page has left starts no timer', async () => {
  const { ice, timers } = hub({ iceServers: turn('one'), ttl: 3600 });
  const fetched = ice.fetchIfMissing();
  ice.pause();
  await fetched;
  assert.deepEqual(ice.servers, turn('one'));
  assert.equal(timers.length, 0);
});

test('an answer that is none of /ice changes nothing', async () => {
  const { ice } = hub({ hello: 1 }, { iceServers: 'stun:' });
  await ice.fetch();
  await ice.fetch();
  assert.equal(ice.servers, undefined);
});

test('no time to live makes a page ask all the time, or never', () => {
  assert.equal(renewAfter(3600), 2_700_000);
  assert.equal(renewAfter(1), 5_000);
  assert.equal(renewAfter(1e12), 24 * 3600 * 1000);
  for (const odd of [undefined, 0, -1, 'soon', Number.NaN]) assert.equal(renewAfter(odd), 2_700_000);
});
