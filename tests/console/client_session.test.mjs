// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { Session } = await bundle('client/session.ts', { CLOSE_REASONS: '[{"name":"token_expired","code":1008,"text":"Token expired","advice":"New."}]' });

const settled = () => new Promise((resolve) => setImmediate(resolve));

// A client as far as a session looks at it.
class Mesh {
  peerId = 'a'.repeat(40);
  signalingClient = null;
  dialed = [];
  kept = [];
  sent = [];
  heard = [];
  storageManager = { saveSignalingUrlToStorage: (url) => this.kept.push(url) };
  #listeners = [];

  on(name, listener) {
    if (name === 'statusChanged') this.#listeners.push(listener);
  }
  emit(name, event) {
    this.heard.push(event);
    if (name === 'statusChanged') this.#listeners.forEach((listener) => listener(event));
  }
  async init() {
    const socket = new EventTarget();
    this.signalingClient = { signalingUrl: null, websocket: socket, isConnected: () => false, sendSignalingMessage: async (message) => this.sent.push(message) };
  }
  connect(url) {
    this.dialed.push(url);
    this.signalingClient.signalingUrl = url;
    this.emit('statusChanged', { type: 'connecting' });
    this.signalingClient.websocket.onclose = () => this.heard.push('onclose of the client');
    return new Promise(() => {});
  }
}

const asked = [];
let ice = { status: 404 };
globalThis.fetch = async (url) => {
  asked.push(url);
  return ice;
};
afterEach(() => {
  asked.splice(0);
  ice = { status: 404 };
});

async function started(options, closes = []) {
  const mesh = new Mesh();
  const session = new Session(mesh, 'ws://localhost:3000/', options, (close) => closes.push(close));
  await session.start();
  return { mesh, session, closes };
}

test('a token is shown to the hub and to /ice, and is not kept for the next start', async () => {
  const { mesh } = await started({ token: 'abc' });
  assert.deepEqual(mesh.dialed, ['ws://localhost:3000/?token=abc']);
  assert.deepEqual(asked, [`http://localhost:3000/ice?peer=${mesh.peerId}&token=abc`]);
  assert.equal(mesh.kept.at(-1), 'ws://localhost:3000/');
});

test('a function is asked for a new token each time the client dials again', async () => {
  let made = 0;
  const { mesh } = await started({ token: async () => `t${++made}` });
  assert.deepEqual(mesh.dialed, ['ws://localhost:3000/?token=t1']);
  mesh.emit('statusChanged', { type: 'reconnecting', delay: 1000 });
  mesh.emit('statusChanged', { type: 'reconnecting', delay: 2000 }); // The client says it twice when a try fails.
  await settled();
  assert.equal(mesh.signalingClient.signalingUrl, 'ws://localhost:3000/?token=t2');
  mesh.emit('statusChanged', { type: 'reconnecting', delay: 2000 });
  await settled();
  assert.equal(mesh.signalingClient.signalingUrl, 'ws://localhost:3000/?token=t3');
});

test('the hub is asked for servers with a token of that time', async () => {
  let made = 0;
  ice = { status: 403 };
  const { mesh } = await started({ token: () => `t${++made}` });
  mesh.emit('statusChanged', { type: 'connected' });
  await settled();
  assert.deepEqual(asked.map((url) => new URL(url).searchParams.get('token')), ['t1', 't2']);
});

test('a token that cannot be had is asked for again, and the page is told', async () => {
  let tries = 0;
  const { mesh } = await started({
    token: () => {
      if (++tries === 1) throw new Error('no session');
      return 'late';
    },
  });
  assert.match(mesh.heard[0].message, /No token: Error: no session/);
  assert.deepEqual(mesh.dialed, ['ws://localhost:3000/?token=late']);
});

test('servers that the page names are used, /ice is not asked, and no pool is made', async () => {
  const { session } = await started({ iceServers: [] });
  assert.deepEqual(asked, []);
  assert.deepEqual(session.configure({ iceServers: [{ urls: 'stun:x' }], iceCandidatePoolSize: 10, bundlePolicy: 'max-bundle' }), {
    iceServers: [],
    iceCandidatePoolSize: 0,
    bundlePolicy: 'max-bundle',
  });
});

test('without servers of the page and the hub those of the client stay', async () => {
  const { session } = await started({ poolSize: 2 });
  assert.deepEqual(session.configure({ iceServers: [{ urls: 'stun:x' }] }), { iceServers: [{ urls: 'stun:x' }], iceCandidatePoolSize: 2 });
});

test('what a close means is known before the client says that it is disconnected', async () => {
  const { mesh, closes } = await started({ token: 'old' });
  await settled();
  mesh.signalingClient.websocket.dispatchEvent(new Event('open'));
  closes.push = (close) => mesh.heard.push(close.reason);
  mesh.signalingClient.websocket.onclose({ code: 1008, reason: 'Token expired' });
  assert.deepEqual(mesh.heard.slice(-2), ['token_expired', 'onclose of the client']);
});
