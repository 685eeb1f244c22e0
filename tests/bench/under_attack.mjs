// SPDX-License-Identifier: Apache-2.0
//
// Two linked hubs with a limit on their memory under all attacks of attacks.mjs: first each for
// itself, then all at once. Prints the most memory of each hub, how long offers of bystanders took
// meanwhile, on one hub and across both, and what was ended and refused.
// usage: PIGEONHUB_BINARY=FILE node tests/bench/under_attack.mjs [SECONDS [NAME...]]
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { percentile, peakBytes } from '../e2e/support/figures.mjs';
import { discovers, linked, startHub } from '../e2e/support/mesh.mjs';
import { randomId, WirePeer } from '../e2e/support/wire_peer.mjs';
import { attacks, HOSTILE_ID } from './attacks.mjs';

const LIMIT_MIB = 64;
const SECRET = '0123456789abcdef0123456789abcdef';
const PAIRS = 10;
const seconds = Number(process.argv[2] ?? 10);
const names = process.argv.length > 3 ? process.argv.slice(3) : Object.keys(attacks);

const start = async (others) => {
  const id = randomId();
  const flags = ['--memory-limit', `${LIMIT_MIB}MiB`, '--hub-allow', `${HOSTILE_ID}=${SECRET}`];
  const hub = await startHub(others, { flags: [...flags, '--hub-peer-id', id] });
  hub.id = id;
  return hub;
};

// What the metrics of both hubs have to say of connections that ended and of refusals.
async function counts(hubs) {
  const sums = new Map();
  for (const { metricsPort } of hubs) {
    const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    for (const line of text.split('\n')) {
      const [, name, sum] = /^pigeonhub_(?:leaves|refusals)_total\{reason="(\w+)"\} (\d+)/.exec(line) ?? [];
      if (Number(sum) > 0) sums.set(name, (sums.get(name) ?? 0) + Number(sum));
    }
  }
  return [...sums].sort((a, b) => b[1] - a[1]).map(([name, sum]) => `${name} ${sum}`);
}

// Pairs of bystanders exchange offers. Returns a function that ends that and gives the times.
async function bystanders(from, to, network) {
  const took = [];
  const pairs = [];
  let sent = 0;
  for (let i = 0; i < PAIRS; ++i) {
    const name = `${network}-${i}`;
    const [near, far] = [await WirePeer.join(from, name), await WirePeer.join(to, name)];
    await discovers(near, far);
    far.socket.on('message', (bytes) => {
      const { type, data } = JSON.parse(bytes);
      if (type === 'offer') took.push(performance.now() - data.at);
    });
    pairs.push({ near, far, name });
  }
  const timer = setInterval(() => {
    for (const { near, far, name } of pairs) {
      near.signal('offer', far, name, { at: performance.now() });
      ++sent;
    }
  }, 50);
  return async () => {
    clearInterval(timer);
    for (let i = 0; i < 50 && took.length < sent; ++i) await pause(100);
    return { took, lost: sent - took.length };
  };
}

async function measure(which) {
  const hubs = [await start([])];
  hubs.push(await start([hubs[0]]));
  let attacker;
  try {
    await linked(hubs[0]);
    const ends = [
      await bystanders(hubs[0], hubs[0], 'here'),
      await bystanders(hubs[0], hubs[1], 'across'),
    ];
    const program = fileURLToPath(new URL('attacks.mjs', import.meta.url));
    const words = [program, ...hubs.map(({ url, id }) => `${url}#${id}`), SECRET, ...which];
    attacker = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
    await pause(seconds * 1000);
    const [here, across] = await Promise.all(ends.map((end) => end()));
    const mib = hubs.map((hub) => Math.round(peakBytes(hub) / 1024 / 1024));
    const now = hubs.map(({ pid }) =>
      Math.round(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1] / 1024));
    const times = ({ took, lost }) =>
      `p50 ${percentile(took, 50)} p99 ${percentile(took, 99)} ms, ${lost} of ${took.length + lost} lost`;
    console.log(which.length > 1 ? 'all at once' : which[0]);
    console.log(`  memory: at most ${mib.join(' and ')} MiB of ${LIMIT_MIB}; at last ${now.join(' and ')}`);
    console.log(`  offers: on one hub ${times(here)}; across ${times(across)}`);
    console.log(`  counted: ${(await counts(hubs)).join(', ') || 'nothing'}`);
  } finally {
    attacker?.kill('SIGKILL');
    await Promise.all(hubs.map((hub) => hub.kill()));
  }
}

for (const name of names) await measure([name]);
if (names.length > 1) await measure(names);
process.exit(0);
