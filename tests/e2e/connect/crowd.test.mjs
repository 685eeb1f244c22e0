// SPDX-License-Identifier: Apache-2.0
//
// Many who do the console port harm, all at once and for as long as it lets them: slow, silent,
// stuck and greedy ones. Whoever asks in good faith is answered within a second, peers are served,
// memory stays within bounds, and afterwards nothing of it is left.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { RawConnection, startWithConsole, written } from '../support/console_port.mjs';
import { counted, percentile } from '../support/figures.mjs';
import { exchangeOffers } from '../support/mesh.mjs';
import { until } from '../support/wait.mjs';
import { WirePeer } from '../support/wire_peer.mjs';

const MiB = 1 << 20;
const SERVER = '/pigeonhub.v1.ServerService';
const EVENTS = '/pigeonhub.v1.EventService';
const JSON_TYPE = { 'Content-Type': 'application/json' };
// All bodies that may be there (32 MiB), and what is written or read ahead on 256 connections.
const MOST_GROWTH = 64 * MiB;
const SECOND = 1000;
const SLOW = 20; // of each kind
const GREEDY = 8;
const STUCK_PAGES = 8;
const BODIES = 8; // so many large ones may be on their way

let hub;
let pair;
const raws = [];
before(async () => {
  hub = await startWithConsole({ flags: ['--message-rate', 'off'] });
  pair = [await WirePeer.join(hub, 'room'), await WirePeer.join(hub, 'room')];
});
after(async () => {
  for (const { socket } of raws) socket.destroy();
  await hub?.kill();
});

const refusals = (reason) => counted(hub, `pigeonhub_console_refused_total{reason="${reason}"}`);
const connections = () => counted(hub, 'pigeonhub_console_connections');

async function open() {
  const raw = await RawConnection.open(hub);
  raws.push(raw);
  return raw;
}

async function honest(method = 'GetStats') {
  const began = performance.now();
  const answer = await fetch(`${hub.console}${SERVER}/${method}`, {
    method: 'POST',
    headers: { ...JSON_TYPE, Connection: 'close' },
    body: '{}',
    signal: AbortSignal.timeout(30 * SECOND),
  });
  const body = await answer.json();
  return { status: answer.status, body, took: performance.now() - began };
}
const memory = async () => Number((await honest()).body.resources.residentBytes);

// A byte now and then, which is too slow for a request.
function drip(raw, bytes) {
  let at = 0;
  const timer = setInterval(() => {
    if (raw.socket.destroyed) return clearInterval(timer);
    raw.socket.write(bytes[at++ % bytes.length]);
  }, 700);
  raw.socket.once('close', () => clearInterval(timer));
}

async function slowHead() {
  const raw = await open();
  raw.socket.write('GET /session HTTP/1.1\r\nHost: localhost\r\n');
  drip(raw, 'X-Slow: yes\r\n');
}

async function slowBody() {
  const raw = await open();
  raw.socket.write(written(`POST ${SERVER}/GetStats`, { ...JSON_TYPE, 'Content-Length': 4 * MiB }));
  drip(raw, ' ');
}

async function slowChunks() {
  const raw = await open();
  raw.socket.write(written(`POST ${SERVER}/GetStats`, { ...JSON_TYPE, 'Transfer-Encoding': 'chunked' }));
  drip(raw, '1\r\n \r\n');
}

// Asks for much, again and again, and takes none of it.
async function greedy() {
  const raw = await open();
  raw.socket.pause();
  const request = written(`POST ${SERVER}/GetServerInfo`, { ...JSON_TYPE, 'Content-Length': 2 }, '{}');
  raw.socket.write(request.repeat(2000));
}

// A page that is open in a browser that hangs: it watches every signal of a pair and reads nothing.
async function stuckStream() {
  const raw = await open();
  const message = JSON.stringify({
    now: true,
    filter: { kinds: ['EVENT_KIND_SIGNAL_RELAYED'], peerId: pair[0].id },
  });
  const head = `\0\0\0${String.fromCharCode(message.length)}`;
  const body = `\0${head}${message}`;
  const type = { 'Content-Type': 'application/connect+json', 'Content-Length': body.length };
  raw.socket.write(Buffer.from(written(`POST ${EVENTS}/WatchEvents`, type, body), 'latin1'));
  await until('an answer', () => raw.size > 0);
  assert.match(raw.text, /^HTTP\/1\.1 200/);
  raw.socket.pause();
}

test('whoever asks in good faith is answered meanwhile', async (t) => {
  const begun = await memory();
  let most = begun;
  const quiet = [];
  for (let i = 0; i < 20; ++i) quiet.push((await honest()).took);

  const offenders = [];
  for (let i = 0; i < SLOW; ++i) offenders.push(slowHead(), slowChunks(), slowBody());
  for (let i = 0; i < GREEDY; ++i) offenders.push(greedy());
  for (let i = 0; i < STUCK_PAGES; ++i) offenders.push(stuckStream());
  await Promise.all(offenders);

  const delays = [];
  const failures = [];
  let signals = 0;
  await until(
    'the slow and the stuck are gone',
    async () => {
      // What a stuck page does not take.
      for (const { inbox, texts } of pair) inbox.length = texts.length = 0;
      for (let i = 0; i < 500; ++i) pair[0].signal('ice-candidate', pair[1], 'room', { i, pad: 'x'.repeat(100) });
      signals += 500;
      await pair[0].settle();
      const { status, took, body } = await honest();
      delays.push(took);
      if (status !== 200) failures.push(JSON.stringify(body));
      else most = Math.max(most, Number(body.resources.residentBytes));
      if (delays.length % 20 === 0) await exchangeOffers(...pair, 'room');
      const [slow, stuck] = [await refusals('slow'), await refusals('stuck')];
      return slow >= SLOW + BODIES && stuck >= GREEDY + STUCK_PAGES;
    },
    200 * SECOND,
  );
  t.diagnostic(`${delays.length} calls: median ${percentile(delays, 50)} ms, slowest ${percentile(delays, 100)} ms`);
  t.diagnostic(`without them: median ${percentile(quiet, 50)} ms, slowest ${percentile(quiet, 100)} ms`);
  t.diagnostic(`memory: ${Math.round(begun / MiB)} MiB, at most ${Math.round(most / MiB)} MiB; ${signals} signals`);
  assert.deepEqual(failures, []);
  // The slowest is told alone: a machine that is busy with other things has everybody wait.
  assert.ok(percentile(delays, 50) < SECOND, `${percentile(delays, 50)} ms`);
  assert.ok(most - begun < MOST_GROWTH, `${Math.round((most - begun) / MiB)} MiB more`);

  for (const { socket } of raws.splice(0)) socket.destroy();
  await until('no connection is left', async () => (await connections()) === 0);
});

test('300 that connect and say nothing: 256 are kept for a while, the others are told, and then all may come', async (t) => {
  const begun = await memory();
  const before = await refusals('connections');
  const idle = await Promise.all(Array.from({ length: 300 }, open));
  await until('44 are refused', async () => (await refusals('connections')) - before >= 44);
  const told = idle.filter(({ text }) => text.startsWith('HTTP/1.1 503'));
  t.diagnostic(`${told.length} were told, ${await connections()} are kept`);
  assert.ok((await connections()) <= 256);

  // Full is full, and that is said at once. Peers do not notice.
  const began = performance.now();
  const answer = await RawConnection.ask(hub, written('GET /session', { Connection: 'close' }));
  assert.match(answer, /^(HTTP\/1\.1 503|$)/);
  assert.ok(performance.now() - began < SECOND);
  await exchangeOffers(...pair, 'room');
  assert.equal((await hub.fetch('/readyz')).status, 200);

  await until('they are ended', async () => (await connections()) === 0);
  const { status, took } = await honest();
  assert.equal(status, 200);
  assert.ok(took < SECOND);
  const grown = (await memory()) - begun;
  t.diagnostic(`memory: ${Math.round(grown / MiB)} MiB more`);
  assert.ok(grown < 32 * MiB);
});
