// SPDX-License-Identifier: Apache-2.0
//
// Peers that make a hub hold memory lose their connection before others notice.

import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';

import WebSocket from 'ws';

import { Hub, beyondTheReference } from '../support/hub.mjs';
import { counted, peakBytes } from '../support/figures.mjs';
import { exchangeOffers } from '../support/mesh.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, WirePeer } from '../support/wire_peer.mjs';

const MiB = 1024 * 1024;
// That of --memory-limit, and what may be on its way from one thread of the hub to another.
const LIMIT = (64 + 16) * MiB;

let hub;
let network;
let pair;

beforeEach(async () => {
  hub = await Hub.start({ flags: ['--memory-limit', '64MiB', '--control-listen', 'off'] });
  network = newNetwork();
  pair = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
});

afterEach(() => hub.kill());

// How many connections ended because they held the most memory.
const ended = () => counted(hub, 'pigeonhub_leaves_total{reason="memory_pressure"}');

// The most that the hub had in memory while `offenders` do their work.
async function staysWithin(offenders, work) {
  await work();
  await until('the largest holders are closed', async () => (await ended()) > 0);
  for (let i = 0; i < 20; ++i) await exchangeOffers(...pair, network);
  const newcomer = await until('a newcomer is let in', () =>
    WirePeer.join(hub, network).catch(() => undefined),
  );
  await exchangeOffers(newcomer, pair[0], network);
  const most = peakBytes(hub);
  assert.ok(most < LIMIT, `${Math.round(most / MiB)} MiB`);
  assert.ok((await ended()) < offenders.length, 'and no more of them than it takes');
  return most;
}

test('100 messages that are not finished', beyondTheReference, async (t) => {
  const offenders = [];
  for (let i = 0; i < 100; ++i) offenders.push(await WirePeer.connect(hub));
  const most = await staysWithin(offenders, () => {
    const part = 'x'.repeat(MiB - 1024);
    for (const { socket } of offenders) socket.send(part, { fin: false });
  });
  t.diagnostic(`at most ${Math.round(most / MiB)} MiB`);
});

test('60 peers that do not read', beyondTheReference, async (t) => {
  const loud = newNetwork();
  const offenders = [];
  for (let i = 0; i < 60; ++i) offenders.push(await WirePeer.join(hub, loud));
  for (const { socket } of offenders) socket.pause();
  const most = await staysWithin(offenders, async () => {
    const sdp = 'v'.repeat(900 * 1024);
    let sender;
    for (let round = 0; round < 8; ++round) {
      // It may be the one that holds the most, in a message that the hub has not read to its end.
      if (sender?.socket.readyState !== WebSocket.OPEN) sender = await WirePeer.join(hub, loud);
      for (const offender of offenders) sender.signal('offer', offender, loud, { sdp });
      const { socket } = sender;
      await until(
        'the hub takes all, or ends the sender',
        () => socket.bufferedAmount === 0 || socket.readyState !== WebSocket.OPEN,
      );
    }
  });
  t.diagnostic(`at most ${Math.round(most / MiB)} MiB`);
});
