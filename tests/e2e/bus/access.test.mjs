// SPDX-License-Identifier: Apache-2.0
//
// What a NATS server asks for, and what a hub says when it does not have it: one line, and it is
// there as soon as things are right.

import assert from 'node:assert/strict';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { Broker, busOf, hears, secret, startHubOn } from '../support/broker.mjs';
import { Authority } from '../support/certificate.mjs';
import { discovers, exchangeOffers } from '../support/mesh.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, WirePeer } from '../support/wire_peer.mjs';

// Once it is right; a try takes 1.5 s at most and a second more.
const RIGHT_MS = 20_000;
const USERS = (password) => `authorization { users = [
  {user: hub, password: ${password}, permissions: {publish: "pigeonhub.>", subscribe: "pigeonhub.>"}}
  {user: other, password: ${password}, permissions: {publish: "other.>", subscribe: "other.>"}}
] }`;

let folder;
let broker;
let hubs;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pigeonhub-nats-'));
  hubs = [];
});

afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.kill()));
  await broker.end();
  rmSync(folder, { recursive: true });
});

async function startTwo(flags, brokers = [broker]) {
  hubs = await Promise.all([1, 2].map(() => startHubOn(brokers, { flags })));
}

const bothHear = async () => {
  for (const hub of hubs) await hears(hub, 1, RIGHT_MS);
};

// A hub's own log says so, once.
async function says(pattern) {
  await until(`the log says ${pattern}`, () => pattern.test(hubs[0].log));
  const all = hubs[0].log.match(new RegExp(pattern, 'g'));
  assert.equal(all.length, 1, hubs[0].log);
}

async function meet() {
  const network = newNetwork();
  const [one, other] = await Promise.all(hubs.map((hub) => WirePeer.join(hub, network)));
  await discovers(one, other);
  await discovers(other, one);
  await exchangeOffers(one, other, network);
}

test('a wrong password is one line, and its own peers are served; the right one needs no restart', async () => {
  broker = await Broker.start(USERS('right'));
  const auth = secret(join(folder, 'auth'), 'hub:wr0ng\n');
  await startTwo(['--nats-auth', auth]);
  await says(/the broker refuses this hub's credentials/);
  const { up, lastError, server } = await busOf(hubs[0]);
  assert.equal(up, false);
  assert.match(lastError, /Authorization Violation/);
  assert.equal(server, broker.url);
  const network = newNetwork();
  const [one, other] = [await WirePeer.join(hubs[0], network), await WirePeer.join(hubs[0], network)];
  await exchangeOffers(one, other, network);
  assert.equal((await hubs[0].fetch('/readyz')).status, 200);

  secret(auth, 'hub:right\n');
  await bothHear();
  await meet();
  assert.doesNotMatch(hubs[0].log, /wr0ng|right/);
});

test('a password that changes is taken over at the next connect', async () => {
  broker = await Broker.start(USERS('one'));
  const auth = secret(join(folder, 'auth'), 'hub:one\n');
  await startTwo(['--nats-auth', auth]);
  await bothHear();
  await broker.kill();
  await broker.start(USERS('two'));
  await says(/the broker refuses this hub's credentials/);
  secret(auth, 'hub:two\n');
  await bothHear();
  await meet();
});

test('a user who may not publish and subscribe there is one line', async () => {
  broker = await Broker.start(USERS('pw'));
  const url = broker.url.replace('//', '//other:pw@');
  await startTwo([], [url]);
  await says(/the broker does not let this hub publish and subscribe/);
  assert.equal((await busOf(hubs[0])).server, broker.url.replace('//', '//***@'));
  await broker.kill();
  await broker.start('authorization { users = [ {user: other, password: pw} ] }');
  await bothHear();
});

test('a user who may not speak to single hubs is up, and the bus and doctor say what is denied', async () => {
  broker = await Broker.start(`authorization { users = [
    {user: hub, password: pw, permissions: {publish: "pigeonhub.*.hubs", subscribe: "pigeonhub.>"}}
  ] }`);
  await startTwo([], [broker.url.replace('//', '//hub:pw@')]);
  await bothHear();
  await until('what is denied is told', async () => /Permissions Violation for Publish to "pigeonhub\..*\.hub\./.test((await busOf(hubs[0])).lastError));
  const { code, out } = await hubs[0].ctl.run('doctor', '-o', 'short');
  assert.equal(code, 7);
  assert.match(out, /PH-D08 .*Permissions Violation/);
});

test('a certificate that nobody vouches for is one line, the right authority needs no restart', async () => {
  const authority = new Authority(folder);
  const { cert, key } = authority.make('broker');
  broker = await Broker.start(`tls { cert_file: "${cert}", key_file: "${key}" }`);
  const stranger = mkdtempSync(join(folder, 'stranger-'));
  const ca = join(folder, 'trusted.pem');
  copyFileSync(new Authority(stranger).path, ca);
  await startTwo(['--nats-ca', ca], [broker.url.replace('nats:', 'tls:')]);
  await says(/no TLS with the broker/);
  copyFileSync(authority.path, ca);
  await bothHear();
  await meet();
});

test('a signal that a broker does not carry is refused, and all else goes on', async () => {
  broker = await Broker.start('max_payload: 65536');
  await startTwo([]);
  await bothHear();
  const network = newNetwork();
  const [one, other] = await Promise.all(hubs.map((hub) => WirePeer.join(hub, network)));
  await discovers(one, other);
  await discovers(other, one);
  one.signal('offer', other, network, { sdp: 'x'.repeat(100_000) });
  await until('the hub refused it', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${hubs[0].metricsPort}/metrics`)).text();
    return /refusals_total\{reason="signal_too_large"\} 1\n/.test(metrics);
  });
  await exchangeOffers(one, other, network);
  one.signal('offer', other, network, { sdp: 'x'.repeat(50_000) });
  await other.take({ type: 'offer', fromPeerId: one.id });
  assert.equal((await busOf(hubs[0])).up, true);
});
