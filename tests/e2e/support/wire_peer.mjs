// SPDX-License-Identifier: Apache-2.0
//
// A peer made of nothing but a WebSocket: it says exactly what a test makes it say, and keeps all
// that the hub sends until the test takes it.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';

import WebSocket from 'ws';

import { until, within } from './wait.mjs';

export const randomId = () => randomBytes(20).toString('hex');

let networks = 0;
export const newNetwork = () => `network-${++networks}`;

const open = new Set();

export class WirePeer {
  // Resolves once the upgrade is through, whatever the hub does next. `query` replaces the usual
  // ?peerId=; `protocols` are the subprotocols to name, `options` those of ws.
  static async dial(
    hub,
    { id = randomId(), query = `?peerId=${id}`, path = '/', protocols = [], ...options } = {},
  ) {
    const peer = new WirePeer(new WebSocket(hub.url + path + query, protocols, options), id);
    await within('the upgrade', once(peer.socket, 'open'));
    return peer;
  }

  // Resolves once the hub has greeted the peer.
  static async connect(hub, options) {
    const peer = await WirePeer.dial(hub, options);
    await peer.take({ type: 'connected' });
    return peer;
  }

  // Resolves once the peer is a member of the network and the hub is done telling it so.
  static async join(hub, networkName, data = {}, options = {}) {
    const peer = await WirePeer.connect(hub, options);
    peer.send({ type: 'announce', networkName, data });
    await peer.settle();
    return peer;
  }

  // Ends all peers there are; resolves once the hub has missed them.
  static async closeAll(hub) {
    for (const peer of open) peer.socket.terminate();
    await until('the hub is empty', async () => (await hub.health()).connections === 0);
  }

  inbox = [];
  texts = []; // Every frame as it came, for what JSON.parse would hide.

  constructor(socket, id) {
    this.socket = socket;
    this.id = id;
    open.add(this);
    socket.on('message', (bytes, isBinary) => {
      assert.equal(isBinary, false, 'the hub speaks in text frames');
      this.texts.push(bytes.toString());
      this.inbox.push(JSON.parse(bytes));
    });
    this.ended = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        open.delete(this);
        resolve({ code, reason: reason.toString() });
      });
    });
    socket.on('error', () => {}); // The close that follows tells enough.
  }

  send(message) {
    this.socket.send(JSON.stringify(message));
  }

  // `to` is a peer or an id.
  signal(type, to, networkName, data) {
    this.send({ type, targetPeerId: to.id ?? to, networkName, data });
  }

  leave() {
    this.socket.close(1000, 'Client disconnect');
    return this.closed();
  }

  // The {code, reason} the socket was closed with.
  closed() {
    return within('the socket is closed', this.ended);
  }

  // Waits for a message that has at least the fields of `wanted`, and takes it out of the inbox.
  async take(wanted) {
    try {
      await until(JSON.stringify(wanted), () =>
        this.inbox.some((message) => contains(message, wanted)),
      );
    } catch (error) {
      const inbox = JSON.stringify(this.inbox).slice(0, 4000);
      throw new Error(`${error.message}; there is ${inbox}`);
    }
    const place = this.inbox.findIndex((message) => contains(message, wanted));
    return this.inbox.splice(place, 1)[0];
  }

  // All messages with the fields of `wanted` that were not taken yet.
  left(wanted = {}) {
    return this.inbox.filter((message) => contains(message, wanted));
  }

  // Resolves once the hub has handled all this peer sent and this peer has all the hub sent it.
  async settle() {
    this.send({ type: 'ping' });
    await this.take({ type: 'pong' });
  }
}

// The answer to an upgrade that the hub refuses, head and body as text. The options are those of dial.
export function refusal(
  hub,
  { id = randomId(), query = `?peerId=${id}`, path = '/', protocols = [], ...options } = {},
) {
  const socket = new WebSocket(hub.url + path + query, protocols, options);
  const answer = new Promise((resolve, reject) => {
    socket.on('open', () => reject(new Error('the hub let it in')));
    socket.on('error', reject);
    socket.on('unexpected-response', async (request, response) => {
      let text = `${response.statusCode} ${JSON.stringify(response.rawHeaders)}\n`;
      for await (const piece of response) text += piece;
      resolve(text);
    });
  });
  return within('the refusal', answer);
}

// Settles each in turn: what an earlier one caused has reached the later ones.
export async function settle(...peers) {
  for (const peer of peers) await peer.settle();
}

// The message without its timestamp, which must be the present, in Unix milliseconds.
export function stamped({ timestamp, ...message }) {
  assert.ok(Math.abs(timestamp - Date.now()) < 60_000, `timestamp ${timestamp} is not now`);
  return message;
}

function contains(actual, wanted) {
  if (wanted === null || typeof wanted !== 'object') return Object.is(actual, wanted);
  if (actual === null || typeof actual !== 'object') return false;
  return Object.entries(wanted).every(([key, value]) => contains(actual[key], value));
}
