#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
//
// PeerPigeon's own signaling server (npm peerpigeon) under the flags of pigeonhub that the tests
// use. See support/hub.mjs for what it is good for.

import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';

import { PeerPigeonServer } from 'peerpigeon';

const { values } = parseArgs({
  options: {
    host: { type: 'string' },
    port: { type: 'string' },
    'ready-file': { type: 'string' },
    hub: { type: 'boolean', default: false },
    'hub-peer-id': { type: 'string' },
    'bootstrap-hub': { type: 'string', multiple: true, default: [] },
    'max-connections': { type: 'string', default: '1000' },
    'max-message-size': { type: 'string', default: '1048576' },
    'hub-admission': { type: 'string' }, // It admits everybody,
    'control-listen': { type: 'string' }, // has none,
    'metrics-listen': { type: 'string' }, // no metrics,
    'drain-timeout': { type: 'string' }, // and stops at once.
  },
});

// The reference takes port 0 for 3000, so a free one is found for it.
async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, values.host, resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

const server = new PeerPigeonServer({
  host: '127.0.0.1',
  port: Number(values.port) || (await freePort()),
  isHub: values.hub,
  hubPeerId: values['hub-peer-id'],
  // Without any it would dial port 3000.
  autoConnect: values['bootstrap-hub'].length > 0,
  bootstrapHubs: values['bootstrap-hub'],
  maxConnections: Number(values['max-connections']),
  maxMessageSize: Number(values['max-message-size']),
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, async () => {
    await server.stop();
    process.exit(0);
  });
}
await server.start();
const { host, port } = server.getStats();
writeFileSync(
  values['ready-file'],
  JSON.stringify({ pid: process.pid, signaling: [{ host, port }], url: `ws://${host}:${port}` }),
);
