// SPDX-License-Identifier: Apache-2.0
//
// Other hubs, as this hub meets them: peers that announce themselves as hubs, are listed, and speak
// for the peers they have themselves.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { beyondTheReference, Hub } from '../support/hub.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, randomId, settle, WirePeer } from '../support/wire_peer.mjs';

const MESH = 'pigeonhub-mesh';
const FACTS = {
  isHub: true,
  port: 3001,
  host: 'hub.example',
  capabilities: ['signaling', 'relay'],
};

let hub;
before(async () => {
  hub = await Hub.start({ flags: ['--hub', '--no-auto-connect', '--hub-admission', 'open'] });
});
afterEach(() => WirePeer.closeAll(hub));
after(() => hub?.kill());

const joinAsHub = (data = FACTS) => WirePeer.join(hub, MESH, data);
const discovery = (id) => ({ type: 'peer-discovered', data: { peerId: id } });
const departure = (id) => ({ type: 'peer-disconnected', data: { peerId: id } });

function report(from, networkName, data) {
  from.send({
    type: 'peer-discovered',
    networkName,
    data,
    fromPeerId: 'system',
    timestamp: Date.now(),
  });
}

test('a hub is listed with its facts for as long as it is there', async () => {
  const other = await joinAsHub();
  const { totalHubs, hubs } = await hub.hubs();
  assert.equal(totalHubs, 1);
  const [{ peerId, networkName, data, ...times }] = hubs;
  assert.deepEqual({ peerId, networkName }, { peerId: other.id, networkName: MESH });
  assert.equal(data.host, 'hub.example');
  assert.deepEqual(data.capabilities, ['signaling', 'relay']);
  for (const name of ['registeredAt', 'lastActivity', 'connectedAt']) {
    assert.ok(Math.abs(times[name] - Date.now()) < 60_000, `${name} ${times[name]}`);
  }
  const health = await hub.health();
  assert.deepEqual({ isHub: health.isHub, hubs: health.hubs }, { isHub: true, hubs: 1 });

  await other.leave();
  await until('it is gone from the list', async () => (await hub.hubs()).totalHubs === 0);
});

test('a hub is who announces in the mesh, or says isHub:true elsewhere', async () => {
  const network = newNetwork();
  const inMesh = await joinAsHub({});
  const elsewhere = await WirePeer.join(hub, network, { isHub: true });
  await WirePeer.join(hub, network, { isHub: 'true' });
  await WirePeer.join(hub, network, { isHub: 1 });
  const { hubs } = await hub.hubs();
  assert.deepEqual(
    hubs.map(({ peerId, networkName }) => [peerId, networkName]),
    [
      [inMesh.id, MESH],
      [elsewhere.id, network],
    ],
  );
});

test('a hub that turns into a peer is no longer listed', beyondTheReference, async () => {
  const network = newNetwork();
  const other = await WirePeer.join(hub, network, { isHub: true });
  other.send({ type: 'announce', networkName: network, data: {} });
  await other.settle();
  assert.equal((await hub.hubs()).totalHubs, 0);
});

test('hubs are told of each other, and of a leave', async () => {
  const first = await joinAsHub({ isHub: true, region: 'north' });
  const second = await joinAsHub({ isHub: true, region: 'south' });
  await second.take({
    ...discovery(first.id),
    networkName: MESH,
    data: { isHub: true, region: 'north' },
  });
  await first.take({
    ...discovery(second.id),
    networkName: MESH,
    data: { isHub: true, region: 'south' },
  });
  await second.leave();
  await first.take({ ...departure(second.id), data: { isHub: true } });
});

test('hubs may signal each other', async () => {
  const [one, other] = [await joinAsHub(), await joinAsHub()];
  one.signal('offer', other, MESH, { sdp: 'v=0' });
  await other.take({ type: 'offer', fromPeerId: one.id, networkName: MESH, data: { sdp: 'v=0' } });
});

test('a new hub is told of all local peers, in every network, and of those that follow', async () => {
  const [one, two] = [newNetwork(), newNetwork()];
  const early = await WirePeer.join(hub, one, { nick: 'ann' });
  const sister = await joinAsHub();
  const other = await joinAsHub();
  const late = await WirePeer.join(hub, two, { nick: 'ben' });

  await other.take({
    ...discovery(early.id),
    networkName: one,
    data: { isHub: false, nick: 'ann' },
  });
  await other.take({
    ...discovery(late.id),
    networkName: two,
    data: { isHub: false, nick: 'ben' },
  });
  assert.ok(other.left(discovery(sister.id)).every(({ networkName }) => networkName === MESH));
});

test(
  'hubs are told when a local peer leaves, moves or says goodbye',
  beyondTheReference,
  async () => {
    const network = newNetwork();
    const other = await joinAsHub();
    const [leaver, polite, mover] = [
      await WirePeer.join(hub, network),
      await WirePeer.join(hub, network),
      await WirePeer.join(hub, network),
    ];
    await leaver.leave();
    await other.take({ ...departure(leaver.id), networkName: network });
    polite.send({ type: 'goodbye', data: {} });
    await other.take({ ...departure(polite.id), networkName: network });
    mover.send({ type: 'announce', networkName: newNetwork(), data: {} });
    await other.take({ ...departure(mover.id), networkName: network });
  },
);

test('a peer that a hub reports is discovered in its network', async () => {
  const network = newNetwork();
  const member = await WirePeer.join(hub, network);
  const stranger = await WirePeer.join(hub, newNetwork());
  const other = await joinAsHub();
  const far = randomId();
  report(other, network, { peerId: far, isHub: false, nick: 'far' });

  await member.take({
    ...discovery(far),
    data: { isHub: false, nick: 'far' },
    networkName: network,
    fromPeerId: 'system',
    targetPeerId: member.id,
  });
  await settle(other, stranger);
  assert.deepEqual(stranger.inbox, []);
});

test(
  'it is discovered by late joiners too, until its hub withdraws it',
  beyondTheReference,
  async () => {
    const network = newNetwork();
    const other = await joinAsHub();
    const far = randomId();
    report(other, network, { peerId: far, isHub: false });
    await other.settle();
    const late = await WirePeer.join(hub, network);
    await late.take({ ...discovery(far), networkName: network, targetPeerId: late.id });

    other.send({ type: 'peer-disconnected', networkName: network, data: { peerId: far } });
    await late.take({ ...departure(far), networkName: network });
    const later = await WirePeer.join(hub, network);
    assert.deepEqual(later.left(discovery(far)), []);
  },
);

test('a hub that is lost takes its peers along, with no goodbye', beyondTheReference, async () => {
  const network = newNetwork();
  const member = await WirePeer.join(hub, network);
  const other = await joinAsHub();
  const far = randomId();
  report(other, network, { peerId: far, isHub: false });
  await member.take(discovery(far));

  other.socket.terminate();
  await member.take({ ...departure(far), networkName: network });
  const late = await WirePeer.join(hub, network);
  assert.deepEqual(late.left(discovery(far)), []);
  assert.deepEqual(member.left({ type: 'goodbye' }), []);
});

test('signals find a far peer through its hub, and come back from it', async () => {
  const network = newNetwork();
  const near = await WirePeer.join(hub, network);
  const other = await joinAsHub();
  const far = randomId();
  report(other, network, { peerId: far, isHub: false });
  await near.take(discovery(far));

  near.signal('offer', far, network, { sdp: 'v=0' });
  await other.take({
    type: 'offer',
    fromPeerId: near.id,
    targetPeerId: far,
    networkName: network,
    data: { sdp: 'v=0' },
  });
  other.send({
    type: 'answer',
    fromPeerId: far,
    targetPeerId: near.id,
    networkName: network,
    data: {},
  });
  await near.take({ type: 'answer', fromPeerId: far, targetPeerId: near.id });
});

test('only the hub that reported a peer is handed its signals', beyondTheReference, async () => {
  const network = newNetwork();
  const near = await WirePeer.join(hub, network);
  const [owner, bystander] = [await joinAsHub(), await joinAsHub()];
  const far = randomId();
  report(owner, network, { peerId: far, isHub: false });
  await near.take(discovery(far));

  near.signal('offer', far, network, {});
  await owner.take({ type: 'offer' });
  await settle(near, bystander);
  assert.deepEqual(bystander.left({ type: 'offer' }), []);
});

test('signals between local peers are nothing to the hubs', async () => {
  const network = newNetwork();
  const [alice, bob] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  const other = await joinAsHub();
  alice.signal('offer', bob, network, {});
  await bob.take({ type: 'offer' });
  await settle(alice, other);
  assert.deepEqual(other.left({ type: 'offer' }), []);
});

test(
  'what one hub reports is passed on to the others, and never back',
  beyondTheReference,
  async () => {
    const network = newNetwork();
    const [source, next] = [await joinAsHub(), await joinAsHub()];
    const far = randomId();
    report(source, network, { peerId: far, isHub: false, nick: 'far' });
    await next.take({ ...discovery(far), networkName: network, data: { nick: 'far' } });
    source.send({ type: 'peer-disconnected', networkName: network, data: { peerId: far } });
    await next.take({ ...departure(far), networkName: network });
    await settle(next, source);
    assert.deepEqual([...source.left(discovery(far)), ...source.left(departure(far))], []);
  },
);

test('a hub cannot speak for a peer that it never reported', beyondTheReference, async () => {
  const network = newNetwork();
  const [alice, bob] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  const other = await joinAsHub();
  const forged = { type: 'offer', targetPeerId: bob.id, networkName: network, data: {} };
  other.send({ ...forged, fromPeerId: alice.id });
  other.send({ ...forged, fromPeerId: randomId() });
  await settle(other, bob);
  assert.deepEqual(
    bob.left({ type: 'offer' }).filter(({ fromPeerId }) => fromPeerId !== other.id),
    [],
  );
});

test('a hub cannot withdraw a local peer', async () => {
  const network = newNetwork();
  const [alice, bob] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  const other = await joinAsHub();
  other.send({ type: 'peer-disconnected', networkName: network, data: { peerId: bob.id } });
  await settle(other, alice);
  assert.deepEqual(alice.left(departure(bob.id)), []);
  const late = await WirePeer.join(hub, network);
  await late.take(discovery(bob.id));
});
