// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { after, afterEach, before, test } from 'node:test';
import tls from 'node:tls';

import { beyondTheReference, Hub } from '../support/hub.mjs';
import { until, within } from '../support/wait.mjs';
import { newNetwork, randomId, settle, stamped, WirePeer } from '../support/wire_peer.mjs';

let hub;
before(async () => (hub = await Hub.start()));
afterEach(() => WirePeer.closeAll(hub));
after(() => hub?.kill());

test('a peer is greeted with its id, in the letters it gave', async () => {
  const id = 'AbCdEf0123456789'.padEnd(40, 'F');
  const peer = await WirePeer.dial(hub, { id });
  const greeting = stamped(await peer.take({ type: 'connected' }));
  assert.deepEqual(greeting, { type: 'connected', data: { peerId: id }, fromPeerId: 'system' });
});

for (const [what, query] of [
  ['no id', ''],
  ['an empty id', '?peerId='],
  ['an id of 39 digits', `?peerId=${'a'.repeat(39)}`],
  ['an id of 41 digits', `?peerId=${'a'.repeat(41)}`],
  ['an id with a letter that is no digit', `?peerId=${'g'.repeat(40)}`],
]) {
  test(`${what} is refused after the upgrade, before any message`, async () => {
    const peer = await WirePeer.dial(hub, { query });
    assert.deepEqual(await peer.closed(), { code: 1008, reason: 'Invalid peerId format' });
    assert.deepEqual(peer.inbox, []);
  });
}

test('path, other parameters and a second peerId do not matter', async () => {
  const id = randomId();
  const peer = await WirePeer.dial(hub, {
    id,
    path: '/any/path',
    query: `?v=1&peerId=${id}&peerId=no`,
  });
  await peer.take({ type: 'connected', data: { peerId: id } });
});

test('the id may be percent-encoded', async () => {
  const id = `a${randomId().slice(1)}`;
  const peer = await WirePeer.dial(hub, { id, query: `?peerId=%61${id.slice(1)}` });
  await peer.take({ type: 'connected', data: { peerId: id } });
});

test('ids that differ only in case are two peers', async () => {
  const id = `ab${randomId().slice(2)}`;
  await WirePeer.connect(hub, { id });
  await WirePeer.connect(hub, { id: id.toUpperCase() });
});

test('an id that is taken is refused, and its holder notices nothing', async () => {
  const holder = await WirePeer.join(hub, newNetwork());
  const second = await WirePeer.dial(hub, { id: holder.id });
  assert.deepEqual(await second.closed(), { code: 1008, reason: 'Peer already connected' });
  assert.deepEqual(second.inbox, []);
  await holder.settle();
});

test('an id whose holder no longer answers goes to the newcomer', beyondTheReference, async () => {
  const network = newNetwork();
  const witness = await WirePeer.join(hub, network);
  const silent = await WirePeer.join(hub, network, {}, { autoPong: false });
  await witness.take({ type: 'peer-discovered' });

  const heir = await WirePeer.dial(hub, { id: silent.id });
  heir.send({ type: 'announce', networkName: network, data: { again: true } });
  await heir.take({ type: 'connected' });
  await heir.take({ type: 'peer-discovered', data: { peerId: witness.id } });

  await silent.closed();
  await witness.take({ type: 'peer-disconnected', data: { peerId: silent.id } });
  await witness.take({ type: 'peer-discovered', data: { peerId: silent.id, again: true } });
  await settle(heir, witness);
  assert.deepEqual(witness.left({ data: { peerId: silent.id } }), []);
});

test('an id is free again once its holder left', async () => {
  const first = await WirePeer.connect(hub);
  await first.leave();
  await WirePeer.connect(hub, { id: first.id });
});

test('compression is not taken up', async () => {
  const peer = await WirePeer.connect(hub, { perMessageDeflate: true });
  assert.equal(peer.socket.extensions, '');
  assert.equal(peer.socket.protocol, '');
});

test('of the subprotocols that a client names the first is spoken', async () => {
  const peer = await WirePeer.connect(hub, { protocols: ['peerpigeon', 'other'] });
  assert.equal(peer.socket.protocol, 'peerpigeon');
});

test('TLS is told at once that it is not spoken here', beyondTheReference, async () => {
  const socket = tls.connect({ host: '127.0.0.1', port: hub.port });
  const [error] = await within('the alert', once(socket, 'error'));
  assert.match(error.message, /alert/);
});

test('a WebSocket whose Upgrade a proxy dropped is told so', beyondTheReference, async () => {
  const response = await hub.fetch(`/?peerId=${randomId()}`);
  assert.equal(response.status, 426);
  assert.match(await response.text(), /proxy/);
});

test('a binary frame is read like text', async () => {
  const peer = await WirePeer.connect(hub);
  peer.socket.send(Buffer.from('{"type":"ping"}'), { binary: true });
  await peer.take({ type: 'pong' });
});

test('a message in fragments is put together', async () => {
  const peer = await WirePeer.connect(hub);
  for (const piece of ['{"ty', 'pe":"pi', 'ng"}']) {
    peer.socket.send(piece, { fin: piece.endsWith('}') });
  }
  await peer.take({ type: 'pong' });
});

test('a text that is not UTF-8 closes with 1007', async () => {
  const peer = await WirePeer.connect(hub);
  peer.socket.send(Buffer.from([0x22, 0xff, 0x22]), { binary: false });
  assert.equal((await peer.closed()).code, 1007);
});

test('a request for // harms nobody', beyondTheReference, async () => {
  const peer = await WirePeer.connect(hub);
  const socket = connect(hub.port, '127.0.0.1');
  socket.end(
    'GET // HTTP/1.1\r\nHost: a b\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n\r\n',
  );
  socket.resume().on('error', () => {});
  await within('the hub is done with it', new Promise((resolve) => socket.once('close', resolve)));
  await peer.settle();
});

test('connections over the limit are refused, and there is room again when one leaves', async () => {
  const small = await Hub.start({ flags: ['--max-connections', 2] });
  try {
    const first = await WirePeer.connect(small);
    await WirePeer.connect(small);
    const third = await WirePeer.dial(small);
    assert.deepEqual(await third.closed(), { code: 1008, reason: 'Maximum connections reached' });

    await first.leave();
    await until('there is room', async () => (await small.health()).connections === 1);
    await WirePeer.connect(small);
  } finally {
    await small.kill();
  }
});

test('a message of the greatest size passes, and one byte more closes with 1009', async () => {
  const strict = await Hub.start({ flags: ['--max-message-size', 4096] });
  try {
    const peer = await WirePeer.connect(strict);
    const empty = JSON.stringify({ type: 'ping', pad: '' });
    const pad = 'x'.repeat(4096 - empty.length);
    peer.send({ type: 'ping', pad });
    await peer.take({ type: 'pong' });
    peer.send({ type: 'ping', pad: `${pad}x` });
    assert.deepEqual(await peer.closed(), { code: 1009, reason: '' });
  } finally {
    await strict.kill();
  }
});
