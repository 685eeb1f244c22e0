// SPDX-License-Identifier: Apache-2.0
//
// Two linked hubs with a real client on each, and what they live through; told once for Node and
// for the browser.

import assert from 'node:assert/strict';

import { linked, startHub } from './mesh.mjs';
import { member } from './mesh_client.mjs';
import { exchange, meet } from './scenario.mjs';
import { until } from './wait.mjs';

// See scenario.mjs: the client's back-off.
const RECONNECT_MS = 60_000;
const FLAGS = ['--drain-timeout', '1s'];

export class LinkedPair {
  hubs = [];
  clients = [];

  // `join` makes a client of a hub and the client's options.
  async start(join) {
    this.hubs.push(await startHub([], { flags: FLAGS }));
    this.hubs.push(await startHub([this.hubs[0]], { flags: FLAGS }));
    await linked(this.hubs[0]);
    for (const [place, letter] of ['a', 'b'].entries()) {
      this.clients.push(await join(this.hubs[place], member(letter)));
    }
    await meet(...this.clients);
    await exchange(...this.clients, 'across two hubs');
  }

  // Ends hub number `place` with `end` (the first is the one that is dialled), starts it again on
  // its port, and expects the clients to keep their one WebRTC connection throughout.
  async restart(place, end) {
    const before = await this.clients[0].webrtc();
    const { port } = this.hubs[place];
    await end(this.hubs[place]);
    await exchange(...this.clients, 'while a hub is away');
    const bootstrap = place === 0 ? [] : [this.hubs[0]];
    this.hubs[place] = await startHub(bootstrap, { port, flags: FLAGS });
    await linked(this.hubs[0]);
    // Its client is announced again, and so is the other hub where that is who dials.
    const networks = place === 0 ? 2 : 1;
    await until(
      'its client is back',
      async () => (await this.hubs[place].health()).networks >= networks,
      RECONNECT_MS,
    );
    await exchange(...this.clients, 'with both hubs again');
    assert.deepEqual(
      await this.clients[0].webrtc(),
      before,
      'it is still the same WebRTC connection',
    );
  }

  async killHubs() {
    await Promise.all(this.hubs.map((hub) => hub.kill()));
  }
}
