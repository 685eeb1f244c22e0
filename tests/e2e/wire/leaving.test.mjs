// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { beyondTheReference, Hub } from '../support/hub.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, settle, stamped, WirePeer } from '../support/wire_peer.mjs';

let hub;
before(async () => (hub = await Hub.start()));
afterEach(() => WirePeer.closeAll(hub));
after(() => hub?.kill());

const departure = (peer) => ({ type: 'peer-disconnected', data: { peerId: peer.id } });

test('a peer that closes is missed by its network', async () => {
  const network = newNetwork();
  const [stays, leaver] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  await leaver.leave();
  await stays.take({ ...departure(leaver), networkName: network, fromPeerId: 'system' });

  const late = await WirePeer.join(hub, network);
  assert.deepEqual(late.left({ data: { peerId: leaver.id } }), []);
});

test('it is missed once, with its reason, and by nobody else', beyondTheReference, async () => {
  const network = newNetwork();
  const stays = await WirePeer.join(hub, network);
  const stranger = await WirePeer.join(hub, newNetwork());
  const unannounced = await WirePeer.connect(hub);
  const leaver = await WirePeer.join(hub, network);
  await leaver.leave();

  const { data, ...message } = stamped(await stays.take(departure(leaver)));
  assert.deepEqual(stamped(data), { peerId: leaver.id, isHub: false, reason: 'Client disconnect' });
  assert.deepEqual(message, {
    type: 'peer-disconnected',
    networkName: network,
    fromPeerId: 'system',
    targetPeerId: stays.id,
  });
  await settle(stays, stranger, unannounced);
  assert.deepEqual(stays.left(departure(leaver)), []);
  assert.deepEqual([...stranger.inbox, ...unannounced.inbox], []);
});

test('a connection that breaks is a departure and no goodbye', async () => {
  const network = newNetwork();
  const [stays, lost] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  lost.socket.terminate();
  const { data } = await stays.take(departure(lost));
  assert.equal(data.reason ?? 'disconnected', 'disconnected');
  await stays.settle();
  assert.deepEqual(stays.left({ type: 'goodbye' }), []);
});

test('who comes back is discovered again', async () => {
  const network = newNetwork();
  const [stays, leaver] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  await stays.take({ type: 'peer-discovered', data: { peerId: leaver.id } });
  await leaver.leave();
  await stays.take(departure(leaver));
  await WirePeer.join(hub, network, {}, { id: leaver.id });
  await stays.take({ type: 'peer-discovered', data: { peerId: leaver.id } });
});

test(
  'a message over the limit costs its sender the connection, and is one departure',
  beyondTheReference,
  async () => {
    const network = newNetwork();
    const [stays, greedy] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
    greedy.send({ type: 'offer', data: 'x'.repeat(1 << 20) });
    assert.equal((await greedy.closed()).code, 1009);
    await stays.take(departure(greedy));
    await stays.settle();
    assert.deepEqual(stays.left(departure(greedy)), []);
  },
);

test('a goodbye is passed on, before the departure', async () => {
  const network = newNetwork();
  const [stays, leaver] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  await stays.take({ type: 'peer-discovered' });
  const data = { peerId: leaver.id, timestamp: 1, reason: 'peer_disconnect' };
  leaver.send({ type: 'goodbye', networkName: network, data });

  await until('both have come', () => stays.inbox.length >= 2);
  const [goodbye, gone] = stays.inbox;
  const { type, networkName, fromPeerId } = stamped(goodbye);
  assert.deepEqual(
    { type, networkName, fromPeerId },
    { type: 'goodbye', networkName: network, fromPeerId: leaver.id },
  );
  assert.deepEqual(goodbye.data, data);
  assert.equal(gone.type, 'peer-disconnected');
  assert.equal(gone.networkName, network);
});

test(
  "a goodbye carries its peer's network and ends its connection",
  beyondTheReference,
  async () => {
    const network = newNetwork();
    const stranger = await WirePeer.join(hub, 'global');
    const [stays, leaver] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
    leaver.send({ type: 'goodbye', data: { peerId: leaver.id } }); // The client, unloading.

    await stays.take({ type: 'goodbye', networkName: network, fromPeerId: leaver.id });
    await stays.take({ ...departure(leaver), networkName: network });
    assert.equal((await leaver.closed()).code, 1000);

    await settle(stays, stranger);
    assert.deepEqual(stays.left({ type: 'goodbye' }), []);
    assert.deepEqual(stays.left(departure(leaver)), []);
    assert.deepEqual(stranger.inbox, []);
  },
);

test(
  'after a goodbye the id is free for a successor that the old socket cannot hurt',
  beyondTheReference,
  async () => {
    const network = newNetwork();
    const [stays, leaver] = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
    leaver.send({ type: 'goodbye', networkName: network, data: {} });
    await stays.take(departure(leaver));

    const successor = await WirePeer.join(hub, network, { again: true }, { id: leaver.id });
    await leaver.closed();
    await stays.take({ type: 'peer-discovered', data: { peerId: successor.id, again: true } });
    stays.signal('offer', successor, network, {});
    await successor.take({ type: 'offer' });
    assert.deepEqual(stays.left(departure(leaver)), []);
  },
);

test(
  'a hub that is told to stop closes with 1001 and says goodbye for nobody',
  beyondTheReference,
  async () => {
    const draining = await Hub.start({ flags: ['--drain-timeout', '1s'] });
    const network = newNetwork();
    const peers = [await WirePeer.join(draining, network), await WirePeer.join(draining, network)];

    assert.deepEqual(await draining.stop(), { code: 0, signal: null });
    for (const peer of peers) {
      assert.equal((await peer.closed()).code, 1001);
      assert.deepEqual(peer.left({ type: 'goodbye' }), []);
    }
  },
);

test(
  'a draining hub takes no newcomers, and a second signal ends it at once',
  beyondTheReference,
  async () => {
    const draining = await Hub.start({ flags: ['--drain-timeout', '10m'] });
    for (let i = 0; i < 10; i++) await WirePeer.connect(draining);

    const exit = draining.stop();
    await until('newcomers are refused', () =>
      WirePeer.dial(draining).then(
        (peer) => peer.socket.terminate(),
        (error) => /\b503\b/.test(error.message),
      ),
    );
    await draining.stop();
    assert.deepEqual(await exit, { code: 0, signal: null });
  },
);
