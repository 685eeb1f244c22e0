// SPDX-License-Identifier: Apache-2.0
//
// Hubs that speak wss:// and https:// themselves, with certificates of an authority of our own.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { after, afterEach, before, test } from 'node:test';
import { promisify } from 'node:util';

import { Authority } from './support/certificate.mjs';
import { Chromium, findChromium } from './support/chromium.mjs';
import { beyondTheReference, Hub } from './support/hub.mjs';
import { discovers } from './support/mesh.mjs';
import { member } from './support/mesh_client.mjs';
import { NodeClient } from './support/node_client.mjs';
import { Pigeonctl } from './support/pigeonctl.mjs';
import { exchange, meet } from './support/scenario.mjs';
import { until } from './support/wait.mjs';
import { newNetwork, WirePeer } from './support/wire_peer.mjs';

// Runs the hub's program as somebody who has no settings of his own.
const pigeonhub = (...flags) =>
  promisify(execFile)(process.env.PIGEONHUB_BINARY, flags.map(String), {
    env: { PATH: process.env.PATH },
  });
const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-tls-'));
const authority = new Authority(folder);
// The clients in processes of their own find it here.
process.env.NODE_EXTRA_CA_CERTS = authority.path;
const ca = readFileSync(authority.path);

let certificate;
let clients = [];
let hubs = [];
before(() => (certificate = authority.make('hub')));
afterEach(async () => {
  await Promise.all(clients.map((client) => client.vanish?.()));
  await Promise.all(hubs.map((hub) => hub.kill()));
  clients = [];
  hubs = [];
});
after(() => rmSync(folder, { recursive: true }));

const tlsFlags = () => ['--tls-cert', certificate.cert, '--tls-key', certificate.key];

// A hub that speaks TLS. By name: a certificate is for one.
async function start(flags = []) {
  const hub = await Hub.start({ flags: [...tlsFlags(), ...flags] });
  Object.defineProperty(hub, 'url', { value: `wss://localhost:${hub.port}` });
  hubs.push(hub);
  return hub;
}

// The answer to GET `path`, parsed.
function ask(hub, path) {
  return new Promise((resolve, reject) => {
    const request = get(`https://localhost:${hub.port}${path}`, { ca, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => (text += part));
      response.on('end', () => resolve(JSON.parse(text)));
    });
    request.on('error', reject);
  });
}

// The serial number of the certificate that the hub shows now.
function serialOf(hub) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: hub.port, host: 'localhost', ca }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    }).on('error', reject);
  });
}

test('real clients meet over wss, also when the certificate was replaced', beyondTheReference, async () => {
  const hub = await start();
  for (const letter of ['a', 'b']) clients.push(await NodeClient.join(hub, member(letter)));
  await meet(...clients);
  await exchange(...clients, 'over wss');
  assert.equal((await ask(hub, '/health')).peers, 2);

  const before = await serialOf(hub);
  certificate = authority.make('hub');
  const replaced = Date.now();
  await until('the hub shows the new one', async () => (await serialOf(hub)) !== before);
  assert.ok(Date.now() - replaced < 5000, 'within a second, and slack');
  clients.push(await NodeClient.join(hub, member('c')));
  await meet(...clients);
  await exchange(clients[0], clients[2], 'with the next certificate');
});

test(
  'two pages meet over wss',
  { skip: beyondTheReference.skip || (!findChromium() && 'there is no chromium') },
  async () => {
    const hub = await start();
    const chromium = await Chromium.start([
      `--ignore-certificate-errors-spki-list=${certificate.spki}`,
    ]);
    try {
      const pages = [];
      for (const letter of ['a', 'b']) pages.push(await chromium.join(hub, member(letter)));
      await meet(...pages);
      await exchange(...pages, 'from page to page');
    } finally {
      await chromium.stop();
    }
  },
);

test('two hubs that speak TLS link, and their peers meet', beyondTheReference, async () => {
  const key = join(folder, 'mesh.key');
  writeFileSync(key, `${'k'.repeat(32)}\n`, { mode: 0o600 });
  const flags = ['--hub', '--hub-key', key, '--hub-ca', authority.path];
  const first = await start([...flags, '--no-auto-connect']);
  const second = await start([...flags, '--bootstrap-hub', first.url]);
  await until('they are linked', async () => (await ask(first, '/hubs')).hubs.length === 1);
  const network = newNetwork();
  const here = await WirePeer.join(first, network, {}, { ca });
  const there = await WirePeer.join(second, network, {}, { ca });
  await discovers(here, there);
  await discovers(there, here);
});

test('its tools speak TLS with it', beyondTheReference, async () => {
  const control = `unix:${join(folder, 'control')}`;
  const hub = await start(['--control-listen', control]);
  assert.match(hub.log, new RegExp(`serving wss://localhost:${hub.port} `));
  assert.match(hub.log, new RegExp(`try curl https://localhost:${hub.port}/health`));

  const { stdout } = await pigeonhub(
    ...['--probe', 'ready', '--host', 'localhost', '--port', hub.port, ...tlsFlags()],
  );
  assert.match(stdout, /200 OK/);

  const ctl = new Pigeonctl(control);
  const shaken = await ctl.run('check', 'handshake', hub.url, '--ca', authority.path);
  assert.equal(shaken.code, 0, shaken.err);
  const { tls } = await ctl.json('server', 'info');
  assert.deepEqual(tls.names, ['localhost', '127.0.0.1']);
  assert.equal(tls.issuer, 'CN=Test CA');
  assert.ok(Date.parse(tls.notAfter) > Date.now());

  const metrics = await (await fetch(`http://127.0.0.1:${hub.metricsPort}/metrics`)).text();
  const expires = /^pigeonhub_tls_certificate_expires_timestamp_seconds (\S+)$/m.exec(metrics)[1];
  assert.equal(Number(expires) * 1000, Date.parse(tls.notAfter));
});

test('a key that others may read is refused', beyondTheReference, async () => {
  const key = join(folder, 'open.key');
  writeFileSync(key, readFileSync(certificate.key));
  chmodSync(key, 0o666); // Whatever the umask made of it.
  const checked = pigeonhub('--check-config', '--tls-cert', certificate.cert, '--tls-key', key);
  await assert.rejects(checked, ({ code, stderr }) => {
    assert.match(stderr, /holds a secret, and other users may read or change it/);
    return code === 2;
  });
});
