// SPDX-License-Identifier: Apache-2.0
//
// Starts, kills and stops hubs. The program is $PIGEONHUB_BINARY: a pigeonhub, or anything else
// that takes its flags. support/reference_hub.mjs does, and runs PeerPigeon's own server, so
//
//   PIGEONHUB_BINARY=$PWD/support/reference_hub.mjs npm test
//
// tells which of these sentences describe the reference; those that go beyond it are skipped there.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { PATIENCE_MS, until, within } from './wait.mjs';

const binary = process.env.PIGEONHUB_BINARY ?? '';
if (!existsSync(binary)) {
  console.error(`PIGEONHUB_BINARY='${binary}' is not there; set it to a pigeonhub program`);
  process.exit(1);
}

// The options of a test that pins down where we leave the reference behind.
export const beyondTheReference = {
  skip: basename(binary) === 'reference_hub.mjs' && 'the reference does not do this',
};

// What a hub inherits: the caller's PORT, AUTH_TOKEN or PIGEONHUB_* are not meant for it.
const inherited = /^(PATH|HOME|TMPDIR|LD_LIBRARY_PATH|[A-Z]*SAN_(OPTIONS|SYMBOLIZER_PATH))$/;
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => inherited.test(name)),
);

// Where the hubs of one test file keep the key that they share.
const state = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-state-'));
process.on('exit', () => rmSync(state, { recursive: true }));

const ALWAYS = ['--host', 'localhost'];
const FREE_PORTS = ['--metrics-listen', '127.0.0.1:0'];

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

export class Hub {
  // Resolves once the hub serves. `port` 0 is any free port, null leaves it to the program; `flags`
  // and `variables` go to it as they are. `program` is another one that takes the same flags.
  static async start({ port = 0, flags = [], variables = {}, program = binary, logSize } = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-'));
    const readyFile = join(folder, 'ready.json');
    const where = port === null ? [] : ['--port', port, ...FREE_PORTS];
    try {
      const hub = new Hub(
        [...where, '--ready-file', readyFile, ...ALWAYS, ...flags],
        variables,
        program,
        logSize,
      );
      const ready = await until('the hub writes its ready file', () =>
        hub.#readReadyFile(readyFile),
      );
      hub.port = ready.signaling[0].port;
      hub.metricsPort = ready.metrics?.[0]?.port;
      hub.control = ready.control?.[0]?.address;
      hub.console = ready.console?.[0]?.address;
      hub.pid = ready.pid;
      return hub;
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  #child;
  #exit;
  #log = '';

  constructor(argv, variables, program, logSize = 4000) {
    this.flags = argv;
    this.#child = spawn(program, argv.map(String), {
      env: { ...environment, XDG_STATE_HOME: state, ...variables },
    });
    running.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream
        .setEncoding('utf8')
        .on('data', (text) => (this.#log = (this.#log + text).slice(-logSize)));
    }
    this.#exit = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    }).finally(() => running.delete(this.#child));
    this.#exit.catch(() => {});
  }

  // By number: where a machine has no ::1, `localhost` is a name that some clients fail to dial.
  get url() {
    return `ws://127.0.0.1:${this.port}`;
  }

  // The last of what it has printed and logged.
  get log() {
    return this.#log;
  }

  fetch(path, options = {}) {
    return fetch(`http://127.0.0.1:${this.port}${path}`, {
      signal: AbortSignal.timeout(PATIENCE_MS),
      ...options,
    });
  }

  async health() {
    return (await this.fetch('/health')).json();
  }

  async hubs() {
    return (await this.fetch('/hubs')).json();
  }

  // As a crash or the kernel would: no word to anyone.
  async kill() {
    this.#child.kill('SIGKILL');
    await within('the killed hub is gone', this.#exit);
  }

  // Stands still with its sockets open, as a machine that hangs; until it is thawed or killed.
  freeze() {
    this.#child.kill('SIGSTOP');
  }

  thaw() {
    this.#child.kill('SIGCONT');
  }

  // As an operator would; resolves with the {code, signal} it ended with.
  stop() {
    this.#child.kill('SIGTERM');
    return within('the hub drains and exits', this.#exit);
  }

  #readReadyFile(path) {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null || !this.#child.pid) {
      throw new Error(`${binary} ended before it served:\n${this.#log}`);
    }
    try {
      return JSON.parse(readFileSync(path, 'utf8'));
    } catch {
      return undefined; // Not there yet, or not yet whole.
    }
  }
}
