// SPDX-License-Identifier: Apache-2.0
//
// The console for others than this machine: with TLS of its own, and behind nginx as
// docs/console.md has it.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { connect } from 'node:tls';

import { Authority } from '../support/certificate.mjs';
import { Callers, RawConnection, startWithConsole, written } from '../support/console_port.mjs';
import { callersOf, Followed } from '../support/control_api.mjs';
import { counted } from '../support/figures.mjs';
import { cert, Proxy } from '../support/proxy.mjs';
import { until, within } from '../support/wait.mjs';
import { WirePeer } from '../support/wire_peer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-reach-'));
const authority = new Authority(folder);
const callers = new Callers();
after(() => {
  rmSync(folder, { recursive: true });
  callers.remove();
});

let hub;
let proxy;
afterEach(async () => {
  await proxy?.stop();
  await hub?.kill();
});

const { oscar } = Callers.TOKENS;
const NOW = { start: { case: 'now', value: true } };
const EVERYWHERE = ['--console-listen', '0.0.0.0:0'];
const ca = readFileSync(authority.path);

// {status, headers, body} of a POST over TLS.
function post(url, path, { headers = {}, body = '{}', ...options }) {
  const answered = new Promise((resolve, reject) => {
    const asked = request(url + path, {
      method: 'POST',
      agent: false,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...options,
    });
    asked.on('error', reject).on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
    });
    asked.end(body);
  });
  return within(`an answer to ${path}`, answered);
}

test('beyond this machine there is no console without tokens, and TLS or a proxy that has it', () => {
  const { cert: certificate, key } = authority.make('reach');
  const tls = ['--control-tls-cert', certificate, '--control-tls-key', key];
  for (const [flags, needs] of [
    [[], /--control-tokens/],
    [tls, /--control-tokens/],
    [callers.flags, /--control-tls-cert/],
    [['--console-behind-proxy'], /--control-tokens/],
  ]) {
    const words = ['--port', '0', '--control-listen', '127.0.0.1:0', ...EVERYWHERE, ...flags];
    const { status, stderr } = spawnSync(process.env.PIGEONHUB_BINARY, words, { encoding: 'utf8', timeout: 10_000 });
    assert.notEqual(status, 0);
    assert.notEqual(status, null, `it started with ${flags}`);
    assert.match(stderr, needs);
  }
});

test('with TLS: a certificate that was replaced is in force at once, and connections go on', async (t) => {
  const paths = authority.make('console');
  const tls = ['--control-tls-cert', paths.cert, '--control-tls-key', paths.key];
  hub = await startWithConsole({ flags: [...EVERYWHERE, ...callers.flags, ...tls] });
  const { port, protocol } = new URL(hub.console);
  assert.equal(protocol, 'https:');
  const url = `https://localhost:${port}`;

  const api = callersOf(url, { token: oscar, nodeOptions: { ca } });
  assert.equal((await api.server.getServerInfo({})).pid, hub.pid);
  const events = new Followed((options) => api.event.watchEvents(NOW, options));
  assert.equal((await events.first()).item.case, 'bookmark');
  await assert.rejects(callersOf(url, { nodeOptions: { ca } }).server.getStats({}), /unauthenticated/);
  const session = await post(url, '/session', { ca, body: JSON.stringify({ token: oscar }) });
  assert.equal(session.status, 204);
  assert.match(session.headers['set-cookie'][0], /; Secure/);

  const serial = () =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: 'localhost', ca }, () => {
        resolve(socket.getPeerCertificate().serialNumber);
        socket.destroy();
      }).on('error', reject);
    });
  const before = await serial();
  authority.make('console');
  const replaced = Date.now();
  await until('the hub shows the new one', async () => (await serial()) !== before);
  const took = Date.now() - replaced;
  t.diagnostic(`in force after ${took} ms`);
  assert.ok(took < 5000, 'within a second or two, and slack');

  const { id } = await WirePeer.connect(hub);
  await events.first(({ item }) => item.value.body?.value.peerId === id);
  events.end();
});

test('who forgets the s of https is told, and who speaks an old TLS is not let in', async () => {
  const paths = authority.make('strict');
  const tls = ['--control-tls-cert', paths.cert, '--control-tls-key', paths.key];
  hub = await startWithConsole({ flags: [...EVERYWHERE, ...callers.flags, ...tls] });
  const { port } = new URL(hub.console);
  const plain = await RawConnection.ask({ console: `http://127.0.0.1:${port}` }, written('GET /'));
  assert.match(plain, /^HTTP\/1\.1 400 [^]*ask https:\/\//);
  await assert.rejects(
    new Promise((resolve, reject) => {
      const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' };
      connect({ port, host: 'localhost', ca, ...old }, resolve).on('error', reject);
    }),
  );
});

test('who begins TLS and does not go on is ended, and nobody waits for it', async (t) => {
  const paths = authority.make('patient');
  const tls = ['--control-tls-cert', paths.cert, '--control-tls-key', paths.key];
  hub = await startWithConsole({ flags: [...EVERYWHERE, ...callers.flags, ...tls] });
  const { port } = new URL(hub.console);
  const api = callersOf(`https://localhost:${port}`, { token: oscar, nodeOptions: { ca, agent: false } });
  const raws = [];
  for (let i = 0; i < 100; ++i) {
    const raw = await RawConnection.open({ console: `http://127.0.0.1:${port}` });
    if (i % 2) raw.socket.write(Buffer.from('1603010200010001fc0303', 'hex'));
    raws.push(raw);
  }
  let slowest = 0;
  await until('they are gone', async () => {
    const began = performance.now();
    await api.server.getStats({});
    slowest = Math.max(slowest, performance.now() - began);
    return (await counted(hub, 'pigeonhub_console_connections')) <= 1;
  });
  t.diagnostic(`the slowest call took ${Math.round(slowest)} ms`);
  assert.ok(slowest < 1000, `${slowest} ms`);
  assert.equal(await counted(hub, 'pigeonhub_console_refused_total{reason="slow"}'), raws.length);
  await Promise.all(raws.map((raw) => raw.ended()));
});

test('behind nginx: streams are passed on at once, and a token is asked of everybody', async (t) => {
  hub = await startWithConsole({ flags: ['--console-behind-proxy', ...callers.flags] });
  proxy = await Proxy.nginxOfConsole(hub);
  const url = `https://127.0.0.1:${proxy.port}`;
  const trusted = { ca: readFileSync(cert) };

  const stranger = callersOf(url, { nodeOptions: trusted });
  await assert.rejects(stranger.server.getStats({}), /unauthenticated/);
  // Also of who goes around the proxy.
  await assert.rejects(callersOf(hub.console).server.getStats({}), /unauthenticated/);

  const api = callersOf(url, { token: oscar, nodeOptions: trusted });
  assert.equal((await api.server.getServerInfo({})).pid, hub.pid);
  const session = await post(url, '/session', {
    ...trusted,
    headers: { Origin: url },
    body: JSON.stringify({ token: oscar }),
  });
  assert.equal(session.status, 204, session.body);
  assert.match(session.headers['set-cookie'][0], /; Secure/);
  const foreign = await post(url, '/session', { ...trusted, headers: { Origin: 'https://evil.example' } });
  assert.equal(foreign.status, 403);

  const events = new Followed((options) => api.event.watchEvents(NOW, options));
  assert.equal((await within('the bookmark', events.first(), 5000)).item.case, 'bookmark');
  let slowest = 0;
  for (let i = 0; i < 5; ++i) {
    const began = performance.now();
    const { id } = await WirePeer.connect(hub);
    await events.first(({ item }) => item.value.body?.value.peerId === id);
    slowest = Math.max(slowest, performance.now() - began);
  }
  t.diagnostic(`an event came through after ${Math.round(slowest)} ms at most`);
  assert.ok(slowest < 1000, `${slowest} ms`);
  events.end();
  // What is as large as a call may be gets through, too.
  const large = await post(url, '/pigeonhub.v1.ServerService/GetStats', {
    ...trusted,
    headers: { Authorization: `Bearer ${oscar}` },
    body: `{${' '.repeat(4 * 1024 * 1024 - 2)}}`,
  });
  assert.equal(large.status, 200, large.body.slice(0, 200));
});
