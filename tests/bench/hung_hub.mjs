// SPDX-License-Identifier: Apache-2.0
//
// What a hub that hangs costs the others on its NATS server: three hubs, 20 MB of signals a second for
// peers of the third, and pairs of peers across the first two that answer each other. How long does an
// answer take while the third hub reads, and while it stands still? As in run.mjs, the hubs and the
// server have one core and the generator has another, where there are two.
// usage: PIGEONHUB_BINARY=FILE PIGEONCTL_BINARY=FILE node tests/bench/hung_hub.mjs [ROUNDS] [SECONDS]
import { parseArgs } from 'node:util';

import { Broker, hears, startHubOn } from '../e2e/support/broker.mjs';
import { discovers } from '../e2e/support/mesh.mjs';
import { WirePeer } from '../e2e/support/wire_peer.mjs';
import { exchange, median, ONE_THREAD, runOn } from './across.mjs';

const { positionals } = parseArgs({ allowPositionals: true });
const rounds = Number(positionals[0] ?? 3);
const seconds = Number(positionals[1] ?? 8);
const FLOOD = { bytesASecond: 20e6, bytes: 16_000, peers: 10, tickMs: 10 };
const PAIRS = { bytes: 300, pairs: 20 };
const MOST = 2; // times as long

// Signals from peers of one hub to peers of the other, until the function that it returns is called.
async function flood(near, far) {
  const pairs = [];
  for (let i = 0; i < FLOOD.peers; ++i) {
    const network = `flood-${i}`;
    const [from, to] = [await WirePeer.join(near, network), await WirePeer.join(far, network)];
    await discovers(from, to);
    to.socket.removeAllListeners('message');
    pairs.push({ network, from, to });
  }
  const candidate = 'x'.repeat(FLOOD.bytes);
  const each = (FLOOD.bytesASecond * FLOOD.tickMs) / 1000 / FLOOD.bytes;
  let due = 0;
  let sent = 0;
  const ticking = setInterval(() => {
    for (due += each; due >= 1; --due) {
      const { network, from, to } = pairs[++sent % pairs.length];
      from.signal('ice-candidate', to, network, { candidate });
    }
  }, FLOOD.tickMs);
  return () => {
    clearInterval(ticking);
    for (const { from, to } of pairs) for (const peer of [from, to]) peer.socket.terminate();
  };
}

async function measure() {
  runOn(0);
  const broker = await Broker.start();
  const hubs = await Promise.all([0, 1, 2].map(() => startHubOn([broker], ONE_THREAD)));
  for (const hub of hubs) await hears(hub, 2);
  runOn(1);
  const [one, other, hung] = hubs;
  const end = await flood(one, hung);
  try {
    const before = await exchange([one, other], {}, { ...PAIRS, seconds });
    hung.freeze();
    const during = await exchange([one, other], {}, { ...PAIRS, seconds });
    return { before: before.p99, during: during.p99 };
  } finally {
    end();
    await Promise.all(hubs.map((hub) => hub.kill()));
    await broker.end();
  }
}

const figures = [];
for (let round = 0; round < rounds; ++round) figures.push(await measure());
const before = median(figures.map((one) => one.before));
const during = median(figures.map((one) => one.during));
console.log(
  `p99 ${before.toFixed(1)} ms while it reads, ${during.toFixed(1)} ms while it stands still: ` +
    `${(during / before).toFixed(2)} times as long, target at most ${MOST}`,
);
