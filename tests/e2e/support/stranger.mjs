// SPDX-License-Identifier: Apache-2.0
//
// Somebody who wants the id of a hub: it asks for it again and again, and keeps it where it gets
// it.

import WebSocket from 'ws';

import { until } from './wait.mjs';

export class Stranger {
  refusals = 0;
  holding = false; // the id, at this moment
  everHeld = false;

  #goesOn = true;
  #socket;

  constructor(url, id) {
    this.#ask(`${url}/?peerId=${id}`);
  }

  #ask(url) {
    if (!this.#goesOn) return;
    const socket = (this.#socket = new WebSocket(url));
    socket.on('message', (bytes) => {
      if (JSON.parse(bytes).type === 'connected') this.holding = this.everHeld = true;
    });
    socket.on('error', () => {}); // The hub is not there; the close that follows asks again.
    socket.on('close', (code) => {
      if (code === 1008 && !this.holding) ++this.refusals;
      this.holding = false;
      setImmediate(() => this.#ask(url));
    });
  }

  // Resolves once it was turned away so many times more.
  isTurnedAway(times) {
    const enough = this.refusals + times;
    return until(`the stranger is turned away ${times} times`, () => this.refusals >= enough);
  }

  stop() {
    this.#goesOn = false;
    this.#socket.terminate();
  }
}
