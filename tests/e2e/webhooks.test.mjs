// SPDX-License-Identifier: Apache-2.0
//
// Webhooks reach a receiver that fails at random, is killed and comes back: each event at least
// once and in order, or in a gap with the right count.

import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';

import { Authority } from './support/certificate.mjs';
import { Hub } from './support/hub.mjs';
import { Pigeonctl } from './support/pigeonctl.mjs';
import { until } from './support/wait.mjs';
import { newKey, WebhookReceiver } from './support/webhook_receiver.mjs';
import { newNetwork, WirePeer } from './support/wire_peer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-webhooks-'));
const control = `unix:${join(folder, 'control')}`;
const ctl = new Pigeonctl(control);
const keyFile = join(folder, 'webhook.keys');
const key = newKey();
const writeKeys = (...keys) => writeFileSync(keyFile, keys.map((each) => `${each}\n`).join(''), { mode: 0o600 });

let hub;
const receivers = [];
afterEach(async () => {
  await hub?.kill();
  for (const receiver of receivers.splice(0)) await receiver.kill();
});
after(() => rmSync(folder, { recursive: true }));

async function startReceiver(options) {
  const receiver = await new WebhookReceiver(key, options).start();
  receivers.push(receiver);
  return receiver;
}

async function startHub(urls, flags = []) {
  writeKeys(key);
  const webhooks = urls.flatMap((url) => ['--webhook', url]);
  hub = await Hub.start({ flags: [...webhooks, '--webhook-key', keyFile, '--control-listen', control, ...flags], logSize: 40_000 });
  return hub;
}

const figure = async (name) => {
  const text = await (await fetch(`http://127.0.0.1:${hub.metricsPort}/metrics`)).text();
  return Number(text.match(new RegExp(`^${name}\\{webhook="1"\\} (\\S+)$`, 'm'))[1]);
};

async function comeAndGo(peers) {
  for (let i = 0; i < peers; i += 50) {
    const joined = await Promise.all(Array.from({ length: Math.min(50, peers - i) }, () => WirePeer.join(hub, newNetwork())));
    for (const peer of joined) peer.socket.terminate();
  }
  await until('all have left', async () => (await hub.health()).connections === 0);
}

const lastSeq = async () => Number((await ctl.json('events', '--limit', '1')).events[0].seq);

// What a receiver took, checked: from 1 on, each number at least once and in order, or in a gap. Gives
// the number behind the last one, and how many gaps there were.
function checkOrder(taken) {
  let next = 1;
  let gaps = 0;
  for (const { id, type, data } of taken) {
    if (type === 'gap') {
      const resume = Number(data.resume.seq);
      assert.equal(id, `${data.resume.epoch}-${resume}-gap`);
      if (resume <= next) continue; // it came again
      assert.equal(Number(data.missing), resume - next, 'the exact count');
      next = resume;
      ++gaps;
    } else {
      const seq = Number(data.seq);
      assert.equal(id, `${data.epoch}-${seq}`);
      assert.ok(seq <= next, `${seq} came when ${next} was next`);
      next = Math.max(next, seq + 1);
    }
  }
  return { next, gaps };
}

test('a receiver that fails at random and is killed gets each event at least once, in order', async () => {
  const receiver = await startReceiver({ failing: 0.3, seed: 20260301 });
  const other = await startReceiver();
  await startHub([receiver.url, other.url]);
  await comeAndGo(6);
  await until('some have arrived', () => receiver.taken.length > 5);
  await receiver.kill();
  await comeAndGo(6);
  await until('it is missed', async () => (await figure('pigeonhub_webhook_lag_seconds')) > 0);
  const last = await lastSeq();
  await until('the other one has all', () => checkOrder(other.taken).next > last);
  await receiver.start();
  await until('it has all', () => checkOrder(receiver.taken).next > last);
  assert.equal(checkOrder(receiver.taken).gaps, 0);
  assert.ok(receiver.failures > 0);
  assert.ok(receiver.taken.length > last, 'what was taken and not answered came again');
  assert.equal(receiver.refused, 0);
  assert.equal(new Set(other.taken.map(({ id }) => id)).size, other.taken.length, 'whoever answers gets each event once');
  receiver.failing = 0;
  await until('nothing waits', async () => (await figure('pigeonhub_webhook_lag_seconds')) === 0);
  assert.match(hub.log, /a webhook does not take events/);
});

test('one who stays away too long is told how many are missing, exactly', async () => {
  const receiver = await startReceiver();
  await startHub([receiver.url]);
  await comeAndGo(3);
  await until('the first have arrived', () => receiver.taken.length > 5);
  await receiver.kill();
  await comeAndGo(2000);
  const last = await lastSeq();
  assert.ok(last > 8192 + 100, `${last} events are more than the hub keeps`);
  await receiver.start();
  await until('it has all', () => checkOrder(receiver.taken).next > last, 120_000);
  assert.ok(checkOrder(receiver.taken).gaps >= 1);
  assert.ok((await figure('pigeonhub_webhook_missed_total')) > 0);
});

test('keys change without a break, and only the kinds asked for are sent', async () => {
  const receiver = await startReceiver();
  await startHub([receiver.url], ['--webhook-kind', 'peerConnected', '--webhook-kind', 'audit']);
  const first = await WirePeer.join(hub, newNetwork());
  await until('it has arrived', () => receiver.taken.some(({ data }) => data.peerConnected?.peerId === first.id));
  const newer = newKey();
  writeKeys(newer, key); // both sign
  assert.deepEqual((await ctl.json('server', 'reload')).applied, ['webhook-key']);
  receiver.key = Buffer.from(newer.slice('whsec_'.length), 'base64');
  const second = await WirePeer.join(hub, newNetwork());
  await until('it has arrived', () => receiver.taken.some(({ data }) => data.peerConnected?.peerId === second.id));
  assert.deepEqual([...new Set(receiver.taken.map(({ type }) => type))].sort(), ['audit', 'peerConnected']);
  assert.equal(receiver.refused, 0);
  writeFileSync(keyFile, 'whsec_short\n');
  assert.notEqual((await ctl.run('server', 'reload')).code, 0);
});

test('a hub that ends in peace delivers its last word, and waits for nobody who does not answer', async () => {
  const receiver = await startReceiver();
  const silent = await startReceiver();
  silent.failing = 1;
  await startHub([receiver.url, silent.url], ['--drain-timeout', '0']);
  await comeAndGo(2);
  assert.equal((await hub.stop()).code, 0);
  assert.equal(receiver.taken.at(-1).type, 'stopped');
  assert.match(hub.log, /the hub ended before a webhook had taken all events/);
});

test('a receiver whose certificate nobody vouches for gets nothing', async () => {
  const { cert, key: tlsKey } = new Authority(folder).make('stranger');
  const receiver = await startReceiver({ tls: { cert: readFileSync(cert), key: readFileSync(tlsKey) } });
  await startHub([receiver.url]);
  await until('it is refused', () => /a webhook does not take events.*certificate/.test(hub.log));
  assert.deepEqual(receiver.taken, []);
});

test('what makes no sense is refused before the hub serves', async () => {
  writeKeys(key);
  const refused = async (message, ...flags) =>
    assert.rejects(Hub.start({ flags }), (error) => message.test(error.message), `${flags}`);
  await refused(/--webhook needs --webhook-key/, '--webhook', 'https://app.example/');
  await refused(/over http anybody on the way/, '--webhook', 'http://app.example/', '--webhook-key', keyFile);
  await refused(/did you mean peerConnected/, '--webhook', 'https://app.example/', '--webhook-key', keyFile, '--webhook-kind', 'peerconnected');
  chmodSync(keyFile, 0o666);
  await refused(/other users may read or change it/, '--webhook', 'https://app.example/', '--webhook-key', keyFile);
  chmodSync(keyFile, 0o600);
});

test('secrets in the address are shown to nobody', async () => {
  const receiver = await startReceiver();
  const secret = receiver.url.replace('//', '//user:s3cret@') + '?token=s3cret';
  await startHub([secret]);
  await comeAndGo(1);
  await until('it has arrived', () => receiver.taken.length > 0);
  await receiver.kill();
  await comeAndGo(1);
  await until('it is missed', () => /a webhook does not take events/.test(hub.log));
  assert.doesNotMatch(hub.log, /s3cret/);
  assert.doesNotMatch((await ctl.run('server', 'info', '-o', 'json')).out, /s3cret/);
  await receiver.start();
});
