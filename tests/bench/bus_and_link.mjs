// SPDX-License-Identifier: Apache-2.0
//
// What a signal costs between two hubs that meet over a NATS server, beside two that are linked: the
// CPU of both hubs, that of the server, and how long it takes. In turns, in one run. As in run.mjs,
// the hubs and the server have one core and the generator has another, where there are two.
// usage: PIGEONHUB_BINARY=FILE PIGEONCTL_BINARY=FILE node tests/bench/bus_and_link.mjs [ROUNDS] [SECONDS]
import { parseArgs } from 'node:util';

import { Broker, hears, startHubOn } from '../e2e/support/broker.mjs';
import { linked, startHub } from '../e2e/support/mesh.mjs';
import { exchange, median, ONE_THREAD, runOn } from './across.mjs';

const { positionals } = parseArgs({ allowPositionals: true });
const rounds = Number(positionals[0] ?? 5);
const seconds = Number(positionals[1] ?? 5);
const SIZES = [300, 1400];
const MOST_CPU = 2; // times that over the link
const MOST_MS = 0.3; // more than over the link

const ways = {
  link: async () => {
    const first = await startHub([], ONE_THREAD);
    const hubs = [first, await startHub([first], ONE_THREAD)];
    await linked(first);
    return { hubs, end: () => {} };
  },
  bus: async () => {
    const broker = await Broker.start();
    const hubs = [await startHubOn([broker], ONE_THREAD), await startHubOn([broker], ONE_THREAD)];
    for (const hub of hubs) await hears(hub, 1);
    return { hubs, server: broker, end: () => broker.end() };
  },
};

// The CPU under load, and what one signal takes while there is no other.
async function measure(way, bytes) {
  runOn(0);
  const { hubs, server, end } = await ways[way]();
  runOn(1);
  try {
    const processes = { hubs, server: server ? [server] : [] };
    const { cpu } = await exchange(hubs, processes, { bytes, seconds });
    const { p50 } = await exchange(hubs, processes, { bytes, seconds: seconds / 2, pairs: 1 });
    return { ...cpu, p50 };
  } finally {
    await Promise.all(hubs.map((hub) => hub.kill()));
    await end();
  }
}

const figures = new Map();
for (let round = 0; round < rounds; ++round) {
  for (const bytes of SIZES) {
    for (const way of Object.keys(ways)) {
      const key = `${way} ${bytes} B`;
      figures.set(key, [...(figures.get(key) ?? []), await measure(way, bytes)]);
    }
  }
}
const of = (key, name) => median(figures.get(key).map((one) => one[name]));
for (const key of figures.keys()) {
  console.log(
    `${key.padEnd(12)} ${of(key, 'hubs').toFixed(1)} us of both hubs, ` +
      `${of(key, 'server').toFixed(1)} us of the server, ${of(key, 'p50').toFixed(3)} ms`,
  );
}
for (const bytes of SIZES) {
  const cpu = of(`bus ${bytes} B`, 'hubs') / of(`link ${bytes} B`, 'hubs');
  const ms = of(`bus ${bytes} B`, 'p50') - of(`link ${bytes} B`, 'p50');
  console.log(
    `${bytes} B: ${cpu.toFixed(2)} times the CPU, target at most ${MOST_CPU}; ` +
      `${ms.toFixed(3)} ms more, target at most ${MOST_MS}`,
  );
}
