// SPDX-License-Identifier: Apache-2.0
//
// As much of a hub as pigeonhub_load needs, which can be told to do one thing wrong. No part of a
// measurement: it exists so that a test can see the generator notice.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

const websocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const opcodes = { text: 0x1, close: 0x8 };

function frame(opcode, payload) {
  const body = Buffer.from(payload);
  const header = Buffer.from([0x80 | opcode, body.length < 126 ? body.length : 126, 0, 0]);
  if (body.length < 126) return Buffer.concat([header.subarray(0, 2), body]);
  header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
}

// Calls take(opcode, payload) for each whole frame and returns the rest. Frames are masked and
// shorter than 64 KiB here.
function takeFrames(bytes, take) {
  while (bytes.length >= 8 || (bytes.length >= 6 && (bytes[1] & 0x7f) === 0)) {
    const short = (bytes[1] & 0x7f) < 126;
    const length = short ? bytes[1] & 0x7f : bytes.readUInt16BE(2);
    const begin = short ? 6 : 8;
    if (bytes.length < begin + length) break;
    const mask = bytes.subarray(begin - 4, begin);
    const payload = bytes.subarray(begin, begin + length).map((byte, i) => byte ^ mask[i & 3]);
    take(bytes[0] & 0x0f, payload);
    bytes = bytes.subarray(begin + length);
  }
  return bytes;
}

// What it can do wrong: each gets a message and its receiver, and says what is sent instead.
export const faults = {
  none: (message) => [message],
  spoofs: (message) => [{ ...message, fromPeerId: message.targetPeerId }],
  misaddresses: (message) => [{ ...message, targetPeerId: '0'.repeat(40) }],
  leaks: (message) => [{ ...message, networkName: 'elsewhere' }],
  retypes: (message) => [{ ...message, type: 'answer' }],
  cuts: (message) => [{ ...message, data: { ...message.data, sdp: 'v=0', peerId: 'short' } }],
  repeats: (message) => [message, message],
  loses: () => [],
  garbles: () => ['{"type":"offer","data":{'],
  complains: (message) => [message, { type: 'error', error: 'no' }],
};
// And it can turn everybody away who comes for the first time.
export const REFUSES = 'refuses';
const later = 'HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n';

// Serves until close() is called. `spoils(type)` says which messages the fault is for.
export async function startFaultyHub(fault, spoils) {
  const peers = new Map(); // id -> {socket, networkName}
  const refused = new Set();

  const say = (peer, message) => {
    const sent = fault in faults && spoils(message.type) ? faults[fault](message) : [message];
    for (const one of sent) {
      peer.socket.write(frame(opcodes.text, typeof one === 'string' ? one : JSON.stringify(one)));
    }
  };
  const introduce = (id, peer, other) => say(peer, {
    type: 'peer-discovered', data: { peerId: other, isHub: false },
    networkName: peer.networkName, fromPeerId: 'system', targetPeerId: id,
  });
  const hear = (id, { type, data, networkName, targetPeerId }) => {
    const sender = peers.get(id);
    if (type === 'ping') return say(sender, { type: 'pong', fromPeerId: 'system', targetPeerId: id });
    if (type !== 'announce') {
      const target = peers.get(targetPeerId);
      if (target) say(target, { type, data, fromPeerId: id, targetPeerId, networkName });
      return;
    }
    sender.networkName = networkName;
    for (const [other, peer] of peers) {
      if (other === id || peer.networkName !== networkName) continue;
      introduce(other, peer, id);
      introduce(id, sender, other);
    }
  };

  const server = createServer().on('upgrade', (request, socket) => {
    const id = new URL(request.url, 'ws://hub').searchParams.get('peerId');
    if (fault === REFUSES && !refused.has(id)) {
      refused.add(id);
      return socket.end(later);
    }
    const accept = createHash('sha1')
      .update(request.headers['sec-websocket-key'] + websocketGuid).digest('base64');
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n' +
      `Connection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    peers.set(id, { socket, networkName: undefined });
    let unread = Buffer.alloc(0);
    socket.on('data', (bytes) => {
      unread = takeFrames(Buffer.concat([unread, bytes]), (opcode, payload) => {
        if (opcode === opcodes.text) hear(id, JSON.parse(payload));
        if (opcode === opcodes.close) socket.end(frame(opcodes.close, payload));
      });
    });
    socket.on('error', () => {});
    socket.on('close', () => peers.delete(id));
  });
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `127.0.0.1:${server.address().port}`,
    close: () => {
      for (const { socket } of peers.values()) socket.destroy();
      server.close();
    },
  };
}
