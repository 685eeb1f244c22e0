// SPDX-License-Identifier: Apache-2.0
//
// Real NATS servers, Debian's nats-server, each with a configuration file of its own.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startHub } from './mesh.mjs';
import { Pigeonctl } from './pigeonctl.mjs';
import { until, within } from './wait.mjs';

const program = ['/usr/sbin/nats-server', '/usr/local/bin/nats-server'].find(existsSync) ?? 'nats-server';

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

// A port that nobody has right now.
async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Broker {
  #folder = mkdtempSync(join(tmpdir(), 'pigeonhub-nats-'));
  #settings;
  #child;
  #exit;
  log = '';

  // `settings` are further lines of its configuration.
  static async start(settings = '') {
    const broker = new Broker();
    broker.port = await freePort();
    await broker.start(settings);
    return broker;
  }

  // Three that are one cluster.
  static async startCluster() {
    const routes = [await freePort(), await freePort(), await freePort()];
    const all = routes.map((port) => `"nats://127.0.0.1:${port}"`).join(', ');
    return Promise.all(
      routes.map((port) =>
        Broker.start(`cluster { name: c, listen: "127.0.0.1:${port}", routes: [${all}] }`),
      ),
    );
  }

  get pid() {
    return this.#child.pid;
  }

  get url() {
    return `nats://127.0.0.1:${this.port}`;
  }

  // Again, at the port that it had; with other settings, if there are any.
  async start(settings = this.#settings) {
    this.#settings = settings;
    const file = join(this.#folder, 'nats.conf');
    writeFileSync(file, `listen: "127.0.0.1:${this.port}"\n${settings}\n`);
    this.#child = spawn(program, ['-c', file]);
    running.add(this.#child);
    this.log = '';
    this.#child.stderr.setEncoding('utf8').on('data', (text) => (this.log += text));
    this.#exit = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.once('error', (error) => (this.log += error));
    await until(`nats-server is ready: ${this.log}`, () => this.log.includes('Server is ready'));
  }

  async kill() {
    this.#child.kill('SIGKILL');
    await within('the broker is gone', this.#exit);
    running.delete(this.#child);
  }

  freeze() {
    this.#child.kill('SIGSTOP');
  }

  thaw() {
    this.#child.kill('SIGCONT');
  }

  async end() {
    await this.kill();
    rmSync(this.#folder, { recursive: true });
  }
}

// A hub on these brokers, with `ctl` to ask it. It links to nobody but `bootstrapHubs`.
export async function startHubOn(brokers, { flags = [], bootstrapHubs = [], ...options } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-'));
  const control = `unix:${join(folder, 'control')}`;
  const servers = brokers.flatMap((broker) => ['--nats', broker.url ?? broker]);
  const hub = await startHub(bootstrapHubs, {
    ...options,
    flags: ['--control-listen', control, '--hub-mesh-max-peers', '0', ...servers, ...flags],
  });
  hub.ctl = new Pigeonctl(control);
  return hub;
}

// What a hub says of its bus.
export const busOf = async (hub) => (await hub.ctl.json('links', 'list')).bus;

// Resolves once a hub hears so many others over its broker.
export function hears(hub, others, patience) {
  return until(
    `hub ${hub.port} hears ${others} others`,
    async () => {
      const bus = await busOf(hub);
      return bus?.up && bus.hubs === others;
    },
    patience,
  );
}

export const secret = (path, text) => {
  writeFileSync(path, text, { mode: 0o600 });
  return path;
};

