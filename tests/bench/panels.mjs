// SPDX-License-Identifier: Apache-2.0
//
// Draws docs/panels.svg: a minute of load on a hub as its metrics tell it, a panel for each of the dashboard's most telling ones.
//
//   node tests/bench/panels.mjs build/release/bin > docs/panels.svg

import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const programs = process.argv[2];
const SECONDS = 60;

// Runs to its end; a load that ends with 1 has found the hub wrong.
const run = (program, ...args) =>
  new Promise((resolve, reject) => execFile(join(programs, program), args, (error, stdout) => (error ? reject(error) : resolve(stdout))));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function startHub(folder) {
  const readyFile = join(folder, 'ready.json');
  const hub = spawn(join(programs, 'pigeonhub'), [
    ...['--host', '127.0.0.1', '--port', '0', '--metrics-listen', '127.0.0.1:0', '--control-listen', '127.0.0.1:0'],
    ...['--ready-file', readyFile, '--drain-timeout', '0', '--max-connections', '5000'],
  ]);
  hub.stderr.resume();
  hub.stdout.resume();
  for (;;) {
    if (hub.exitCode !== null) throw new Error('the hub does not start');
    try {
      const ready = JSON.parse(readFileSync(readyFile));
      const of = ({ host, port, address }) => address ?? `${host}:${port}`;
      return { hub, peers: of(ready.signaling[0]), metrics: of(ready.metrics[0]), control: of(ready.control[0]) };
    } catch {
      await pause(10);
    }
  }
}

// {name{labels}: value}
async function scrape(address) {
  const text = await (await fetch(`http://${address}/metrics`, { headers: { connection: 'close' } })).text();
  return Object.fromEntries(
    text.split('\n').filter((line) => line !== '' && line[0] !== '#').map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

// What happens while we watch: a crowd that signals, a namespace that gathers, coming and going, and pairs that shake hands.
async function load({ peers, control }, until) {
  const handshakes = async () => {
    while (Date.now() < until) await run('pigeonctl', 'check', 'handshake', `ws://${peers}`);
  };
  const looks = async () => {
    for (; Date.now() < until; await pause(500)) await run('pigeonctl', '--server', control, 'stats');
  };
  const crowd = async () => {
    await pause(5000);
    await run('pigeonhub_load', 'relay-open', '--url', peers, '--peers', '400', '--rate', '2000', '--seconds', '14');
    await run('pigeonhub_load', 'announce', '--url', peers, '--members', '200', '--rounds', '5');
    await run('pigeonhub_load', 'churn', '--url', peers, '--groups', '4', '--seconds', '8');
    await run('pigeonhub_load', 'relay-open', '--url', peers, '--peers', '200', '--rate', '800', '--seconds', '10');
  };
  await Promise.all([handshakes(), handshakes(), looks(), crowd()]);
}

const sum = (sample, name, label = '') =>
  Object.entries(sample)
    .filter(([key]) => (key === name || key.startsWith(`${name}{`)) && key.includes(label))
    .reduce((total, [, value]) => total + value, 0);

// A line of points, one a sample from the fourth on.
const gauge = (samples, name, label) => samples.slice(3).map(({ values }) => sum(values, name, label));
const rate = (samples, name, label) =>
  samples.slice(3).map(({ time, values }, i) => {
    const before = samples[i];
    return ((sum(values, name, label) - sum(before.values, name, label)) * 1000) / (time - before.time);
  });

// The bound below which the share `q` of what a histogram counted lies.
const quantile = (samples, name, q) =>
  samples.slice(3).map(({ values }, i) => {
    const counts = new Map();
    for (const [key, value] of Object.entries(values)) {
      const bound = key.startsWith(`${name}_bucket{`) && key.match(/le="([^"]+)"/)[1];
      if (bound) counts.set(bound, (counts.get(bound) ?? 0) + value - (samples[i].values[key] ?? 0));
    }
    const all = counts.get('+Inf');
    const [bound] = [...counts].find(([, count]) => count >= q * all) ?? ['0'];
    return all ? Number(bound) * 1000 : 0;
  });

const panelsOf = (samples) => [
  ['Connections', { connections: gauge(samples, 'pigeonhub_connections'), peers: gauge(samples, 'pigeonhub_peers') }],
  ['Joins and leaves, a second', {
    joins: rate(samples, 'pigeonhub_joins_total'),
    closed: rate(samples, 'pigeonhub_leaves_total', 'peer_closed'),
    goodbye: rate(samples, 'pigeonhub_leaves_total', 'goodbye'),
  }],
  ['Signals, a second', Object.fromEntries(['offer', 'answer', 'ice-candidate'].map((type) => [type, rate(samples, 'pigeonhub_signals_total', `type="${type}"`)]))],
  ['Handshakes, a second', Object.fromEntries(['offered', 'answered', 'candidates'].map((stage) => [stage, rate(samples, 'pigeonhub_handshakes_total', `stage="${stage}"`)]))],
  ['Discoveries, a second', { discoveries: rate(samples, 'pigeonhub_discoveries_sent_total') }],
  ['Offer to answer, ms', { median: quantile(samples, 'pigeonhub_handshake_answer_seconds', 0.5), '95 %': quantile(samples, 'pigeonhub_handshake_answer_seconds', 0.95) }],
  ['Loop lag, 99 %, ms', { lag: quantile(samples, 'pigeonhub_loop_lag_seconds', 0.99) }],
  ['CPU, cores', { cpu: rate(samples, 'process_cpu_seconds_total') }],
  ['Memory, MiB', { resident: gauge(samples, 'process_resident_memory_bytes').map((bytes) => bytes / 2 ** 20) }],
];

const COLORS = ['#2563eb', '#d97706', '#059669'];
const [WIDTH, HEIGHT, COLUMNS, MARGIN] = [300, 190, 3, 40];

const short = (value) => (value >= 10_000 ? `${Math.round(value / 1000)}k` : value >= 10 ? Math.round(value) : Number(value.toPrecision(2)));

// A round number above `value`.
function ceiling(value) {
  const power = 10 ** Math.floor(Math.log10(value || 1));
  return power * [1, 2, 3, 4, 5, 8, 10].find((step) => step * power >= value);
}

function draw([title, lines], index) {
  const [left, top] = [(index % COLUMNS) * WIDTH, Math.floor(index / COLUMNS) * HEIGHT];
  const [width, height] = [WIDTH - MARGIN - 16, HEIGHT - 70];
  const most = ceiling(Math.max(...Object.values(lines).flat()));
  const points = (values) => values.map((value, i) => `${Math.round((i * width) / (values.length - 1))},${Math.round(height - (value * height) / most)}`).join(' ');
  const marks = [0, 0.5, 1].map((share) => {
    const y = Math.round(height * (1 - share));
    return `<path d="M0 ${y}h${width}" stroke="#e2e8f0"/><text x="-6" y="${y + 4}" text-anchor="end">${short(most * share)}</text>`;
  });
  const curves = Object.values(lines).map((values, i) => `<polyline points="${points(values)}" fill="none" stroke="${COLORS[i]}" stroke-width="1.5"/>`);
  let x = 0;
  const legend = Object.keys(lines).map((name, i) => {
    const entry = `<text x="${x}" y="${height + 32}" fill="${COLORS[i]}">${name}</text>`;
    x += 7 * name.length + 12;
    return entry;
  });
  const times = [0, 30, 60].map((second) => `<text x="${(width * second) / 60}" y="${height + 16}" text-anchor="middle">${second} s</text>`);
  return `<g transform="translate(${left + MARGIN} ${top + 28})"><text x="0" y="-10" font-weight="bold" fill="#0f172a">${title}</text>${[...marks, ...curves, ...times, ...legend].join('')}</g>`;
}

const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-panels-'));
const server = await startHub(folder);
try {
  const until = Date.now() + SECONDS * 1000;
  const samples = [];
  const watch = async () => {
    for (; Date.now() < until; await pause(500)) samples.push({ time: Date.now(), values: await scrape(server.metrics) });
  };
  await Promise.all([watch(), load(server, until)]);
  const panels = panelsOf(samples);
  const [width, height] = [WIDTH * COLUMNS, Math.ceil(panels.length / COLUMNS) * HEIGHT];
  console.log(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11" fill="#64748b"><rect width="${width}" height="${height}" fill="white"/>`);
  console.log(panels.map(draw).join('\n'));
  console.log('</svg>');
} finally {
  server.hub.kill('SIGKILL');
  rmSync(folder, { recursive: true });
}
