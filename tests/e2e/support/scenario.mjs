// SPDX-License-Identifier: Apache-2.0
//
// What real clients live through, told once for Node and for the browser.

import assert from 'node:assert/strict';

import { Hub } from './hub.mjs';
import { until } from './wait.mjs';

// The client's back-off: it dials again after 1 s, doubling, and takes three times as long while it
// has open channels. A hub that is back within seconds is found well before this.
const RECONNECT_MS = 60_000;

// Every pair of `clients` opens a data channel.
export async function meet(...clients) {
  for (const one of clients) {
    for (const other of clients.filter((client) => client !== one)) {
      const [from, to] = [one.peerId[0], other.peerId[0]];
      await until(`${from} has a channel to ${to}`, () => one.hasChannelTo(other), RECONNECT_MS);
    }
  }
}

// A message each way, arriving as it was sent and from whom it was sent.
export async function exchange(one, other, words) {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    const content = `${words}, says ${from.peerId[0]}`;
    await from.say(to, content);
    await until(`${to.peerId[0]} hears "${content}"`, () => to.hasHeard(from, content));
  }
}

// Kills the hub of two clients that have met, and resolves with another that took over its port.
export async function outliveTheirHub(hub, one, other) {
  const before = await one.webrtc();
  await hub.kill();
  for (const client of [one, other]) {
    await until(
      'the clients notice that their hub is gone',
      async () => !(await client.isSignaling()),
    );
  }
  await exchange(one, other, 'without a hub');

  const successor = await Hub.start({ port: hub.port });
  await until('both are back', async () => (await successor.health()).peers === 2, RECONNECT_MS);
  await until('both are announced', async () => (await successor.health()).networks === 1);
  await exchange(one, other, 'with the next hub');
  assert.deepEqual(await one.webrtc(), before, 'it is still the same WebRTC connection');
  return successor;
}

export async function assertNobodyAskedAStunServer(...clients) {
  for (const client of clients) {
    const { made, servers } = await client.webrtc();
    assert.ok(made > 0, 'WebRTC was used at all');
    assert.deepEqual(servers, []);
  }
}
