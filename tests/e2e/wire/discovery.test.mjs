// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { beyondTheReference, Hub } from '../support/hub.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, randomId, settle, stamped, WirePeer } from '../support/wire_peer.mjs';

let hub;
before(async () => (hub = await Hub.start()));
afterEach(() => WirePeer.closeAll(hub));
after(() => hub?.kill());

test('a newcomer and a member learn of each other, once, with what each announced', async () => {
  const network = newNetwork();
  const member = await WirePeer.join(hub, network, { nick: 'ann', tags: [1, { deep: null }] });
  const newcomer = await WirePeer.join(hub, network, { nick: 'ben' });

  assert.deepEqual(stamped(await member.take({ type: 'peer-discovered' })), {
    type: 'peer-discovered',
    data: { peerId: newcomer.id, isHub: false, nick: 'ben' },
    networkName: network,
    fromPeerId: 'system',
    targetPeerId: member.id,
  });
  assert.deepEqual(stamped(await newcomer.take({ type: 'peer-discovered' })), {
    type: 'peer-discovered',
    data: { peerId: member.id, isHub: false, nick: 'ann', tags: [1, { deep: null }] },
    networkName: network,
    fromPeerId: 'system',
    targetPeerId: newcomer.id,
  });
  await settle(newcomer, member);
  assert.deepEqual([...member.inbox, ...newcomer.inbox], []);
});

test('members are listed to a newcomer in the order they came', async () => {
  const network = newNetwork();
  const members = [];
  for (let i = 0; i < 5; i++) members.push(await WirePeer.join(hub, network));
  const newcomer = await WirePeer.join(hub, network);
  await until('five are listed', () => newcomer.inbox.length === 5);
  assert.deepEqual(
    newcomer.inbox.map(({ data }) => data.peerId),
    members.map(({ id }) => id),
  );
});

test('what the real client announces is understood', async () => {
  const network = newNetwork();
  const member = await WirePeer.join(hub, network);
  const client = await WirePeer.connect(hub);
  const announce = {
    type: 'announce',
    data: { peerId: client.id },
    maxPeers: 3,
    networkName: network,
  };
  client.send(announce);
  const { data } = await member.take({ type: 'peer-discovered' });
  assert.deepEqual(data, { peerId: client.id, isHub: false });
});

test(
  'nobody can announce another id or be a hub by its data alone',
  beyondTheReference,
  async () => {
    const network = newNetwork();
    const member = await WirePeer.join(hub, network);
    const liar = await WirePeer.join(hub, network, { peerId: randomId(), isHub: 'yes' });
    const { data } = await member.take({ type: 'peer-discovered' });
    assert.deepEqual(data, { peerId: liar.id, isHub: false });
  },
);

for (const [what, data, options] of [
  ['a number', 7, {}],
  ['null', null, {}],
  ['a string', 'hi', beyondTheReference],
  ['an array', ['h', 'i'], beyondTheReference],
]) {
  test(`an announce whose data is ${what} shares the id alone`, options, async () => {
    const network = newNetwork();
    const member = await WirePeer.join(hub, network);
    const peer = await WirePeer.join(hub, network, data);
    const discovered = await member.take({ type: 'peer-discovered' });
    assert.deepEqual(discovered.data, { peerId: peer.id, isHub: false });
  });
}

test('networks do not see each other', async () => {
  const here = await WirePeer.join(hub, newNetwork());
  const there = await WirePeer.join(hub, newNetwork());
  await settle(there, here);
  assert.deepEqual([...here.inbox, ...there.inbox], []);
});

for (const name of ['Füße 🕊️', ' a b ', '__proto__', 'x'.repeat(500)]) {
  test(`'${name.slice(0, 20)}' is a network like any other`, async () => {
    const member = await WirePeer.join(hub, name);
    const newcomer = await WirePeer.join(hub, name);
    await member.take({
      type: 'peer-discovered',
      networkName: name,
      data: { peerId: newcomer.id },
    });
  });
}

for (const name of [undefined, null, '', 0]) {
  test(`a network name of ${JSON.stringify(name)} means 'global'`, async () => {
    const member = await WirePeer.join(hub, 'global');
    const newcomer = await WirePeer.join(hub, name);
    await member.take({
      type: 'peer-discovered',
      networkName: 'global',
      data: { peerId: newcomer.id },
    });
    await newcomer.take({
      type: 'peer-discovered',
      networkName: 'global',
      data: { peerId: member.id },
    });
  });
}

test('who has not announced is not listed and learns of nobody', async () => {
  const quiet = await WirePeer.connect(hub);
  const member = await WirePeer.join(hub, 'global');
  await settle(member, quiet);
  assert.deepEqual([...quiet.inbox, ...member.inbox], []);
});

test('announcing again tells the others anew and lists them anew', async () => {
  const network = newNetwork();
  const member = await WirePeer.join(hub, network);
  const peer = await WirePeer.join(hub, network, { mood: 'calm' });
  await member.take({ type: 'peer-discovered', data: { mood: 'calm' } });
  await peer.take({ type: 'peer-discovered' });

  peer.send({ type: 'announce', networkName: network, data: { mood: 'gay' } });
  await member.take({ type: 'peer-discovered', data: { peerId: peer.id, mood: 'gay' } });
  await peer.take({ type: 'peer-discovered', data: { peerId: member.id } });
});

test('a peer that moves leaves its old network', beyondTheReference, async () => {
  const [old, next] = [newNetwork(), newNetwork()];
  const stays = await WirePeer.join(hub, old);
  const awaits = await WirePeer.join(hub, next);
  const mover = await WirePeer.join(hub, old);
  await stays.take({ type: 'peer-discovered' });

  mover.send({ type: 'announce', networkName: next, data: {} });
  await stays.take({ type: 'peer-disconnected', networkName: old, data: { peerId: mover.id } });
  await awaits.take({ type: 'peer-discovered', networkName: next, data: { peerId: mover.id } });
  await mover.take({ type: 'peer-discovered', networkName: next, data: { peerId: awaits.id } });

  const late = await WirePeer.join(hub, old);
  await settle(late, mover);
  assert.deepEqual(late.left({ data: { peerId: mover.id } }), []);
  assert.deepEqual(mover.left({ data: { peerId: late.id } }), []);
});

test('a network is gone when its last member is', beyondTheReference, async () => {
  const peer = await WirePeer.join(hub, newNetwork());
  peer.send({ type: 'announce', networkName: newNetwork(), data: {} });
  await peer.settle();
  assert.equal((await hub.health()).networks, 1);
  await peer.leave();
  await until('no network is left', async () => (await hub.health()).networks === 0);
});

test('an ordinary peer cannot report others', async () => {
  const network = newNetwork();
  const member = await WirePeer.join(hub, network);
  const liar = await WirePeer.join(hub, network);
  await member.take({ type: 'peer-discovered' });
  await liar.take({ type: 'peer-discovered' });

  liar.send({ type: 'peer-discovered', networkName: network, data: { peerId: randomId() } });
  await settle(liar, member);
  assert.deepEqual([...liar.inbox, ...member.inbox], []);
});
