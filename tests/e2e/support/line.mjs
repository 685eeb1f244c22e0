// SPDX-License-Identifier: Apache-2.0
//
// A TCP port that leads to a hub: the line between two hubs, which a test cuts, mends and makes
// long, or the address of a load balancer, behind which another hub takes over.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';

import { until } from './wait.mjs';

export class Line {
  static async to(hub) {
    const line = new Line(hub);
    line.#server.listen(0, '127.0.0.1');
    await once(line.#server, 'listening');
    return line;
  }

  #server = createServer((socket) => this.#accept(socket));
  #sockets = new Set();
  #hub;
  #whole = true;

  // How many connections have come through to a hub so far.
  passed = 0;
  // How long everything is on the line, each way, in milliseconds.
  delay = 0;

  constructor(hub) {
    this.#hub = hub;
  }

  get url() {
    return `ws://127.0.0.1:${this.#server.address().port}`;
  }

  // Whoever dials from now on comes to that hub.
  leadTo(hub) {
    this.#hub = hub;
  }

  // All connections are lost; new ones come through.
  drop() {
    for (const socket of this.#sockets) socket.destroy();
  }

  // All connections are lost, and new ones too, until it is mended.
  cut() {
    this.#whole = false;
    this.drop();
  }

  mend() {
    this.#whole = true;
  }

  // Drops all connections so many times, each time as soon as another one has come through.
  async flap(times) {
    for (let i = 0; i < times; ++i) {
      const before = this.passed;
      this.drop();
      await until('the line is dialed again', () => this.passed > before);
    }
  }

  close() {
    this.cut();
    this.#server.close();
  }

  #carry(bytes, to) {
    if (this.delay === 0) to.write(bytes);
    else setTimeout(() => to.write(bytes), this.delay);
  }

  #accept(near) {
    if (!this.#whole) {
      near.destroy();
      return;
    }
    const far = connect(this.#hub.port, '127.0.0.1', () => ++this.passed);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('data', (bytes) => this.#carry(bytes, other));
      socket.on('end', () => other.end());
      socket.on('error', () => {}); // The close that follows tells enough.
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
