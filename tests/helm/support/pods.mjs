// SPDX-License-Identifier: Apache-2.0
//
// The pods of a rendered StatefulSet, run for real on this machine: the same arguments, environment, files, probes and preStop
// hook. Each pod is a loopback address of its own, so that ports stay as they are but for that of the peers, as a hub takes any
// loopback address with its own port for itself. Names of services become these addresses, and the folder of the mounts a temporary
// one.

import { spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { until, within } from '../../e2e/support/wait.mjs';
import { find } from './manifests.mjs';

const programs = { pigeonhub: process.env.PIGEONHUB_BINARY, pigeonctl: process.env.PIGEONCTL_BINARY };

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

export class Pods {
  // Those of the StatefulSet and ConfigMap called `name`.
  constructor(manifests, name) {
    const { spec } = find(manifests, `StatefulSet/${name}`);
    this.folder = mkdtempSync(join(tmpdir(), 'pigeonhub-pods-'));
    const network = `127.${randomInt(1, 255)}.${randomInt(0, 255)}`; // other tests have hubs, too
    const hosts = Array.from({ length: spec.replicas }, (_, n) => ({
      name: `${name}-${n}`,
      host: `${name}-${n}.${spec.serviceName}.meet.svc.cluster.local`,
      address: `${network}.${n + 1}`,
      port: 3000 + n,
      hubPort: 3101 + n,
    }));
    // What a pod says of itself, and of others.
    this.translate = (text, { address, port, hubPort }) =>
      hosts
        .reduce(
          (line, other) =>
            line
              .replaceAll(`${other.host}:3000`, `${other.address}:${other.port}`)
              .replaceAll(`${other.host}:3001`, `${other.address}:${other.hubPort}`),
          text,
        )
        .replace('[::]:3001', `${address}:${hubPort}`)
        .replaceAll('"::"', `"${address}"`)
        .replaceAll('[::]', address)
        .replaceAll('127.0.0.1', address)
        .replace(/^port = 3000$/m, `port = ${port}`)
        .replaceAll('/etc/pigeonhub', this.folder);
    const { data: secret } = find(manifests, `Secret/${name}-hub-key`);
    for (const [file, text] of Object.entries(secret)) this.#write('hub-key', file, Buffer.from(text, 'base64'));
    const { data: configs } = find(manifests, `ConfigMap/${name}`);
    this.all = hosts.map((host) => {
      this.#write('config', `${host.name}.toml`, this.translate(configs[`${host.name}.toml`], host));
      return new Pod(host, spec.template.spec, (text) => this.translate(text, host));
    });
  }

  async remove() {
    await Promise.all(this.all.map((pod) => pod.kill()));
    rmSync(this.folder, { recursive: true });
  }

  #write(folder, file, content) {
    mkdirSync(join(this.folder, folder), { recursive: true });
    writeFileSync(join(this.folder, folder, file), content, { mode: 0o600 });
  }
}

class Pod {
  #child;
  #exit;
  log = '';

  constructor({ name, address, port }, spec, translate) {
    const [container] = spec.containers;
    this.name = name;
    this.address = address;
    this.url = `ws://${address}:${port}`;
    this.container = container;
    this.gracePeriod = spec.terminationGracePeriodSeconds * 1000;
    const variables = Object.fromEntries(
      container.env.map(({ name: variable, value }) => [variable, value === undefined ? name : translate(value)]),
    );
    this.translate = translate;
    this.environment = { PATH: process.env.PATH, ...variables };
    // Kubernetes puts variables into arguments.
    const expand = (text) => text.replace(/\$\((\w+)\)/g, (whole, variable) => variables[variable] ?? whole);
    this.arguments = container.args.map((argument) => translate(expand(argument)));
  }

  // Runs a program beside the container's own, as `kubectl exec` does.
  exec([program, ...args]) {
    return spawnSync(programs[basename(program)], args, { env: this.environment, encoding: 'utf8' });
  }

  start() {
    this.#child = spawn(programs.pigeonhub, this.arguments, { env: this.environment, cwd: dirname(programs.pigeonhub) });
    const child = this.#child;
    running.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.log = (this.log + text).slice(-8000)));
    }
    this.#exit = new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => resolve({ code, signal }));
    }).finally(() => running.delete(child));
    this.#exit.catch(() => {});
  }

  // Whether the probe passes now.
  async probe({ httpGet: { path, port } }) {
    const { containerPort } = this.container.ports.find(({ name }) => name === port);
    try {
      const answer = await fetch(`http://${this.address}:${containerPort}${path}`, { headers: { connection: 'close' } });
      await answer.text();
      return answer.status === 200;
    } catch {
      return false;
    }
  }

  ready() {
    return until(`${this.name} is ready`, () => {
      if (this.#child.exitCode !== null) throw new Error(`${this.name} ended:\n${this.log}`);
      return this.probe(this.container.readinessProbe);
    });
  }

  // As the kubelet ends a pod: preStop, SIGTERM, and no longer than the grace period. How the process ended.
  async terminate() {
    const hook = this.exec(this.container.lifecycle.preStop.exec.command);
    this.#child.kill('SIGTERM');
    const exit = await within(`${this.name} ends`, this.#exit, this.gracePeriod);
    return { ...exit, hook };
  }

  async kill() {
    if (!running.has(this.#child)) return;
    this.#child.kill('SIGKILL');
    await this.#exit;
  }
}
