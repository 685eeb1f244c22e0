// SPDX-License-Identifier: Apache-2.0
//
// What happened is known after a hub was killed, and after a disk was full.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';

import { Hub } from './support/hub.mjs';
import { Pigeonctl } from './support/pigeonctl.mjs';
import { until } from './support/wait.mjs';
import { newNetwork, WirePeer } from './support/wire_peer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-event-log-'));
const nobody = new Pigeonctl('unix:/nobody/listens/here');
let hub;
afterEach(() => hub?.kill());
after(() => rmSync(folder, { recursive: true }));

const linesOf = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '').split('\n').slice(0, -1).map(JSON.parse);

test('a hub that was killed leaves what happened, and the next one goes on behind it', async () => {
  const file = join(folder, 'events.jsonl');
  const start = () => Hub.start({ flags: ['--event-log', file, '--control-listen', 'off'] });
  hub = await start();
  const network = newNetwork();
  const peer = await WirePeer.join(hub, network);
  peer.socket.terminate();
  await until('the end of the peer is written down', () => linesOf(file).some((line) => line.peerDisconnected?.peerId === peer.id));
  await hub.kill();
  hub = await start();
  await until('the next run is written down', () => new Set(linesOf(file).map((line) => line.epoch)).size === 2);

  const { out, code } = await nobody.run('events', '--file', file, '--peer', peer.id, '-o', 'jsonl');
  assert.equal(code, 0);
  const events = out.split('\n').slice(0, -1).map(JSON.parse);
  assert.deepEqual(events.map((event) => event.kind.slice('EVENT_KIND_'.length)), ['PEER_CONNECTED', 'PEER_ANNOUNCED', 'PEER_DISCONNECTED']);
  assert.equal(events[2].peerDisconnected.namespace, network);
  assert.equal(events[2].peerDisconnected.reason, 'REASON_TRANSPORT_LOST');
  const summary = await nobody.run('events', 'summary', '--file', file, '--by', 'reason', '--kind', 'peerDisconnected');
  assert.match(summary.out, /^transport_lost +1$/m);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('a hub that ends in peace has written its last word', async () => {
  const file = join(folder, 'peace.jsonl');
  hub = await Hub.start({ flags: ['--event-log', file, '--control-listen', 'off', '--drain-timeout', '0'] });
  assert.equal((await hub.stop()).code, 0);
  assert.equal(linesOf(file).at(-1).kind, 'EVENT_KIND_STOPPED');
  assert.deepEqual(linesOf(file).map((line) => Number(line.seq)), linesOf(file).map((_, i) => i + 1));
});

test('files change before they are too large, and are read as one', async () => {
  const file = join(folder, 'small.jsonl');
  hub = await Hub.start({ flags: ['--event-log', file, '--event-log-size', '1KiB', '--event-log-keep', '50', '--control-listen', 'off'] });
  for (let i = 0; i < 5; ++i) {
    const peer = await WirePeer.join(hub, newNetwork());
    peer.socket.terminate();
    await until('its end is written down', () => linesOf(file).concat(linesOf(`${file}.1`)).some((line) => line.peerDisconnected?.peerId === peer.id));
  }
  const written = (await nobody.run('events', '--file', file, '-o', 'name')).out.split('\n').slice(0, -1).map(Number);
  assert.deepEqual(written, written.map((_, i) => i + 1));
  assert.ok(existsSync(`${file}.2`));
});

test('a full disk is said once and counted; afterwards all is written that memory still had', async (t) => {
  // No file of this hub may grow over 4 KiB at first, which to a program is the same as a full disk.
  const program = join(folder, 'hub_on_a_full_disk');
  writeFileSync(program, `#!/bin/sh\nulimit -S -f 8\nexec '${process.env.PIGEONHUB_BINARY}' "$@"\n`);
  chmodSync(program, 0o755);
  const file = join(folder, 'full.jsonl');
  const control = `unix:${join(folder, 'control')}`;
  hub = await Hub.start({ program, flags: ['--event-log', file, '--control-listen', control], logSize: 40_000 });
  const figures = async () => (await fetch(`http://127.0.0.1:${hub.metricsPort}/metrics`)).text();
  for (let i = 0; i < 12; ++i) (await WirePeer.join(hub, newNetwork())).socket.terminate();
  await until('it says that it cannot write', () => /the event log cannot be written/.test(hub.log));
  await until('it tries again', async () => Number((await figures()).match(/^pigeonhub_event_log_failures_total (\d+)$/m)[1]) > 1);
  assert.equal(hub.log.match(/the event log cannot be written/g).length, 1);
  assert.match(hub.log, /make room on the disk/);
  await WirePeer.join(hub, newNetwork()); // peers notice nothing

  execFileSync('prlimit', ['--pid', hub.pid, '--fsize=unlimited:']);
  await until('it writes again', () => /the event log is written again/.test(hub.log));
  const kept = (await new Pigeonctl(control).json('events')).events.map((event) => event.seq);
  await until('all is written', () => linesOf(file).length >= kept.length);
  assert.deepEqual(linesOf(file).map((line) => line.seq).slice(0, kept.length), kept);
});
