// SPDX-License-Identifier: Apache-2.0
//
// A fresh server for each measurement, ours or the reference.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
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

// Server kinds: what to run, given where the ready file goes and the flags a case needs.
export function pigeonhub(binary) {
  const known = spawnSync(binary, ['--help'], { encoding: 'utf8' }).stdout ?? '';
  return {
    name: 'pigeonhub',
    command: (readyFile, flags) => [
      binary, '--port', '0', '--ready-file', readyFile,
      '--io-threads', '1', '--max-connections', '20000',
      ...(flags.length > 0 && known.includes(flags[0]) ? flags : []),
    ],
  };
}

export function reference(directory) {
  return {
    name: 'reference',
    command: (readyFile) => [process.execPath, join(here, 'reference.mjs'), directory, readyFile],
  };
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

// Starts a server of the given kind, calls use({address, pid, control, token}) and stops the server again. `control` is
// where ours is steered, `token` what its peers must show; with `access` they must, and everything else of that kind is on.
export async function withServer(kind, { flags = [], tls = false, access = false, pin = true }, use) {
  const directory = mkdtempSync(join(tmpdir(), 'pigeonhub-bench-'));
  const readyFile = join(directory, 'ready.json');
  const guard = access ? everythingOn(directory) : { flags: [] };
  const command = [
    ...kind.command(readyFile, flags), ...(tls ? tlsFlags(directory) : []), ...guard.flags,
  ];
  const [program, ...args] = pin ? onCore(0, command) : command;
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
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
    return await use({ address, pid, control: control?.[0]?.address, token: guard.token });
  } finally {
    await stop(child);
    rmSync(directory, { recursive: true, force: true });
  }
}
