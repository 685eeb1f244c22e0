// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { afterEach, mock, test } from 'node:test';

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
    this.#listeners.push({ name, listener });
  }
  emit(name, event) {
    this.heard.push(event);
    for (const one of this.#listeners) if (one.name === name) one.listener(event);
  }
  get listenerCount() {
    return this.#listeners.length;
  }
  disconnect() {
    this.emit('statusChanged', { type: 'disconnected' });
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
globalThis.fetch = async (url, { method }) => {
  assert.equal(method, 'POST', 'a GET says no origin where page and hub have one');
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

test('a token that never comes is told, asked for again, and used when it comes', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    let tries = 0;
    const mesh = new Mesh();
    const session = new Session(mesh, 'ws://localhost:3000/', { token: () => (++tries === 1 ? new Promise(() => {}) : 'late\n') }, () => {});
    const on = session.start();
    await settled();
    assert.deepEqual(mesh.heard, []);
    mock.timers.tick(10_000);
    await settled();
    assert.match(mesh.heard[0].message, /^No token: Error: no answer within 10 s$/);
    mock.timers.tick(1_000);
    await on;
    assert.deepEqual(mesh.dialed, ['ws://localhost:3000/?token=late']);
  } finally {
    mock.timers.reset();
  }
});

test('a function that returns no text is told so, and nothing is shown to the hub', async () => {
  const given = [{ token: 'x' }, 42, undefined];
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const mesh = new Mesh();
    const on = new Session(mesh, 'ws://localhost:3000/', { token: async () => given.shift() }, () => {}).start();
    for (const wait of [1_000, 2_000]) {
      await settled();
      mock.timers.tick(wait);
    }
    await on;
    assert.deepEqual(mesh.heard.slice(0, 2).map(({ message }) => message), [
      'No token: TypeError: the function has to return a text, not an object',
      'No token: TypeError: the function has to return a text, not a number',
    ]);
    assert.deepEqual(mesh.dialed, ['ws://localhost:3000/']);
  } finally {
    mock.timers.reset();
  }
});

test('a page that disconnects before it is connected stays away, until it connects itself', async () => {
  let give;
  let tries = 0;
  const mesh = new Mesh();
  const token = () => (++tries === 1 ? new Promise((resolve) => (give = resolve)) : 'second');
  const session = new Session(mesh, 'ws://localhost:3000/', { token }, () => {});
  const on = session.start();
  await settled();
  mesh.disconnect();
  give('t');
  await on;
  assert.deepEqual([mesh.dialed, asked], [[], []]);
  void mesh.connect('ws://localhost:3000/');
  mesh.emit('statusChanged', { type: 'connected' });
  await settled();
  assert.equal(asked.length, 1, 'the hub is asked for its ICE servers then');
});

test('a page that disconnects asks for no servers any more, until it is connected again', async () => {
  ice = { status: 200, json: async () => ({ iceServers: [], ttl: 3600 }) };
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  try {
    const { mesh } = await started({});
    mock.timers.tick(2_700_000);
    await settled();
    assert.equal(asked.length, 2);
    mesh.disconnect();
    mock.timers.tick(100_000_000);
    await settled();
    assert.equal(asked.length, 2);
    mesh.emit('statusChanged', { type: 'connected' });
    mock.timers.tick(0);
    await settled();
    assert.equal(asked.length, 3);
  } finally {
    mock.timers.reset();
  }
});

test('what the hub refuses to a page that is connected is told, once for each time', async () => {
  const { mesh } = await started({});
  await settled();
  const say = (data) => mesh.signalingClient.websocket.dispatchEvent(Object.assign(new Event('message'), { data }));
  const before = mesh.heard.length;
  say('{"type":"error","error":"Announce refused: the network already has 2 peers on this hub","data":{"reason":"namespace_full"},"timestamp":1}');
  say('{"type":"error","error":"Signal dropped"}');
  say('{"type":"error",');
  say('{"type":"peer-discovered","data":{"reason":"x"},"error":"y"}');
  say(new ArrayBuffer(3));
  assert.deepEqual(mesh.heard.slice(before), [
    { type: 'error', message: 'Announce refused: the network already has 2 peers on this hub', reason: 'namespace_full' },
  ]);
});

test('an attempt is over when the client gives it up; one that was before tells nothing any more', async () => {
  const { mesh, session } = await started({});
  const before = mesh.listenerCount;
  for (let i = 0; i < 3; ++i) session.follow('b'.repeat(40), Object.assign(new EventTarget(), { iceConnectionState: 'checking' }));
  assert.equal(mesh.listenerCount, before, 'no listener for each attempt');
  mesh.emit('peerDisconnected', { peerId: 'b'.repeat(40), reason: 'ICE negotiation timeout' });
  mesh.emit('peerDisconnected', { peerId: 'b'.repeat(40), reason: 'ICE negotiation timeout' });
  assert.equal(mesh.heard.filter(({ reason }) => reason === 'connection_failed').length, 1);
});
