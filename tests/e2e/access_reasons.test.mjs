// SPDX-License-Identifier: Apache-2.0
//
// Whoever is refused gets the same word everywhere: in the answer, the log, an event, a metric, and the
// table of docs/operations.md. Each reason of access is provoked here, or named with the test that does.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, afterEach, test } from 'node:test';

import { Authority } from './support/certificate.mjs';
import { counted } from './support/figures.mjs';
import { Hub } from './support/hub.mjs';
import { Pigeonctl } from './support/pigeonctl.mjs';
import { TokenMaker } from './support/token_maker.mjs';
import { until, within } from './support/wait.mjs';
import { randomId, refusal, WirePeer } from './support/wire_peer.mjs';

const tokens = new TokenMaker();
after(() => tokens.remove());
const control = `unix:${tokens.path('control')}`;
const ctl = new Pigeonctl(control);

let hub;
let sockets = [];
afterEach(async () => {
  sockets.splice(0).forEach((socket) => socket.destroy());
  await hub?.kill();
});

// Elsewhere, as they take long or need a crowd.
const ELSEWHERE = {
  tls_on_plain_port: 'counted alone, as scanners do it all day; the tests of dialing hubs see it',
  rate_limit: 'rates.test.mjs, MessageRate.ThatIsExceededForTenSecondsClosesThePeerAndNobodyElse',
  evicted: 'the tests of policies',
  tls_handshakes: 'TlsPort.LetsAHealthyClientInWhileOthersHoldTheirHandshakesUp',
};
const provoked = new Set();

const OPERATIONS = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
const rowOf = (reason) => OPERATIONS.split('\n').find((line) => line.startsWith(`| \`${reason}\` |`));

const start = async (...flags) =>
  (hub = await Hub.start({ flags: ['--control-listen', control, ...flags], logSize: Infinity }));

// `answer` is what the client heard; null where it hears nothing, as there is no protocol yet.
async function assertSaidEverywhere(reason, answer) {
  provoked.add(reason);
  if (answer !== null) assert.match(answer, new RegExp(`\\b${reason}\\b`), 'the answer has the word');
  const figure = async (metric) => counted(hub, `${metric}{reason="${reason}"}`);
  await until(`${reason} is counted`, async () => (await figure('pigeonhub_refusals_total')) >= 1);
  await until(`${reason} is in the log`, () => new RegExp(`reason=${reason}\\b`).test(hub.log));
  await until(`${reason} is an event`, async () =>
    (await ctl.run('events', '-o', 'json')).out.includes(`"REASON_${reason.toUpperCase()}"`),
  );
  assert.ok(rowOf(reason), `docs/operations.md says what to do about ${reason}`);
}

const bearer = (token) => ({ headers: { authorization: `Bearer ${token}` } });

test('of a token', async () => {
  await start('--auth', 'required', ...tokens.ruleFlags, '--auth-failure-rate', 'off');
  await ctl.run('bans', 'add', '--token-id', 'revoked', '--for', '1h', '--reason', 'lost');
  await assertSaidEverywhere('token_missing', await refusal(hub));
  for (const [reason, make] of Object.entries(tokens.wrong)) {
    await assertSaidEverywhere(reason, await refusal(hub, bearer(make())));
  }
});

// The error that a peer is told who announces there.
async function announceAt(networkName, options) {
  const peer = await WirePeer.connect(hub, options);
  peer.send({ type: 'announce', networkName, data: {} });
  return JSON.stringify(await peer.take({ type: 'error' }));
}

test('of a namespace', async () => {
  const config = tokens.path('hub.toml');
  writeFileSync(
    config,
    '[namespace."*"]\nwho = "anyone"\n[namespace."members"]\nwho = "token"\n[namespace."app"]\nissuers = ["https://app.example"]\n',
  );
  await start('--config', config, '--auth', 'optional', '--token-key', tokens.keyFile);
  const granted = bearer(tokens.make({ peerpigeon: { ns: ['room', 'app'] } }));
  await assertSaidEverywhere('namespace_not_granted', await announceAt('elsewhere', granted));
  await assertSaidEverywhere('namespace_needs_token', await announceAt('members'));
  await assertSaidEverywhere('namespace_wrong_issuer', await announceAt('app', granted));
});

test('of an address that fails too often', async () => {
  await start('--auth', 'required', '--token-key', tokens.keyFile, '--auth-failure-rate', '1/30m');
  await refusal(hub, bearer(tokens.foreign()));
  const answer = await refusal(hub, bearer(tokens.make()));
  assert.match(answer, /^429 .*retry-after/i);
  await assertSaidEverywhere('auth_failure_rate', answer);
});

test('of an address that comes too often', async () => {
  await start('--address-rate', '1/1h,1');
  await WirePeer.connect(hub);
  const answer = await refusal(hub);
  assert.match(answer, /^429 .*retry-after/i);
  await assertSaidEverywhere('address_rate', answer);
});

test('of an address that has its share of the places', async () => {
  await start('--max-connections', '22');
  for (let n = 0; n < 20; ++n) await WirePeer.connect(hub);
  await assertSaidEverywhere('address_share', await refusal(hub));
});

const open = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    sockets.push(socket.on('error', () => {}));
  });
const ended = (socket) => within('the hub ends it', new Promise((resolve) => socket.once('close', resolve).resume()));

test('of an address with too many handshakes under way', async () => {
  await start();
  for (let n = 0; n < 256; ++n) await open(hub.port);
  await ended(await open(hub.port));
  await assertSaidEverywhere('address_handshakes', null);
});

test('of a page', async () => {
  await start('--allow-origin', 'https://app.example');
  await assertSaidEverywhere('origin_not_allowed', await refusal(hub, { origin: 'https://other.example' }));
});

test('of a proxy', async () => {
  await start('--trust-proxy', '127.0.0.0/8');
  const headers = { forwarded: 'for=192.0.2.1', 'x-forwarded-for': '192.0.2.2' };
  const answer = await refusal(hub, { headers });
  assert.match(answer, /^400 /);
  await assertSaidEverywhere('proxy_header_invalid', answer);
  await hub.kill();
  await start('--proxy-protocol', '--trust-proxy', '192.0.2.0/24');
  const socket = await open(hub.port);
  socket.write('PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n');
  await ended(socket);
  await assertSaidEverywhere('proxy_not_trusted', null);
});

test('of TLS', async () => {
  const { cert, key } = new Authority(tokens.path('')).make('hub');
  await start('--tls-cert', cert, '--tls-key', key);
  const answer = await refusal(hub);
  assert.match(answer, /^400 /);
  await assertSaidEverywhere('plain_on_tls_port', answer);
  const socket = await open(hub.port);
  socket.write(Buffer.from('160301000568656c6c6f', 'hex'));
  await ended(socket);
  await assertSaidEverywhere('tls_failed', null);
});

test('of a ban', async () => {
  await start();
  const id = randomId();
  await ctl.run('bans', 'add', '--peer', id, '--for', '1h', '--reason', 'spam');
  const answer = await refusal(hub, { id });
  assert.match(answer, /^403 /);
  assert.doesNotMatch(answer, /spam/, 'why is for operators');
  await assertSaidEverywhere('banned', answer);
});

test('no reason of access is left out', () => {
  const ofAccess = /^(token|namespace_(not|needs|wrong)|address|auth|origin|proxy|tls|plain|banned|evicted|rate_limit)/;
  const rows = [...OPERATIONS.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, name]) => name);
  const reasons = rows.filter((name) => ofAccess.test(name) && name !== 'address'); // that is a field of the log
  assert.ok(reasons.length > 20);
  assert.deepEqual(reasons.filter((reason) => !provoked.has(reason) && !(reason in ELSEWHERE)), []);
  assert.deepEqual([...provoked].filter((reason) => reason in ELSEWHERE), []);
});
