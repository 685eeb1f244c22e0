// SPDX-License-Identifier: Apache-2.0
//
// Receives webhooks, and remembers what it took. It fails as often as it is told: before it takes a
// message, after it, or by closing the connection. It can be killed, and come back at the same port.

import { createHmac, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

export const newKey = () => `whsec_${randomBytes(32).toString('base64')}`;

export class WebhookReceiver {
  taken = []; // {id, type, data}, in the order of arrival, also what came again
  refused = 0;
  failures = 0;
  #server;
  #port = 0;
  #random;

  // `failing` is how many of 1 messages fail. With `tls`, a key and a certificate, it speaks https.
  constructor(key, { failing = 0, seed = 1, tls } = {}) {
    this.tls = tls;
    this.key = Buffer.from(key.replace(/^whsec_/, ''), 'base64');
    this.failing = failing;
    this.#random = seed;
  }

  get url() {
    return `${this.tls ? 'https' : 'http'}://127.0.0.1:${this.#port}/hook`;
  }

  async start() {
    const receive = (request, response) => this.#receive(request, response);
    this.#server = this.tls ? createTlsServer(this.tls, receive) : createServer(receive);
    await new Promise((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = this.#server.address().port;
    return this;
  }

  // No word to anyone; what waits for an answer gets none.
  async kill() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #chance() {
    this.#random = (this.#random * 1103515245 + 12345) % 2 ** 31;
    return this.#random / 2 ** 31;
  }

  async #receive(request, response) {
    const pieces = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } = request.headers;
    const mac = createHmac('sha256', this.key).update(`${id}.${time}.`).update(body).digest('base64');
    if (!signatures.split(' ').includes(`v1,${mac}`)) {
      ++this.refused;
      return response.writeHead(401).end();
    }
    const fails = this.#chance() < this.failing;
    const how = this.#chance();
    if (fails) ++this.failures;
    if (!fails || how < 0.4) this.taken.push({ id, ...JSON.parse(body) });
    if (!fails) return response.writeHead(204).end();
    if (how < 0.2 || how > 0.7) return request.socket.destroy();
    return response.writeHead(503).end();
  }
}
