// SPDX-License-Identifier: Apache-2.0
//
// The line between two hubs is lost and found.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { Line } from '../support/line.mjs';
import { discovers, exchangeOffers, linked, misses, startHub } from '../support/mesh.mjs';
import { newNetwork, settle, WirePeer } from '../support/wire_peer.mjs';

let line;
let hubs = [];
let network;
let near;
let far;
let talking;

beforeEach(async () => {
  hubs = [await startHub()];
  line = await Line.to(hubs[0]);
  // Soon enough that each flap is over within the 3 s of grace.
  hubs.push(await startHub([line], { flags: ['--reconnect-interval', '1s'] }));
  await linked(hubs[0]);
  network = newNetwork();
  near = await WirePeer.join(hubs[0], network);
  far = await WirePeer.join(hubs[1], network);
  await discovers(near, far);
  await discovers(far, near);
  near.inbox.length = far.inbox.length = 0;
});

afterEach(async () => {
  clearInterval(talking);
  await Promise.all(hubs.map((hub) => hub.kill()));
  line.close();
});

// Both signal each other without pause, until they are told to stop; then each signal must have
// come once, and in the order they were sent.
function chat() {
  let sent = 0;
  const say = () => {
    near.signal('ice-candidate', far, network, { number: sent });
    far.signal('ice-candidate', near, network, { number: sent });
    ++sent;
  };
  talking = setInterval(say, 5);
  return {
    arrives: () => exchangeOffers(near, far, network),
    async stop() {
      clearInterval(talking);
      say();
      const all = Array.from({ length: sent }, (_, number) => number);
      for (const peer of [near, far]) {
        await peer.take({ type: 'ice-candidate', data: { number: sent - 1 } });
        const heard = peer.left({ type: 'ice-candidate' }).map(({ data }) => data.number);
        assert.deepEqual([...heard, sent - 1], all, 'each came once, in order');
      }
      near.inbox = near.left().filter(({ type }) => type !== 'ice-candidate');
      far.inbox = far.left().filter(({ type }) => type !== 'ice-candidate');
    },
  };
}

test('a line that flaps costs no signal, and nobody is told of it', async () => {
  const talk = chat();
  for (let i = 0; i < 5; ++i) {
    await line.flap(1);
    await talk.arrives();
  }
  await line.flap(2); // Faster than the hubs come to an understanding.
  await talk.arrives();
  await talk.stop();
  await settle(near, far);
  assert.deepEqual(near.left(), []);
  assert.deepEqual(far.left(), []);
});

test('peers behind a line that stays away are gone until it is back', async () => {
  line.cut();
  await misses(near, far);
  await misses(far, near);
  await settle(near, far);
  assert.equal(near.left({ type: 'goodbye' }).length, 0, 'nobody said goodbye');
  assert.equal(far.left({ type: 'goodbye' }).length, 0, 'nobody said goodbye');
  near.inbox.length = far.inbox.length = 0;

  line.mend();
  await discovers(near, far);
  await discovers(far, near);
  await exchangeOffers(near, far, network);
  await settle(near, far);
  for (const peer of [near, far]) {
    assert.deepEqual(
      peer.left().map(({ type }) => type),
      ['peer-discovered'],
      'each was told once',
    );
  }
});
