// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { Agent, get } from 'node:http';
import { after, afterEach, before, test } from 'node:test';

import { beyondTheReference, Hub } from '../support/hub.mjs';
import { newNetwork, WirePeer } from '../support/wire_peer.mjs';

const BANNER = 'PeerPigeon WebSocket Signaling Server';

let hub;
before(async () => (hub = await Hub.start()));
afterEach(() => WirePeer.closeAll(hub));
after(() => hub?.kill());

test('/health has every field, with its type', async () => {
  const response = await hub.fetch('/health');
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type'), /^application\/json/);
  assert.equal(response.headers.get('access-control-allow-origin'), '*');

  const health = await response.json();
  assert.equal(health.status, 'healthy');
  assert.ok(Math.abs(Date.parse(health.timestamp) - Date.now()) < 60_000, health.timestamp);
  assert.match(health.timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.ok(health.uptime >= 0 && health.uptime < 600, 'uptime is in seconds');
  assert.equal(health.isHub, false);
  for (const count of ['connections', 'peers', 'hubs', 'networks'])
    assert.equal(health[count], 0, count);
  for (const part of ['rss', 'heapTotal', 'heapUsed', 'external', 'arrayBuffers']) {
    assert.equal(typeof health.memory[part], 'number', part);
  }
});

test('/health counts connections, announced or not, and the networks of those that are', async () => {
  await WirePeer.connect(hub);
  await WirePeer.join(hub, newNetwork());
  await WirePeer.join(hub, newNetwork());
  const { connections, peers, networks, hubs } = await hub.health();
  assert.deepEqual(
    { connections, peers, networks, hubs },
    { connections: 3, peers: 3, networks: 2, hubs: 0 },
  );
});

test('/hubs of a lonely server is an empty list', async () => {
  const response = await hub.fetch('/hubs');
  assert.match(response.headers.get('content-type'), /^application\/json/);
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  const { timestamp, ...rest } = await response.json();
  assert.match(timestamp, /^\d{4}-\d\d-\d\dT/);
  assert.deepEqual(rest, { totalHubs: 0, hubs: [] });
});

test('a preflight is answered on any path', async () => {
  for (const path of ['/', '/health', '/no/such/path']) {
    const response = await hub.fetch(path, { method: 'OPTIONS' });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('access-control-allow-origin'), '*');
    assert.equal(response.headers.get('access-control-allow-methods'), 'GET, POST, OPTIONS');
    assert.equal(
      response.headers.get('access-control-allow-headers'),
      'Content-Type, Authorization',
    );
    assert.equal(await response.text(), '');
  }
});

test('everything else gets the banner', async () => {
  for (const path of ['/', '/no/such/path', '/health/', '/?health', '/Hubs']) {
    const response = await hub.fetch(path);
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get('content-type'), /^text\/plain/);
    // Ours says more below.
    assert.equal((await response.text()).split('\n')[0], BANNER, path);
  }
});

test('the method does not matter, and HEAD is answered without a body', async () => {
  const posted = await hub.fetch('/health', { method: 'POST', body: '{"any":"thing"}' });
  assert.equal((await posted.json()).status, 'healthy');
  const head = await hub.fetch('/health', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), '');
});

test('the query does not matter', beyondTheReference, async () => {
  const health = await hub.fetch('/health?verbose');
  assert.equal((await health.json()).status, 'healthy');
  const hubs = await hub.fetch('/hubs?peer=1');
  assert.equal((await hubs.json()).totalHubs, 0);
});

test('a client that likes to keep its connection gets every answer over it', async () => {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const ports = new Set();
  for (let i = 0; i < 10; i++) {
    ports.add(
      await new Promise((resolve, reject) => {
        get(`http://127.0.0.1:${hub.port}/health`, { agent }, (response) => {
          const { localPort } = response.socket;
          response.resume().on('end', () => resolve(localPort));
        }).on('error', reject);
      }),
    );
  }
  agent.destroy();
  assert.equal(ports.size, 1);
});
