// SPDX-License-Identifier: Apache-2.0
//
// What a signal costs that crosses two linked hubs: the CPU of both together for each offer of
// 1.5 KB, ours against two of the reference. Pairs have one offer in flight each, so the hubs are
// never idle for long and never swamped. As in run.mjs, the hubs have one core and the generator has
// another, where there are two.
// usage: PIGEONHUB_BINARY=FILE node tests/bench/cross_hub.mjs [ROUNDS] [SECONDS]
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';

import { discovers, linked, startHub, startReferenceHub } from '../e2e/support/mesh.mjs';
import { WirePeer } from '../e2e/support/wire_peer.mjs';

const { positionals } = parseArgs({ allowPositionals: true });
const rounds = Number(positionals[0] ?? 5);
const seconds = Number(positionals[1] ?? 5);
const PAIRS = 50;
const TARGET = 0.3;
const ONE_THREAD = { flags: ['--io-threads', '1'] };
// 100 a second: what Linux counts CPU time in for everybody's eyes.
const TICK_US = 10_000;

// User and system time of a process so far, in microseconds.
function cpuOf({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

// This process from now on, and what it starts.
const cores = availableParallelism();
function runOn(core) {
  if (cores > 1) spawnSync('taskset', ['-acp', String(core), String(process.pid)]);
}

// Two hubs, linked, with a pair of peers across them for each network.
async function measure(start) {
  runOn(0);
  const hubs = [await start()];
  hubs.push(await start([hubs[0]]));
  runOn(1);
  const dialed = hubs[0];
  try {
    await linked(dialed);
    const pairs = [];
    for (let i = 0; i < PAIRS; ++i) {
      const network = `bench-${i}`;
      // On the dialed one first: the reference tells only those of its peers that came later.
      const near = await WirePeer.join(hubs[0], network);
      const far = await WirePeer.join(hubs[1], network);
      await discovers(near, far);
      pairs.push({ network, near, far });
    }
    let messages = 0;
    let running = true;
    const sdp = 'v=0 '.repeat(350);
    for (const { network, near, far } of pairs) {
      for (const [one, other] of [
        [near, far],
        [far, near],
      ]) {
        one.socket.removeAllListeners('message');
        one.socket.on('message', () => {
          ++messages;
          if (running) one.signal('offer', other, network, { sdp, number: messages });
        });
      }
      near.signal('offer', far, network, { sdp });
    }
    const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    await pause(1000);
    const before = { cpu: cpuOf(hubs[0]) + cpuOf(hubs[1]), messages };
    await pause(seconds * 1000);
    const after = { cpu: cpuOf(hubs[0]) + cpuOf(hubs[1]), messages };
    running = false;
    for (const { near, far } of pairs) for (const peer of [near, far]) peer.socket.terminate();
    return (after.cpu - before.cpu) / (after.messages - before.messages);
  } finally {
    await Promise.all(hubs.map((hub) => hub.kill()));
  }
}

const figures = { ours: [], reference: [] };
for (let round = 0; round < rounds; ++round) {
  figures.ours.push(await measure((others) => startHub(others, ONE_THREAD)));
  figures.reference.push(await measure((others) => startReferenceHub(others)));
}
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
for (const [name, values] of Object.entries(figures)) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  console.log(
    `${name.padEnd(10)} ${median(values).toFixed(1)} us a signal, both hubs ` +
      `(${low.toFixed(1)}-${high.toFixed(1)})`,
  );
}
const ratio = median(figures.ours) / median(figures.reference);
console.log(`ratio      ${ratio.toFixed(3)}, target at most ${TARGET}`);
