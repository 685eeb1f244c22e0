// SPDX-License-Identifier: Apache-2.0
//
// Unmodified clients at a hub that asks for tokens: they show one in the URL, and meet.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';

import { Hub } from './support/hub.mjs';
import { member } from './support/mesh_client.mjs';
import { NodeClient } from './support/node_client.mjs';
import { exchange, meet } from './support/scenario.mjs';
import { randomId, WirePeer } from './support/wire_peer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-tokens-'));
after(() => rmSync(folder, { recursive: true }));
const key = join(folder, 'main.keys');
writeFileSync(key, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });

const tokenFor = (...flags) =>
  execFileSync(process.env.PIGEONCTL_BINARY, ['token', 'create', '--key', key, ...flags], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/dev/null' },
  }).trim();

let hub;
let clients = [];

afterEach(async () => {
  await Promise.all(clients.map((client) => client.vanish()));
  clients = [];
  await hub?.kill();
});

test('clients that show a token in the URL meet, and whoever shows none is turned away', async () => {
  hub = await Hub.start({ flags: ['--auth', 'required', '--token-key', key] });
  const url = `${hub.url}/?token=${tokenFor('--ns', '*', '--sub', 'user42')}`;
  for (const letter of ['a', 'b']) clients.push(await NodeClient.join({ url }, member(letter)));
  await meet(...clients);
  await exchange(...clients, 'with a token');
  await assert.rejects(WirePeer.connect(hub, { id: randomId() }));
});
