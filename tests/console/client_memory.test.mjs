// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

import { bundle } from './support/bundle.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');
const settled = () => new Promise((resolve) => setImmediate(resolve));

// A mesh as far as client.js looks at it.
class Mesh {
  peerId = 'a'.repeat(40);
  signalingClient = { websocket: null, isConnected: () => false };
  connectionManager = { peers: new Map() };
  storageManager = { saveSignalingUrlToStorage() {} };
  networkName = 'room';
  #listeners = [];
  on(name, listener) {
    this.#listeners.push({ name, listener });
  }
  emit(name, event) {
    for (const one of this.#listeners) if (one.name === name) one.listener(event);
  }
  async init() {}
  async connect() {
    this.emit('statusChanged', { type: 'connecting' });
  }
  disconnect() {
    this.emit('statusChanged', { type: 'disconnected' });
  }
  async sendMessage() {}
}

let made;
const configurations = [];
globalThis.document = { currentScript: null };
globalThis.__PEERPIGEON_PIGEONRTC__ = {
  createPigeonRTC: async () => ({
    createPeerConnection(configuration) {
      configurations.push(configuration);
      return Object.assign(new EventTarget(), { iceConnectionState: 'new' });
    },
  }),
};
globalThis.PeerPigeonMesh = class extends Mesh {
  constructor() {
    super();
    made = this;
  }
};
globalThis.fetch = async () => ({ status: 200, json: async () => ({ iceServers: [{ urls: 'stun:hub' }], ttl: 3600 }) });
await bundle('client/client.ts', { CLOSE_REASONS: '[]' });

test('a mesh that has disconnected and that the page has dropped is forgotten', async () => {
  globalThis.PigeonHub.join({ hub: 'ws://localhost:3000' });
  await settled();
  const dropped = new WeakRef(made);
  made.disconnect();
  made = undefined;
  await settled();
  collect();
  assert.equal(dropped.deref(), undefined);
});

test('a mesh that comes back makes its connections with the servers of its hub', async () => {
  const mesh = globalThis.PigeonHub.join({ hub: 'ws://localhost:3000' });
  await settled();
  const rtc = await globalThis.__PEERPIGEON_PIGEONRTC__.createPigeonRTC();
  mesh.connectionManager.peers.set('b'.repeat(40), { connection: null });
  mesh.disconnect();
  rtc.createPeerConnection({ iceServers: [] });
  await mesh.connect();
  rtc.createPeerConnection({ iceServers: [] });
  assert.deepEqual(configurations.map(({ iceServers }) => iceServers.length), [0, 1]);
  assert.equal(globalThis.PigeonHub.attach(mesh), mesh, 'it is attached once');
  mesh.disconnect();
});
