// SPDX-License-Identifier: Apache-2.0
//
// Behind real proxies, configured as docs/operations.md says: clients meet, the hub knows their
// addresses, nobody chooses his own, and no token comes into a log.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';

import { Hub } from './support/hub.mjs';
import { member } from './support/mesh_client.mjs';
import { NodeClient } from './support/node_client.mjs';
import { Pigeonctl } from './support/pigeonctl.mjs';
import { cert, Proxy } from './support/proxy.mjs';
import { exchange, meet } from './support/scenario.mjs';
import { until } from './support/wait.mjs';
import { randomId, WirePeer } from './support/wire_peer.mjs';

process.env.NODE_EXTRA_CA_CERTS = cert; // For the clients, which are processes of their own.

const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-proxies-'));
after(() => rmSync(folder, { recursive: true }));

const SECRET = 's3cret-of-a-peer';

let hub;
let proxy;
let clients = [];

afterEach(async () => {
  await Promise.all(clients.map((client) => client.vanish()));
  clients = [];
  await proxy?.stop();
  await hub?.kill();
});

const control = `unix:${join(folder, 'control')}`;
const ctl = new Pigeonctl(control);
const addressOf = async (id) => (await ctl.json('peers', 'get', id)).peer.remoteAddress;
const startHub = (...flags) =>
  Hub.start({ flags: ['--trust-proxy', '127.0.0.1/32', '--control-listen', control, ...flags] });

// From another address than the proxy has, and with lies about it.
const stranger = () => ({
  ca: readFileSync(cert),
  localAddress: '127.0.0.2',
  headers: { 'X-Forwarded-For': '203.0.113.9', Forwarded: 'for=203.0.113.9;proto="' },
});

async function refusals(reason) {
  const metrics = await (await fetch(`http://127.0.0.1:${hub.metricsPort}/metrics`)).text();
  return Number(metrics.match(new RegExp(`_refusals_total\\{reason="${reason}"\\} (\\d+)`))?.[1] ?? 0);
}

const cases = [
  ['nginx with X-Forwarded-For', [], () => Proxy.nginx(hub)],
  ['nginx with Forwarded', [], () => Proxy.nginx(hub, { forwarded: true })],
  ['HAProxy', [], () => Proxy.haproxy(hub)],
  ['HAProxy with send-proxy', ['--proxy-protocol'], () => Proxy.haproxyOfTcp(hub, 'send-proxy')],
  ['HAProxy with send-proxy-v2', ['--proxy-protocol'], () => Proxy.haproxyOfTcp(hub, 'send-proxy-v2')],
];

for (const [name, flags, start] of cases) {
  test(`behind ${name} clients meet, and have the addresses that they come from`, async () => {
    hub = await startHub(...flags);
    proxy = await start();
    for (const letter of ['a', 'b']) clients.push(await NodeClient.join(proxy, member(letter)));
    await meet(...clients);
    await exchange(...clients, 'through a proxy');
    assert.equal(await addressOf(clients[0].peerId), '127.0.0.1');

    const id = randomId();
    const peer = await WirePeer.connect(proxy, { id, query: `?peerId=${id}&token=${SECRET}`, ...stranger() });
    assert.equal(await addressOf(id), '127.0.0.2');
    await peer.leave();

    const check = await ctl.run('check', 'handshake', proxy.url, '--ca', cert);
    assert.equal(check.code, 0, check.out + check.err);
    assert.equal(await proxy.get('/health'), 200);
    for (const reason of ['proxy_header_invalid', 'proxy_not_trusted', 'handshake_timeout', 'bad_handshake']) {
      assert.equal(await refusals(reason), 0, reason);
    }
  });

  test(`${name} writes no token into its log, also while the hub is away`, async () => {
    hub = await startHub(...flags);
    proxy = await start();
    const query = `/?peerId=${randomId()}&token=${SECRET}`;
    assert.notEqual(await proxy.get(query), 200, 'no upgrade was asked for');
    await hub.kill();
    await until('the hub is missed', () => proxy.get(query).then((status) => status >= 500, () => true));
    await proxy.stop();
    const log = proxy.log();
    assert.match(log, flags.length > 0 ? / hub~ / : / GET \/ /, log);
    assert.ok(!log.includes(SECRET), log);
  });
}

test('doctor comes in through nginx, and who looks for the control API there is told what it is', async () => {
  hub = await startHub();
  proxy = await Proxy.nginx(hub);
  const found = await ctl.run('doctor', proxy.url, '--peer-ca', cert, '-o', 'json');
  const { findings } = JSON.parse(found.out);
  const codes = findings.filter((each) => each.subject === proxy.url).map((each) => `${each.code} ${each.result}`);
  assert.deepEqual(codes, ['PH-D14 ok', 'PH-D15 warning', 'PH-D19 ok', 'PH-D16 ok'], found.out);

  const lost = await new Pigeonctl(new URL(proxy.url).host, ['--ca', cert]).run('stats');
  assert.equal(lost.code, 3);
  assert.match(lost.err, /: it speaks HTTP\/1 and no gRPC: a hub's signaling port, or a proxy that must pass HTTP\/2 on; /);
});

test('with the PROXY protocol nobody comes past the proxy, but whoever speaks for himself on this machine', async () => {
  hub = await startHub('--proxy-protocol');
  await assert.rejects(WirePeer.dial(hub), /hang up|ECONNRESET|ended|upgrade/);
  await until('it is counted', async () => (await refusals('proxy_header_invalid')) === 1);

  const probe = (...more) =>
    execFileSync(process.env.PIGEONHUB_BINARY, ['--probe', 'ready', '--port', String(hub.port), ...more], { encoding: 'utf8' });
  assert.match(probe('--proxy-protocol', '--trust-proxy', '10.0.0.0/8'), /200 OK/);
  assert.throws(() => probe());

  const handshake = (...more) => ctl.run('check', 'handshake', hub.url, ...more);
  assert.equal((await handshake('--proxy-protocol')).code, 0);
  assert.notEqual((await handshake()).code, 0);
});
