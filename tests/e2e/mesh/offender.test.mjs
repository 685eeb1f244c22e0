// SPDX-License-Identifier: Apache-2.0
//
// One peer sends large signals to a peer of another hub; the bystanders exchange offers meanwhile.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import { discovers, linked, startHub } from '../support/mesh.mjs';
import { counted, peakBytes, percentile } from '../support/figures.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, WirePeer } from '../support/wire_peer.mjs';

const BYSTANDERS = 25;
const LARGE = { sdp: 'v'.repeat(878 * 1024) };
const MOST_GROWTH = 150 * 1024 * 1024; // Many times what the queue of a link may hold.

let hubs = [];
let network;
let offender;
let target;
let bystanders; // Of the offender's hub.
let mates; // Of the target's.
let clocks = [];

beforeEach(async () => {
  hubs = [await startHub()];
  hubs.push(await startHub([hubs[0]]));
  await linked(hubs[0]);
  network = newNetwork();
  const join = (hub) => WirePeer.join(hub, network);
  [offender, target] = [await join(hubs[0]), await join(hubs[1])];
  bystanders = [];
  mates = [];
  for (let i = 0; i < BYSTANDERS; ++i) {
    bystanders.push(await join(hubs[0]));
    mates.push(await join(hubs[1]));
  }
  await discovers(offender, mates.at(-1));
  await Promise.all(bystanders.map((one) => discovers(one, mates.at(-1))));
});

afterEach(() => {
  for (const clock of clocks) clearInterval(clock);
  clocks = [];
  return Promise.all(hubs.map((hub) => hub.kill()));
});

// Each bystander sends an offer to its mate every 20 ms. Resolves with a function that ends that and
// resolves with the milliseconds that each offer took.
function exchange() {
  const took = [];
  let sent = 0;
  for (const mate of mates) {
    mate.socket.on('message', (bytes) => {
      const { type, data } = JSON.parse(bytes);
      if (type === 'offer') took.push(performance.now() - data.at);
    });
  }
  const talking = setInterval(() => {
    for (const [i, one] of bystanders.entries()) {
      one.signal('offer', mates[i], network, { at: performance.now() });
      ++sent;
    }
  }, 20);
  clocks.push(talking);
  return async () => {
    clearInterval(talking);
    await until('every offer of a bystander arrives', () => took.length === sent);
    return took;
  };
}

for (const count of [8, 600]) {
  test(`${count} large signals cost their sender some of them, and nobody else anything`, async (t) => {
    const before = hubs.map(peakBytes);
    const stop = exchange();
    for (let i = 0; i < count; ++i) {
      offender.signal('offer', target, network, LARGE);
      // As fast as the hub takes them, but not all in the memory of this process.
      await until('the socket takes more', () => offender.socket.bufferedAmount < 4_000_000);
    }
    const dropped = () => offender.left({ type: 'error' }).length;
    const arrived = () => target.left({ type: 'offer' }).length;
    // The hub of the target drops what the target does not read in time; it cannot tell the sender.
    const unread = () => counted(hubs[1], 'pigeonhub_refusals_total{reason="receiver_backlogged"}');
    await until(
      'each is delivered, or its sender is told, or the target did not read it',
      async () => dropped() + arrived() + (await unread()) === count,
    );
    const took = await stop();
    assert.ok(arrived() > 0, 'the first of them at least');
    assert.ok(count < 10 || dropped() > 0);
    for (const hub of hubs) {
      for (const reason of ['slow_reader', 'unresponsive', 'transport_lost', 'memory_pressure']) {
        assert.equal(await counted(hub, `pigeonhub_leaves_total{reason="${reason}"}`), 0, reason);
      }
    }
    assert.equal((await hubs[0].hubs()).hubs.length, 1, 'the link is up');
    const most = Math.max(...hubs.map((hub, i) => peakBytes(hub) - before[i]));
    assert.ok(most < MOST_GROWTH, `${most} bytes more`);
    t.diagnostic(
      `${arrived()} arrived, ${dropped()} dropped; ${took.length} offers of bystanders, ` +
        `p50 ${percentile(took, 50)} ms, p99 ${percentile(took, 99)} ms; at most ` +
        `${Math.round(most / 1024 / 1024)} MiB more`,
    );
  });
}
