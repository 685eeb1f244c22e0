// SPDX-License-Identifier: Apache-2.0
//
// Two linked hubs with a real client on each, and what they live through; told once for Node and
// for the browser.

import assert from 'node:assert/strict';

import { Line } from './line.mjs';
import { discovers, exchangeOffers, linked, startHub } from './mesh.mjs';
import { member } from './mesh_client.mjs';
import { exchange, meet } from './scenario.mjs';
import { until } from './wait.mjs';
import { newNetwork, WirePeer } from './wire_peer.mjs';

// See scenario.mjs: the client's back-off.
const RECONNECT_MS = 60_000;
// A line that flaps is dialed again within the 3 s of grace.
const FLAGS = ['--drain-timeout', '1s', '--reconnect-interval', '1s'];

export class LinkedPair {
  hubs = [];
  clients = []; // The pair, then whoever joined it.
  #join;
  #line; // Between the hubs; the first is the one that is dialed.

  // `join` makes a client of a hub and the client's options.
  async start(join) {
    this.#join = join;
    this.hubs.push(await startHub([], { flags: FLAGS }));
    this.#line = await Line.to(this.hubs[0]);
    this.hubs.push(await startHub([this.#line], { flags: FLAGS }));
    await linked(this.hubs[0]);
    for (const [place, letter] of ['a', 'b'].entries()) {
      this.clients.push(await join(this.hubs[place], member(letter)));
    }
    await meet(...this.#pair);
    await exchange(...this.#pair, 'across two hubs');
  }

  // Ends hub number `place` with `end`, starts it again on its port, and expects the pair to keep
  // its one WebRTC connection throughout.
  restart(place, end) {
    return this.#keepTheChannel(async () => {
      const { port } = this.hubs[place];
      await end(this.hubs[place]);
      await exchange(...this.#pair, 'while a hub is away');
      const bootstrap = place === 0 ? [] : [this.#line];
      this.hubs[place] = await startHub(bootstrap, { port, flags: FLAGS });
      await linked(this.hubs[0]);
      // Its client is announced again, and so is the other hub where that is who dials.
      const networks = place === 0 ? 2 : 1;
      await until(
        'its client is back',
        async () => (await this.hubs[place].health()).networks >= networks,
        RECONNECT_MS,
      );
      await exchange(...this.#pair, 'with both hubs again');
    });
  }

  // The line between the hubs comes and goes, too quickly for anybody to be missed.
  async flap() {
    const told = await this.#told();
    const network = newNetwork();
    const [here, there] = await Promise.all(this.hubs.map((hub) => WirePeer.join(hub, network)));
    await discovers(here, there);
    await discovers(there, here);
    await this.#keepTheChannel(async () => {
      for (let i = 0; i < 5; ++i) {
        await this.#line.flap(1);
        await exchangeOffers(here, there, network); // So the hubs are linked again.
      }
      await exchange(...this.#pair, 'over a line that flaps');
    });
    await Promise.all([here.leave(), there.leave()]);
    await this.#welcome('c');
    assert.deepEqual(await this.#told(), told, 'neither heard of it');
  }

  // The line is away for longer than the hubs wait for it.
  async part() {
    await this.#keepTheChannel(async () => {
      this.#line.cut();
      await this.#areTold('peer-disconnected');
      await exchange(...this.#pair, 'while the hubs are apart');
      this.#line.mend();
      await this.#areTold('peer-discovered');
      await exchange(...this.#pair, 'with both hubs again');
    });
    await this.#welcome('d');
    assert.ok(!(await this.#told()).flat().includes('goodbye'), 'nobody said goodbye');
  }

  async killHubs() {
    this.#line?.close();
    await Promise.all(this.hubs.map((hub) => hub.kill()));
  }

  get #pair() {
    return this.clients.slice(0, 2);
  }

  async #keepTheChannel(event) {
    const before = await this.clients[0].webrtc();
    await event();
    assert.deepEqual(
      await this.clients[0].webrtc(),
      before,
      'it is still the same WebRTC connection',
    );
  }

  // Somebody new on the first hub opens a channel to all, which takes signals over the line.
  async #welcome(letter) {
    const newcomer = await this.#join(this.hubs[0], member(letter));
    this.clients.push(newcomer);
    for (const client of this.#pair) {
      await meet(newcomer, client);
      await exchange(newcomer, client, 'welcome');
    }
  }

  // What each of the two was told of the other.
  #told() {
    const [one, other] = this.#pair;
    return Promise.all([one.wasTold(other), other.wasTold(one)]);
  }

  #areTold(type) {
    return until(`both are told ${type}`, async () =>
      (await this.#told()).every((told) => told.at(-1) === type),
    );
  }
}
