// SPDX-License-Identifier: Apache-2.0
//
// Hubs that listen only to the hubs on their list, which they know by their keys.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { Hub } from '../support/hub.mjs';
import { discovers, exchangeOffers } from '../support/mesh.mjs';
import { Pigeonctl } from '../support/pigeonctl.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, randomId, WirePeer } from '../support/wire_peer.mjs';

let folder;
let meshKey; // The file of the key that all hubs here have.
let hubs;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-'));
  meshKey = join(folder, 'mesh.key');
  writeFileSync(meshKey, `${'k'.repeat(32)}\n`, { mode: 0o600 });
  hubs = [];
});

afterEach(async () => {
  await Promise.all(hubs.map(({ hub }) => hub.kill()));
  rmSync(folder, { recursive: true });
});

// A hub with an id of its own and, unless `trusted` is left out, a list of the hubs that it trusts.
async function start(name, { id = randomId(), trusted, dials, variables } = {}) {
  const socket = `unix:${join(folder, `${name}-${hubs.length}`)}`;
  const flags = ['--hub', '--hub-peer-id', id, '--hub-key', meshKey, '--control-listen', socket];
  flags.push(...(dials ? ['--bootstrap-hub', dials.hub.url] : ['--no-auto-connect']));
  if (trusted) flags.push('--hub-trust', list(name, trusted));
  const started = { id, ctl: new Pigeonctl(socket) };
  started.hub = await Hub.start({ flags, variables });
  hubs.push(started);
  return started;
}

// Writes the list of a hub.
function list(name, lines) {
  const path = join(folder, `${name}.hubs`);
  writeFileSync(path, lines.join(''));
  return path;
}

// The line with which other hubs know this one.
async function keyOf({ ctl }) {
  const { code, out } = await ctl.run('hubs', 'key');
  assert.equal(code, 0);
  return out;
}

// Resolves once `one` heard of `other` and did not believe it.
const refuses = (one, other) =>
  until('a word in the name of that hub is refused', async () => {
    const { events } = await one.ctl.json('events', '--kind', 'peerRefused');
    return events.some(({ peerRefused: { peerId, reason } }) => {
      return peerId === other.id && reason.endsWith('HUB_KEY_REFUSED');
    });
  });

test('a hub has the same key after a restart', async () => {
  const first = await start('first');
  const key = await keyOf(first);
  assert.match(key, new RegExp(`^${first.id} [A-Za-z0-9_-]{43}\n$`));
  await first.hub.kill();
  assert.equal(await keyOf(await start('first', { id: first.id })), key);
});

test('peers meet across hubs that are on the lists of each other', async () => {
  const one = await start('one', { trusted: [] });
  const before = await start('other');
  list('one', [await keyOf(before)]);
  assert.deepEqual((await one.ctl.json('server', 'reload')).applied, ['hub-trust']);
  await before.hub.kill();
  const other = await start('other', { id: before.id, trusted: [await keyOf(one)], dials: one });
  const network = newNetwork();
  const here = await WirePeer.join(one.hub, network);
  const there = await WirePeer.join(other.hub, network);
  await discovers(here, there);
  await exchangeOffers(here, there, network);
});

test('a hub with the id and the admission of a trusted one but another key is not believed', async () => {
  const one = await start('one', { trusted: [] });
  const trueOne = await start('true');
  list('one', [await keyOf(trueOne)]);
  await one.ctl.json('server', 'reload');
  await trueOne.hub.kill();
  const elsewhere = { XDG_STATE_HOME: join(folder, 'thief') };
  const thief = await start('thief', { id: trueOne.id, variables: elsewhere, dials: one });
  const network = newNetwork();
  const here = await WirePeer.join(one.hub, network);
  const there = await WirePeer.join(thief.hub, network);
  await refuses(one, thief);
  await here.settle();
  assert.deepEqual(here.left({ type: 'peer-discovered' }), [], `${there.id} is not introduced`);
});
