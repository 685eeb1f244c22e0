// SPDX-License-Identifier: Apache-2.0
//
// Pairs of peers with one on each of two hubs, which answer each other's offers as soon as they come:
// one is in flight for each pair, so the hubs are never idle for long and never swamped.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

import { discovers } from '../e2e/support/mesh.mjs';
import { WirePeer } from '../e2e/support/wire_peer.mjs';

const PAIRS = 50;
// 100 a second: what Linux counts CPU time in for everybody's eyes.
const TICK_US = 10_000;

export const ONE_THREAD = { flags: ['--io-threads', '1'] };

// User and system time of a process so far, in microseconds.
function cpuOf({ pid }) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

// This process from now on, and what it starts.
const cores = availableParallelism();
export function runOn(core) {
  if (cores > 1) spawnSync('taskset', ['-acp', String(core), String(process.pid)]);
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const quantile = (values, part) => [...values].sort((a, b) => a - b)[Math.floor(values.length * part)];
export const median = (values) => quantile(values, 0.5);

// Offers with so many bytes of data, for so long; `pairs` of them at a time. The CPU in microseconds
// that each of `processes` spent on one, by its name, and what one took, in ms.
export async function exchange(hubs, processes, { bytes, seconds, pairs: count = PAIRS }) {
  const pairs = [];
  for (let i = 0; i < count; ++i) {
    const network = `bench-${i}`;
    // On the dialed one first: the reference tells only those of its peers that came later.
    const near = await WirePeer.join(hubs[0], network);
    const far = await WirePeer.join(hubs[1], network);
    await discovers(near, far);
    pairs.push({ network, near, far });
  }
  const sdp = 'v=0 '.repeat(Math.ceil(bytes / 4)).slice(0, bytes);
  const times = [];
  let messages = 0;
  let running = true;
  for (const { network, near, far } of pairs) {
    let sent = performance.now();
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      one.socket.removeAllListeners('message');
      one.socket.on('message', () => {
        ++messages;
        const now = performance.now();
        times.push(now - sent);
        sent = now;
        if (running) one.signal('offer', other, network, { sdp, number: messages });
      });
    }
    near.signal('offer', far, network, { sdp });
  }
  const figures = () => Object.entries(processes).map(([name, all]) => [
    name,
    all.reduce((sum, one) => sum + cpuOf(one), 0),
  ]);
  await pause(1000);
  const before = { cpu: Object.fromEntries(figures()), messages };
  times.length = 0;
  await pause(seconds * 1000);
  const after = { cpu: Object.fromEntries(figures()), messages };
  running = false;
  for (const { near, far } of pairs) for (const peer of [near, far]) peer.socket.terminate();
  const cpu = Object.fromEntries(
    Object.keys(processes).map((name) => [
      name,
      (after.cpu[name] - before.cpu[name]) / (after.messages - before.messages),
    ]),
  );
  return { cpu, p50: median(times), p99: quantile(times, 0.99) };
}
