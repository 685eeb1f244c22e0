// SPDX-License-Identifier: Apache-2.0
//
// Runs real PeerPigeon clients in Node, a process each.

import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { RemoteClient } from './mesh_client.mjs';
import { within } from './wait.mjs';

const program = fileURLToPath(new URL('node_client_process.mjs', import.meta.url));

export class NodeClient extends RemoteClient {
  #process;
  #unanswered = new Map();
  #questions = 0;

  // Resolves once the client is connected to the hub. `options` are the client's own.
  static async join(hub, options) {
    const client = new NodeClient(hub, options);
    await within(`client ${options.peerId[0]} joins`, client.#answerTo('join'));
    return client;
  }

  constructor(hub, options) {
    super(options.peerId, (method, args) => this.#ask(method, args));
    this.#process = fork(
      program,
      [options, hub.url].map((value) => JSON.stringify(value)),
    );
    this.#process.on('message', ({ question, answer }) =>
      this.#unanswered.get(question)?.resolve(answer),
    );
    this.#process.on('exit', (code) => {
      const error = new Error(`client ${this.peerId[0]} ended with exit code ${code}`);
      for (const { reject } of this.#unanswered.values()) reject(error);
    });
  }

  // Gone without a word, as when a laptop's lid closes. Its timers would never let it end.
  async vanish() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await gone;
  }

  #ask(method, args) {
    const question = ++this.#questions;
    const answer = this.#answerTo(question);
    this.#process.send({ question, method, args });
    return within(`client ${this.peerId[0]} answers ${method}`, answer);
  }

  #answerTo(question) {
    const answer = new Promise((resolve, reject) =>
      this.#unanswered.set(question, { resolve, reject }),
    );
    return answer.finally(() => this.#unanswered.delete(question));
  }
}
