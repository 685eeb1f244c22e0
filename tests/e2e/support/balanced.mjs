// SPDX-License-Identifier: Apache-2.0
//
// Three linked hubs, and a client that reaches one of them by an address that may lead to any; its
// mates are on the two others. Told once for Node and for the browser.

import assert from 'node:assert/strict';

import { Line } from './line.mjs';
import { linked, startHub } from './mesh.mjs';
import { member } from './mesh_client.mjs';
import { exchange, meet } from './scenario.mjs';
import { until } from './wait.mjs';

// See scenario.mjs: the client's back-off.
const RECONNECT_MS = 60_000;

export class Balanced {
  hubs = [];
  clients = []; // The one with the address, then its mates.
  #join;
  #address;

  // `join` makes a client of a hub and the client's options.
  async start(join) {
    this.#join = join;
    const centre = await startHub();
    this.hubs = [await startHub([centre]), centre, await startHub([centre])];
    await linked(centre, 2);
    this.#address = await Line.to(this.hubs[0]);
    for (const [letter, place] of [
      ['a', this.#address],
      ['b', this.hubs[1]],
      ['c', this.hubs[2]],
    ]) {
      this.clients.push(await join(place, member(letter)));
    }
    await meet(...this.clients);
  }

  // The hub behind the address dies, and once all have missed the client, another takes over.
  async moveToAnotherHub() {
    const [client, ...mates] = this.clients;
    this.#address.cut(); // A balancer turns away while it has no hub.
    await this.hubs[0].kill();
    await this.#allAreTold('peer-disconnected');
    for (const mate of mates) await exchange(client, mate, 'while its hub is gone');
    // Who comes now can meet it only through the hubs.
    const newcomer = await this.#join(this.hubs[2], member('d'));
    this.clients.push(newcomer);
    await meet(newcomer, ...mates);
    assert.equal(await newcomer.hasChannelTo(client), false);

    this.#address.leadTo(this.hubs[1]);
    this.#address.mend();
    await until('the client is back', () => client.isSignaling(), RECONNECT_MS);
    await this.#allAreTold('peer-discovered');
    await meet(...this.clients);
    for (const mate of [...mates, newcomer]) await exchange(client, mate, 'with another hub');
  }

  async killHubs() {
    this.#address?.close();
    await Promise.all(this.hubs.map((hub) => hub.kill()));
  }

  // The mates of the client.
  #allAreTold(type) {
    const [client, ...mates] = this.clients;
    return until(`all are told ${type}`, async () => {
      const told = await Promise.all(mates.map((mate) => mate.wasTold(client)));
      return told.every((each) => each.at(-1) === type);
    });
  }
}
