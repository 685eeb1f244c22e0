// SPDX-License-Identifier: Apache-2.0
//
// Starts the reference server, npm's peerpigeon, and says where it listens the way pigeonhub does.
// usage: node reference.mjs PACKAGE_DIRECTORY READY_FILE [hub [URL...]]    a hub, which links to those
import { renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const [directory, readyFile, role, ...bootstrapHubs] = process.argv.slice(2);
const host = '127.0.0.1';

// It takes port 0 for its default, so the free port has to be found for it.
function freePort() {
  return new Promise((found) => {
    const probe = createServer().listen(0, host, () => {
      const { port } = probe.address();
      probe.close(() => found(port));
    });
  });
}

const { PeerPigeonServer } = await import(
  pathToFileURL(join(resolve(directory), 'server', 'index.js'))
);
const server = new PeerPigeonServer({
  host,
  port: await freePort(),
  maxConnections: 20000,
  isHub: role === 'hub',
  // Without any it would dial port 3000.
  autoConnect: bootstrapHubs.length > 0,
  bootstrapHubs,
});
await server.start();

const { port } = server.getStats();
const ready = { pid: process.pid, signaling: [{ host, port }], url: `ws://${host}:${port}` };
writeFileSync(`${readyFile}.new`, JSON.stringify(ready));
renameSync(`${readyFile}.new`, readyFile);
