// SPDX-License-Identifier: Apache-2.0
//
// Fresh servers for each measurement: ours, the reference, or the floor.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { everythingOn } from './access.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const cores = availableParallelism();

// Server and generator have a core each, where there are two.
export function onCore(core, command) {
  return cores > 1 ? ['taskset', '-c', String(core), ...command] : command;
}

// A server of so many loops has as many cores, from the first one on. The generator has the next, or the last.
export const onServerCores = (loops, command) => onCore(loops > 1 ? `0-${Math.min(loops, cores) - 1}` : 0, command);
export const onGeneratorCore = (loops, command) => onCore(Math.min(loops, cores - 1), command);

// Server kinds: what to run, given where the ready file goes, the flags that a case needs, and for hubs that are linked
// those that are there already.
export function pigeonhub(binary) {
  const known = spawnSync(binary, ['--help'], { encoding: 'utf8' }).stdout ?? '';
  return {
    name: 'pigeonhub',
    command: ({ readyFile, flags, loops = 1, linked }) => [
      binary, '--port', '0', '--ready-file', readyFile,
      '--io-threads', String(loops), '--max-connections', '20000',
      ...(flags.length > 0 && known.includes(flags[0]) ? flags : []),
      ...(linked ? linkFlags(dirname(readyFile), linked) : []),
    ],
  };
}

function linkFlags(directory, others) {
  const key = join(directory, '..', 'hub.key');
  if (!existsSync(key)) writeFileSync(key, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  const links = others.flatMap((address) => ['--bootstrap-hub', `ws://${address}`]);
  return ['--hub', '--hub-key', key, ...(links.length > 0 ? links : ['--no-auto-connect'])];
}

export function reference(directory) {
  return {
    name: 'reference',
    command: ({ readyFile, linked }) => [
      process.execPath, join(here, 'reference.mjs'), directory, readyFile,
      ...(linked ? ['hub', ...linked.map((address) => `ws://${address}`)] : []),
    ],
  };
}

export function floor(binary) {
  return { name: 'floor', command: ({ readyFile }) => [binary, readyFile] };
}

function running(child) {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

async function ready(child, readyFile, said) {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline && running(child)) {
    if (existsSync(readyFile)) return JSON.parse(readFileSync(readyFile, 'utf8'));
    await delay(10);
  }
  throw new Error(`${child.spawnargs.join(' ')} did not get ready: ${said() || 'it said nothing'}`);
}

async function stop(child) {
  if (!running(child)) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await gone;
  clearTimeout(patience);
}

// A certificate as most are: ECDSA on P-256.
function tlsFlags(directory) {
  const [cert, key] = [join(directory, 'tls.pem'), join(directory, 'tls.key')];
  const words = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost';
  const made = spawnSync('openssl', [...words.split(' '), '-keyout', key, '-out', cert]);
  if (made.status !== 0) throw new Error(`openssl made no certificate: ${made.stderr ?? made.error}`);
  return ['--tls-cert', cert, '--tls-key', key];
}

async function start(program, directory) {
  const readyFile = join(mkdtempSync(join(directory, 'server-')), 'ready.json');
  const [name, ...args] = program(readyFile);
  const child = spawn(name, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (text) => {
    said = (said + text).slice(-2000);
  });
  child.on('error', (error) => {
    said += error.message;
  });
  try {
    const { pid, signaling, control } = await ready(child, readyFile, () => said.trim());
    const { host, port } = signaling[0];
    const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
    return { child, address, pid, control: control?.[0]?.address };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

// Until so many hubs have dialed the one at the address.
async function linked(address, count) {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    const { hubs } = await (await fetch(`http://${address}/hubs`)).json();
    if (hubs.length === count) return;
    await delay(50);
  }
  throw new Error(`the hub at ${address} was not linked`);
}

// Starts a server of the given kind, calls use({address, pid, control, token}) and stops the server again. `control` is
// where ours is steered, `token` what its peers must show; with `access` they must, and everything else of that kind is on.
// Of several `hubs`, which are linked, these are the first one's; `addresses` and `pids` are those of all.
export async function withServer(kind, { flags = [], tls = false, access = false, pin = true, loops = 1, hubs = 1 }, use) {
  const directory = mkdtempSync(join(tmpdir(), 'pigeonhub-bench-'));
  const guard = access ? everythingOn(directory) : { flags: [] };
  const more = [...(tls ? tlsFlags(directory) : []), ...guard.flags];
  const servers = [];
  const addresses = () => servers.map(({ address }) => address);
  try {
    while (servers.length < hubs) {
      servers.push(await start((readyFile) => {
        const others = hubs > 1 ? addresses() : undefined;
        const command = [...kind.command({ readyFile, flags, loops, linked: others }), ...more];
        return pin ? onServerCores(loops, command) : command;
      }, directory));
    }
    if (hubs > 1) await linked(servers[0].address, hubs - 1);
    return await use({
      ...servers[0], addresses: addresses(), pids: servers.map(({ pid }) => pid), token: guard.token,
    });
  } finally {
    await Promise.all(servers.map(({ child }) => stop(child)));
    rmSync(directory, { recursive: true, force: true });
  }
}
