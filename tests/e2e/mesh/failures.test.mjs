// SPDX-License-Identifier: Apache-2.0
//
// Hubs of a mesh that die, hang and come back, and how soon the others have come to terms with it.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { discovers, exchangeOffers, linked, misses, startHub } from '../support/mesh.mjs';
import { newNetwork, WirePeer } from '../support/wire_peer.mjs';

let hubs = [];

afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.kill()));
  hubs = [];
});

// Three hubs, two linked to the first, and a peer on each that knows the two others.
const SWIFTLY = { flags: ['--drain-timeout', '1s'] };

async function startThree() {
  const centre = await startHub();
  hubs = [centre, await startHub([centre]), await startHub([centre], SWIFTLY)];
  await linked(centre, 2);
  const network = newNetwork();
  const peers = [];
  for (const hub of hubs) peers.push(await WirePeer.join(hub, network));
  for (const one of peers) {
    for (const other of peers) if (one !== other) await discovers(one, other);
  }
  for (const peer of peers) peer.inbox.length = 0;
  return { network, peers };
}

test('peers of a hub that was killed are gone elsewhere, and return with it', async (t) => {
  const { network, peers } = await startThree();
  const [a, b, c] = peers;
  const { port } = hubs[2];
  const death = Date.now();
  await hubs[2].kill();
  await misses(a, c);
  await misses(b, c);
  const missed = Date.now() - death;
  await exchangeOffers(a, b, network);

  const begin = Date.now();
  hubs[2] = await startHub([hubs[0]], { port });
  const again = await WirePeer.join(hubs[2], network, {}, { id: c.id });
  await discovers(a, again);
  await discovers(b, again);
  await exchangeOffers(again, b, network);
  const back = Date.now() - begin;
  t.diagnostic(`missed after ${missed} ms, met again ${back} ms after its start`);
  // 3 s of grace, in which the hub may come back and nothing has happened.
  assert.ok(missed < 5_000, `${missed} ms`);
  assert.ok(back < 10_000, `${back} ms`);
  assert.equal(a.left({ type: 'goodbye' }).length, 0, 'nobody said goodbye');
});

test('the hub in the middle of a star is dialled again when it is back', async (t) => {
  const { network, peers } = await startThree();
  const [, b, c] = peers;
  const { port } = hubs[0];
  await hubs[0].kill();
  const begin = Date.now();
  hubs[0] = await startHub([], { port });
  await linked(hubs[0], 2);
  const back = Date.now() - begin;
  t.diagnostic(`linked again ${back} ms after its start`);
  assert.ok(back < 10_000, `${back} ms`);
  await exchangeOffers(b, c, network);
});

test('a hub that hangs with its sockets open is found out', async (t) => {
  const { network, peers } = await startThree();
  const [a, b, c] = peers;
  const begin = Date.now();
  hubs[2].freeze();
  await misses(a, c, 25_000);
  const missed = Date.now() - begin;
  await exchangeOffers(a, b, network);
  t.diagnostic(`missed after ${missed} ms`);
  // A ping every 5 s, 10 s of silence, and the 3 s in which it may come back.
  assert.ok(missed < 20_000, `${missed} ms`);

  hubs[2].thaw();
  await discovers(a, c);
  await exchangeOffers(a, c, network);
});

test('a hub that drains and returns costs the others no signal', async () => {
  const { network, peers } = await startThree();
  const [a, b] = peers;
  const { port } = hubs[2];
  let sent = 0;
  const say = () => a.signal('ice-candidate', b, network, { number: sent++ });
  const talking = setInterval(say, 5);
  await hubs[2].stop();
  hubs[2] = await startHub([hubs[0]], { port });
  await linked(hubs[0], 2);
  clearInterval(talking);
  for (let heard = 0; heard < sent; ++heard) {
    await b.take({ type: 'ice-candidate', data: { number: heard } });
  }
  assert.equal(b.left({ type: 'ice-candidate' }).length, 0, 'each came once');
});
