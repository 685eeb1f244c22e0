// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { beyondTheReference, Hub } from '../support/hub.mjs';
import { newNetwork, randomId, settle, stamped, WirePeer } from '../support/wire_peer.mjs';

let hub;
before(async () => (hub = await Hub.start()));
afterEach(() => WirePeer.closeAll(hub));
after(() => hub?.kill());

// Members of one network that have nothing left to hear about each other.
async function members(network, count) {
  const peers = [];
  for (let i = 0; i < count; i++) peers.push(await WirePeer.join(hub, network));
  await settle(...peers);
  for (const peer of peers) peer.inbox.length = 0;
  return peers;
}

for (const type of ['offer', 'answer', 'ice-candidate']) {
  test(`${type} reaches its target and nobody else, and nothing more than it should say`, async () => {
    const network = newNetwork();
    const [alice, bob, carol] = await members(network, 3);
    const data = { type, sdp: 'v=0\r\n', candidate: null, nested: [{ mid: '0' }] };
    alice.send({ type, targetPeerId: bob.id, networkName: network, data, maxPeers: 3, extra: 'x' });

    assert.deepEqual(stamped(await bob.take({ type })), {
      type,
      data,
      fromPeerId: alice.id,
      targetPeerId: bob.id,
      networkName: network,
    });
    await settle(alice, bob, carol);
    assert.deepEqual([...alice.inbox, ...bob.inbox, ...carol.inbox], []);
  });
}

test('data passes as it was written', beyondTheReference, async () => {
  const network = newNetwork();
  const [alice, bob] = await members(network, 2);
  const data =
    '{"big":12345678901234567890,"e":1e2,"s":"\\u00fc\\ud83d\\ude00 ü","twice":1,"twice":2}';
  alice.socket.send(
    `{"type":"offer","targetPeerId":"${bob.id}","networkName":"${network}","data":${data}}`,
  );
  await bob.take({ type: 'offer' });
  const text = bob.texts.find((frame) => frame.includes('"offer"'));
  assert.ok(text.includes(`"data":${data}`), text);
});

test('a signal without data arrives without data', async () => {
  const network = newNetwork();
  const [alice, bob] = await members(network, 2);
  alice.signal('offer', bob, network);
  assert.ok(!('data' in (await bob.take({ type: 'offer' }))));
});

test('an offer of 200 kB passes', async () => {
  const network = newNetwork();
  const [alice, bob] = await members(network, 2);
  const sdp = 'a=candidate\r\n'.repeat(16_000);
  alice.signal('offer', bob, network, { sdp });
  assert.equal((await bob.take({ type: 'offer' })).data.sdp, sdp);
});

test('signals of one peer to another keep their order', async () => {
  const network = newNetwork();
  const [alice, bob] = await members(network, 2);
  const numbers = Array.from({ length: 100 }, (_, n) => n);
  for (const n of numbers) alice.signal('ice-candidate', bob, network, { n });
  await bob.take({ type: 'ice-candidate', data: { n: 99 } });
  assert.deepEqual(
    bob.inbox.map(({ data }) => data.n),
    numbers.slice(0, 99),
  );
});

test('without a network name the network is global', async () => {
  const [alice, bob] = await members('global', 2);
  alice.signal('offer', bob, undefined, {});
  await bob.take({ type: 'offer', networkName: 'global', fromPeerId: alice.id });
});

test('a peer may signal itself', async () => {
  const network = newNetwork();
  const [alice] = await members(network, 1);
  alice.signal('offer', alice, network, {});
  await alice.take({ type: 'offer', fromPeerId: alice.id, targetPeerId: alice.id });
});

test('a signal into a network that the target is not in is dropped', async () => {
  const network = newNetwork();
  const [alice, bob] = await members(network, 2);
  alice.signal('offer', bob, newNetwork(), {});
  alice.signal('offer', bob, undefined, {});
  await settle(alice, bob);
  assert.deepEqual([...alice.inbox, ...bob.inbox], []);
});

test('naming a network does not make one a member of it', beyondTheReference, async () => {
  const network = newNetwork();
  const [bob] = await members(network, 1);
  const [stranger] = await members(newNetwork(), 1);
  const unannounced = await WirePeer.connect(hub);
  stranger.signal('offer', bob, network, {});
  unannounced.signal('offer', bob, network, {});
  await settle(stranger, unannounced, bob);
  assert.deepEqual(bob.inbox, []);
});

test('after a move only the new network leads to a peer', beyondTheReference, async () => {
  const [old, next] = [newNetwork(), newNetwork()];
  const [stays, mover] = await members(old, 2);
  const [awaits] = await members(next, 1);
  mover.send({ type: 'announce', networkName: next, data: {} });
  await mover.settle();

  stays.signal('offer', mover, old, {});
  stays.signal('offer', mover, next, {});
  await stays.settle();
  awaits.signal('answer', mover, next, {});
  await mover.take({ type: 'answer', fromPeerId: awaits.id });
  assert.deepEqual(mover.left({ type: 'offer' }), []);
});

test('the sender is the connection, whatever the message says', beyondTheReference, async () => {
  const network = newNetwork();
  const [alice, bob, mallory] = await members(network, 3);
  const message = {
    type: 'offer',
    targetPeerId: bob.id,
    networkName: network,
    fromPeerId: alice.id,
  };
  mallory.send({ ...message, data: {} });
  assert.equal((await bob.take({ type: 'offer' })).fromPeerId, mallory.id);
});

test('of a key written twice the last one counts', async () => {
  const network = newNetwork();
  const [alice, bob] = await members(network, 2);
  alice.socket.send(
    `{"type":"cleanup","targetPeerId":"${alice.id}","data":1,"networkName":"${network}",` +
      `"type":"offer","targetPeerId":"${bob.id}","data":2}`,
  );
  await bob.take({ type: 'offer', data: 2 });
});

test('a signal for nobody, or for somebody unknown, is no matter', async () => {
  const network = newNetwork();
  const [alice] = await members(network, 1);
  alice.send({ type: 'offer', networkName: network, data: {} });
  alice.signal('offer', randomId(), network, {});
  alice.signal('offer', 'no id at all', network, {});
  await alice.settle();
  assert.deepEqual(alice.inbox, []);
});

test('cleanup is taken without a word', async () => {
  const network = newNetwork();
  const [alice, bob] = await members(network, 2);
  const data = { peerId: alice.id, targetPeerId: bob.id, reason: 'connection_established' };
  alice.signal('cleanup', bob, network, data);
  await settle(alice, bob);
  assert.deepEqual([...alice.inbox, ...bob.inbox], []);
});

test('cleanup-all is taken without a word', beyondTheReference, async () => {
  const alice = await WirePeer.connect(hub);
  alice.send({ type: 'cleanup-all', data: { peerId: alice.id } });
  await alice.settle();
  assert.deepEqual(alice.inbox, []);
});

for (const [text, named] of [
  ['{"type":"connection-rejected"}', 'connection-rejected'],
  ['{"type":"renegotiation-offer","targetPeerId":"x"}', 'renegotiation-offer'],
  ['{"type":"peer-disconnected","data":{}}', 'peer-disconnected'],
  ['{"data":{}}', 'undefined'],
  ['{"type":null}', 'null'],
  ['5', 'undefined'],
  ['"x"', 'undefined'],
  ['[]', 'undefined'],
]) {
  test(`${text} is answered by an error that names ${named}`, async () => {
    const peer = await WirePeer.connect(hub);
    peer.socket.send(text);
    assert.deepEqual(stamped(await peer.take({ type: 'error' })), {
      type: 'error',
      error:
        `Signaling server does not route '${named}' messages. ` +
        'Use WebRTC data channels for peer-to-peer communication.',
    });
  });
}

for (const text of ['', 'null', '{', '{"type":"ping"', 'hello', '['.repeat(10_000)]) {
  test(`'${text.slice(0, 20)}' is passed over and the peer stays`, async () => {
    const peer = await WirePeer.connect(hub);
    peer.socket.send(text);
    await peer.settle();
    assert.deepEqual(peer.inbox, []);
  });
}
