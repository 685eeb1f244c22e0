// SPDX-License-Identifier: Apache-2.0
//
// The console port of a hub, and bytes for it that no client of HTTP would send.

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Hub } from './hub.mjs';
import { within } from './wait.mjs';

const FREE_PORTS = ['--control-listen', '127.0.0.1:0', '--console-listen', '127.0.0.1:0'];

// `flags` may name other addresses; the last one counts.
export const startWithConsole = ({ flags = [], ...options } = {}) =>
  Hub.start({ flags: [...FREE_PORTS, ...flags], ...options });

// Who may call a hub with --control-tokens: one of each role.
export class Callers {
  static TOKENS = {
    vera: 'viewer-token-0123456789',
    oscar: 'operator-token-0123456789',
    ada: 'admin-token-0123456789',
  };
  #folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-callers-'));

  constructor() {
    const roles = { vera: 'viewer', oscar: 'operator', ada: 'admin' };
    const lines = Object.entries(roles).map(([name, role]) => `${name} ${role} ${Callers.TOKENS[name]}\n`);
    writeFileSync(this.path, lines.join(''), { mode: 0o600 });
  }

  get path() {
    return join(this.#folder, 'callers');
  }

  get flags() {
    return ['--control-tokens', this.path];
  }

  remove() {
    rmSync(this.#folder, { recursive: true });
  }
}

// One connection that says exactly what it is told to, and keeps all that comes back.
export class RawConnection {
  static async open(hub, allowHalfOpen = true) {
    const { hostname, port } = new URL(hub.console);
    const socket = connect({ host: hostname, port, allowHalfOpen });
    const raw = new RawConnection(socket);
    await within('the connection', once(socket, 'connect'));
    return raw;
  }

  // All that comes for `bytes`, until the hub ends the connection.
  static async ask(hub, bytes) {
    const raw = await RawConnection.open(hub);
    raw.socket.write(bytes);
    await raw.ended();
    return raw.text;
  }

  #pieces = [];
  #ended;
  size = 0;

  constructor(socket) {
    this.socket = socket;
    socket.on('data', (piece) => {
      this.#pieces.push(piece);
      this.size += piece.length;
    });
    socket.on('error', () => {}); // The end that follows tells enough.
    this.#ended = new Promise((resolve) => {
      socket.once('end', resolve);
      socket.once('close', resolve);
    }).then(() => socket.destroy());
  }

  get text() {
    return Buffer.concat(this.#pieces).toString('latin1');
  }

  ended() {
    return within(`the hub ends the connection, after ${this.text.slice(0, 80)}`, this.#ended);
  }
}

// A request as text; `headers` come behind Host.
export const written = (head, headers = {}, body = '') =>
  `${head} HTTP/1.1\r\nHost: localhost\r\n` +
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('') +
  `\r\n${body}`;
