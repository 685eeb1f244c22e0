// SPDX-License-Identifier: Apache-2.0
//
// What somebody who watches costs the hub: CPU a relayed signal with an event stream open, as a share of the same without.
// Rounds take turns; the watcher shares the generator's core.
// usage: PIGEONHUB_BINARY=FILE node tests/bench/watch.mjs [ROUNDS] [SECONDS]
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { onCore, pigeonhub, withServer } from './servers.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
const binary = resolve(
  process.env.PIGEONHUB_BINARY ?? join(root, 'build', 'release', 'bin', 'pigeonhub'),
);
const [rounds, seconds] = [Number(process.argv[2] ?? 5), process.argv[3] ?? '4'];
const TARGET = 1.05;

const watchers = {
  nobody: null,
  'all but signals': ['events', '-f', '--earliest', '-o', 'jsonl'],
  'signals, too': ['events', '-f', '--earliest', '--kind', 'signalRelayed', '-o', 'jsonl'],
};

async function cost(words, seen) {
  const setting = { flags: ['--control-listen', '127.0.0.1:0'] };
  return withServer(pigeonhub(binary), setting, async ({ address, pid, control }) => {
    let watcher;
    let events = 0;
    if (words !== null) {
      const command = [join(dirname(binary), 'pigeonctl'), '--server', control, ...words];
      const [program, ...rest] = onCore(1, command);
      watcher = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
      watcher.stdout.on('data', (text) => (events += text.toString().split('\n').length - 1));
      // A hub that has started has told so; then the stream is open.
      if (!words.includes('--kind')) await once(watcher.stdout, 'data');
      else await once(watcher, 'spawn');
    }
    const load = [join(dirname(binary), 'pigeonhub_load'), 'relay', '--seconds', seconds];
    const [program, ...rest] = onCore(1, [...load, '--url', address, '--pid', String(pid)]);
    const report = JSON.parse((await promisify(execFile)(program, rest)).stdout);
    if (!report.clean) throw new Error('some deliveries were not right');
    if (watcher) {
      watcher.kill();
      await once(watcher, 'exit');
      // A watcher that saw nothing costs nothing, and shows nothing.
      if (events < 10) throw new Error(`the watcher saw ${events} events`);
      seen.push(events);
    }
    return report.server_cpu_us_per_operation;
  });
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

const names = Object.keys(watchers);
const costs = Object.fromEntries(names.map((name) => [name, []]));
const seen = Object.fromEntries(names.map((name) => [name, []]));
for (let round = 1; round <= rounds; ++round) {
  for (const name of round % 2 ? names : [...names].reverse()) {
    costs[name].push(await cost(watchers[name], seen[name]));
  }
  console.error(`round ${round} of ${rounds}`);
}
for (const name of names) {
  const ratio = median(costs[name].map((cpu, i) => cpu / costs.nobody[i]));
  const figures = `${median(costs[name]).toFixed(2)} us (${Math.min(...costs[name]).toFixed(2)}-${Math.max(...costs[name]).toFixed(2)})`;
  const verdict =
    name === 'nobody'
      ? ''
      : `, ${ratio.toFixed(3)} of nobody (target ${TARGET}), ${median(seen[name])} events seen`;
  console.log(`watched by ${name}: ${figures}${verdict}`);
}
