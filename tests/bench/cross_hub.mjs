// SPDX-License-Identifier: Apache-2.0
//
// What a signal costs that crosses two linked hubs: the CPU of both together for each offer of
// 1.5 KB, ours against two of the reference. As in run.mjs, the hubs have one core and the generator
// has another, where there are two.
// usage: PIGEONHUB_BINARY=FILE node tests/bench/cross_hub.mjs [ROUNDS] [SECONDS]
import { parseArgs } from 'node:util';

import { linked, startHub, startReferenceHub } from '../e2e/support/mesh.mjs';
import { exchange, median, ONE_THREAD, runOn } from './across.mjs';

const { positionals } = parseArgs({ allowPositionals: true });
const rounds = Number(positionals[0] ?? 5);
const seconds = Number(positionals[1] ?? 5);
const TARGET = 0.3;
const BYTES = 1400;

// Two hubs, linked, with a pair of peers across them for each network.
async function measure(start) {
  runOn(0);
  const hubs = [await start()];
  hubs.push(await start([hubs[0]]));
  runOn(1);
  try {
    await linked(hubs[0]);
    return (await exchange(hubs, { hubs }, { bytes: BYTES, seconds })).cpu.hubs;
  } finally {
    await Promise.all(hubs.map((hub) => hub.kill()));
  }
}

const figures = { ours: [], reference: [] };
for (let round = 0; round < rounds; ++round) {
  figures.ours.push(await measure((others) => startHub(others, ONE_THREAD)));
  figures.reference.push(await measure((others) => startReferenceHub(others)));
}
for (const [name, values] of Object.entries(figures)) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  console.log(
    `${name.padEnd(10)} ${median(values).toFixed(1)} us a signal, both hubs ` +
      `(${low.toFixed(1)}-${high.toFixed(1)})`,
  );
}
const ratio = median(figures.ours) / median(figures.reference);
console.log(`ratio      ${ratio.toFixed(3)}, target at most ${TARGET}`);
