// SPDX-License-Identifier: Apache-2.0
//
// The limiters, which at loopback hold only because the flags say so: what clients do in their
// normal life comes to none of them, and who asks much more is read later and harms nobody.

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { counted, percentile } from './support/figures.mjs';
import { beyondTheReference, Hub } from './support/hub.mjs';
import { member } from './support/mesh_client.mjs';
import { NodeClient } from './support/node_client.mjs';
import { exchange, meet } from './support/scenario.mjs';
import { until } from './support/wait.mjs';
import { newNetwork, settle, WirePeer } from './support/wire_peer.mjs';

const DEFAULTS = [
  ...['--message-rate', '100/s,500', '--byte-rate', '1MiB/s,4MiB', '--announce-rate', '1/s,10'],
  ...['--fanout-rate', '8MiB/s,64MiB', '--address-rate', '20/s,100'],
  ...['--auth-failure-rate', '10/30m'],
];
const LIMITS = ['address_rate', 'address_share', 'address_handshakes', 'auth_failure_rate'];
const TABS = 60;

let hub;
let clients = [];
let clocks = [];

afterEach(async () => {
  for (const clock of clocks.splice(0)) clearInterval(clock);
  await Promise.all(clients.splice(0).map((client) => client.vanish()));
  await hub?.kill();
});

const pauses = () => counted(hub, 'pigeonhub_pauses_total');

async function assertNobodyCameToALimit() {
  assert.equal(await pauses(), 0, 'nobody was paused');
  for (const reason of LIMITS) {
    assert.equal(await counted(hub, `pigeonhub_refusals_total{reason="${reason}"}`), 0, reason);
  }
  assert.equal(await counted(hub, 'pigeonhub_leaves_total{reason="rate_limit"}'), 0);
}

// What is sent is numbered; resolves with a function that gives the numbers that arrived.
function numbersAt(target) {
  const arrived = [];
  target.socket.on('message', (bytes) => {
    const { type, data } = JSON.parse(bytes);
    if (type === 'ice-candidate') arrived.push(data.number);
  });
  return arrived;
}

test('real clients come to no limit', beyondTheReference, async () => {
  hub = await Hub.start({ flags: DEFAULTS });
  for (const letter of ['a', 'b', 'c', 'd']) clients.push(await NodeClient.join(hub, member(letter)));
  await meet(...clients);
  await exchange(clients[0], clients[3], 'hello');
  await assertNobodyCameToALimit();
});

// Each tab does what the real client does with everybody that it meets: of two the one with the
// greater id offers, and each sends its candidates. A client connects to a few of those it meets.
test(`${TABS} tabs behind one address come to no limit`, beyondTheReference, async () => {
  const CHANNELS = 8;
  const CANDIDATES = 7;
  hub = await Hub.start({ flags: DEFAULTS });
  const network = newNetwork();
  const tabs = await Promise.all(
    Array.from({ length: TABS }, () => WirePeer.join(hub, network, { tab: 'x'.repeat(500) })),
  );
  await settle(...tabs);
  const data = { type: 'offer', sdp: 's'.repeat(1500) };
  const candidate = { candidate: 'c'.repeat(150), sdpMid: '0' };
  for (const [i, tab] of tabs.entries()) {
    for (let n = 1; n <= CHANNELS; ++n) {
      const mate = tabs[(i + n) % TABS];
      tab.signal('offer', mate, network, data);
      mate.signal('answer', tab, network, data);
      for (let c = 0; c < CANDIDATES; ++c) {
        tab.signal('ice-candidate', mate, network, candidate);
        mate.signal('ice-candidate', tab, network, candidate);
      }
    }
  }
  await settle(...tabs);
  for (const tab of tabs) {
    assert.equal(tab.left({ type: 'offer' }).length, CHANNELS);
    assert.equal(tab.left({ type: 'ice-candidate' }).length, 2 * CHANNELS * CANDIDATES);
  }
  await assertNobodyCameToALimit();
});

test('a burst over the rate arrives late, whole and in order', beyondTheReference, async (t) => {
  hub = await Hub.start({ flags: ['--message-rate', '100/s,200'] });
  const network = newNetwork();
  const [sender, target] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  await settle(sender, target);
  const arrived = numbersAt(target);
  const begin = performance.now();
  for (let number = 0; number < 600; ++number) {
    sender.signal('ice-candidate', target, network, { number });
  }
  await until('all arrive', () => arrived.length === 600);
  const took = performance.now() - begin;
  assert.deepEqual(arrived, Array.from({ length: 600 }, (_, number) => number));
  assert.ok((await pauses()) > 0);
  assert.equal(sender.socket.readyState, 1, 'it may stay');
  t.diagnostic(`600 candidates at 100 a second after 200 at once took ${Math.round(took)} ms`);
});

test('a sender at 50 times the rate is closed in the end and harms nobody', beyondTheReference, async (t) => {
  hub = await Hub.start({ flags: ['--message-rate', '100/s,500'] });
  const network = newNetwork();
  const join = () => WirePeer.join(hub, network);
  const [offender, target] = [await join(), await join()];
  const pairs = [];
  for (let i = 0; i < 25; ++i) pairs.push([await join(), await join()]);
  await settle(offender, target, ...pairs.flat());

  // Each bystander sends an offer to its mate every 20 ms.
  const exchangeFor = async (milliseconds) => {
    const took = [];
    let sent = 0;
    const hear = (bytes) => {
      const { type, data } = JSON.parse(bytes);
      if (type === 'offer') took.push(performance.now() - data.at);
    };
    for (const [, mate] of pairs) mate.socket.on('message', hear);
    const clock = setInterval(() => {
      for (const [one, mate] of pairs) {
        one.signal('offer', mate, network, { at: performance.now() });
        ++sent;
      }
    }, 20);
    clocks.push(clock);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    clearInterval(clock);
    await until('every offer of a bystander arrives', () => took.length === sent);
    for (const [, mate] of pairs) mate.socket.off('message', hear);
    return took;
  };

  const before = await exchangeFor(4_000);
  const arrived = numbersAt(target);
  let sent = 0;
  const flood = setInterval(() => {
    if (offender.socket.bufferedAmount > 4_000_000) return;
    for (let i = 0; i < 50; ++i) {
      offender.signal('ice-candidate', target, network, { number: sent++ });
    }
  }, 10);
  clocks.push(flood);
  const during = await exchangeFor(4_000);
  const paused = await pauses();
  const { code, reason } = await offender.closed();
  clearInterval(flood);
  assert.deepEqual([code, reason], [1008, 'Rate limit exceeded']);
  assert.deepEqual(arrived, Array.from({ length: arrived.length }, (_, number) => number));
  assert.ok(arrived.length >= 1_000, `${arrived.length} arrived`);
  assert.ok(paused > 0);
  assert.equal(await counted(hub, 'pigeonhub_leaves_total{reason="rate_limit"}'), 1);
  const figures = (took) => `p50 ${percentile(took, 50)} ms, p99 ${percentile(took, 99)} ms`;
  t.diagnostic(
    `bystanders alone: ${figures(before)}; beside ${sent} messages, of which ${arrived.length} ` +
      `arrived, none out of order and none left out: ${figures(during)}`,
  );
});
