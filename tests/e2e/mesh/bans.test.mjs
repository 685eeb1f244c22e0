// SPDX-License-Identifier: Apache-2.0
//
// Bans over three hubs in a chain: whom they hit is gone for good, also for the peers of other hubs.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import WebSocket from 'ws';

import { Hub } from '../support/hub.mjs';
import { discovers } from '../support/mesh.mjs';
import { member } from '../support/mesh_client.mjs';
import { NodeClient } from '../support/node_client.mjs';
import { Pigeonctl } from '../support/pigeonctl.mjs';
import { exchange, meet } from '../support/scenario.mjs';
import { until, within } from '../support/wait.mjs';
import { newNetwork, randomId, WirePeer } from '../support/wire_peer.mjs';

let folder;
let hubs;
let clients;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-'));
  hubs = [];
  clients = [];
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.vanish()));
  await Promise.all(hubs.map(({ hub }) => hub.kill()));
  rmSync(folder, { recursive: true });
});

// Hub number `place`, which dials the one before it.
async function start(place, { port = 0, flags = [] } = {}) {
  const socket = `unix:${join(folder, `control-${place}`)}`;
  const dials = place === 0 ? ['--no-auto-connect'] : ['--bootstrap-hub', hubs[place - 1].hub.url];
  const hub = await Hub.start({
    port,
    flags: ['--hub', '--control-listen', socket, '--reconnect-interval', '1s', ...dials, ...flags],
  });
  hubs[place] = { hub, ctl: new Pigeonctl(socket) };
  return hubs[place];
}

async function startChain(flags = []) {
  for (let place = 0; place < 3; ++place) await start(place, { flags });
  await until('the three hubs are one mesh', async () => {
    const { hubs: known } = await hubs[0].ctl.json('topology');
    return known.length === 3;
  });
  return hubs;
}

const bansOf = async ({ ctl }) => (await ctl.json('bans', 'list')).bans ?? [];

const areKnownTo = (hub, count) =>
  until(`there are ${count} bans`, async () => (await bansOf(hub)).length === count);

// The HTTP status with which a hub answers somebody who wants to be that peer.
async function answerTo({ hub }, id) {
  const socket = new WebSocket(`${hub.url}/?peerId=${id}`);
  socket.on('error', () => {});
  const refused = once(socket, 'unexpected-response').then(([, { statusCode }]) => statusCode);
  const opened = once(socket, 'open').then(() => 101);
  try {
    return await within('an answer to the upgrade', Promise.race([refused, opened]));
  } finally {
    socket.terminate();
  }
}

test('a ban at one hub closes the channels that an unmodified client at another one has', async () => {
  const [first] = await startChain();
  for (const [place, letter] of ['a', 'b', 'c'].entries()) {
    clients.push(await NodeClient.join(hubs[place].hub, member(letter)));
  }
  const [alice, bob, carol] = clients;
  await meet(alice, bob, carol);

  const words = ['bans', 'add', '--peer', carol.peerId, '--for', '1h', '--reason', 'spam'];
  const dry = await first.ctl.run(...words, '--dry-run');
  assert.equal(dry.code, 0);
  assert.deepEqual(await bansOf(first), []);
  const { code, err } = await first.ctl.run(...words);
  assert.equal(code, 0, err);

  for (const one of [alice, bob]) {
    await until(`${one.peerId[0]} closes the channel`, async () => !(await one.hasChannelTo(carol)));
  }
  await exchange(alice, bob, 'without carol');
  for (const hub of hubs) {
    await areKnownTo(hub, 1);
    assert.equal(await answerTo(hub, carol.peerId), 403);
  }
  const [ban] = await bansOf(hubs[2]);
  assert.equal(ban.target.peerId, carol.peerId);
  assert.equal(ban.reason, 'spam');
});

test('--keep-channels leaves the data channels open', async () => {
  const [first] = await startChain();
  const [alice, carol] = [
    await NodeClient.join(hubs[0].hub, member('a')),
    await NodeClient.join(hubs[2].hub, member('c')),
  ];
  clients.push(alice, carol);
  await meet(alice, carol);
  const { code } = await first.ctl.run(
    ...['bans', 'add', '--peer', carol.peerId, '--for', '1h', '--keep-channels'],
  );
  assert.equal(code, 0);
  await until('the hub ended her connection', async () => !(await carol.isSignaling()));
  await exchange(alice, carol, 'still here');
});

test('a hub that starts again hears of the bans, and they end everywhere', async () => {
  await startChain();
  const [first, middle, last] = hubs;
  const id = randomId();
  const other = randomId();
  await middle.ctl.run('bans', 'add', '--peer', id, '--for', '1h');
  await first.ctl.run('bans', 'add', '--peer', other, '--for', '8s');
  for (const hub of hubs) await areKnownTo(hub, 2);

  const { port } = last.hub;
  await last.hub.kill();
  const again = await start(2, { port });
  await areKnownTo(again, 2);
  assert.equal(await answerTo(again, id), 403);

  for (const hub of hubs) await areKnownTo(hub, 1);
  assert.equal(await answerTo(again, other), 101);
  await again.ctl.run('bans', 'remove', '--peer', id);
  for (const hub of hubs) {
    await areKnownTo(hub, 0);
    assert.equal(await answerTo(hub, id), 101);
  }
});

test('a ban and a revocation of one user stand beside each other at every hub', async () => {
  await startChain();
  const [first, middle, last] = hubs;
  const user = ['--subject', 'user42', '--issuer', 'https://app.example'];
  await first.ctl.run('bans', 'add', ...user, '--issued-before', 'now', '--for', '30d');
  await last.ctl.run('bans', 'add', ...user, '--for', '8h', '--reason', 'flood');
  for (const hub of hubs) await areKnownTo(hub, 2);
  assert.equal((await bansOf(middle))[0].target.issuer, 'https://app.example');

  const { out } = await middle.ctl.run('bans', 'add', ...user, '--for', '1h');
  assert.match(out, /; this replaced the ban until .*, ordered at hub [0-9a-f]{40} for flood/);
  const removed = await first.ctl.run('bans', 'remove', ...user);
  assert.match(removed.out, /may come back, ban and revocation lifted/);
  for (const hub of hubs) await areKnownTo(hub, 0);

  await first.ctl.run('bans', 'add', '--address', '192.0.2.5/24', '--for', '1h');
  const { code, err } = await first.ctl.run('bans', 'remove', '--address', '192.0.2.5/24');
  assert.equal(code, 0, err);
});

test('a second hub does not start with the --bans file of another one', async () => {
  const flags = ['--bans', join(folder, 'bans')];
  const { hub } = await start(0, { flags });
  await assert.rejects(start(1, { flags }), /another hub keeps its bans in .*; give this one a file/);
  await hub.kill();
  await start(0, { flags });
});

test('--bans keeps them in a file, and a broken file is refused with its line', async () => {
  const file = join(folder, 'bans');
  const { hub, ctl } = await start(0, { flags: ['--bans', file] });
  const id = randomId();
  await ctl.run('bans', 'add', '--peer', id, '--for', '1h', '--reason', 'a "quoted" word');
  await until('the file has the ban', () => existsSync(file) && readFileSync(file, 'utf8').includes(id));
  await hub.kill();
  const again = await start(0, { flags: ['--bans', file] });
  assert.equal((await bansOf(again))[0].reason, 'a "quoted" word');
  assert.equal(await answerTo(again, id), 403);
  await again.hub.kill();

  writeFileSync(file, `${readFileSync(file, 'utf8')}\n{"kind":"peer"}\n`);
  await assert.rejects(start(0, { flags: ['--bans', file] }), /bans: line 3: value is not 40/);
});

test('peers disconnect --ban keeps a peer from coming back', async () => {
  const { hub, ctl } = await start(0);
  const network = newNetwork();
  const one = await WirePeer.join(hub, network);
  const other = await WirePeer.join(hub, network);
  await discovers(one, other);
  const { code, out } = await ctl.run('peers', 'disconnect', other.id, '--ban', '1h');
  assert.equal(code, 0);
  assert.match(out, new RegExp(`peer ${other.id} is banned until .*; that ended 1 peer of this hub`));
  await one.take({ type: 'goodbye', fromPeerId: other.id });
  assert.equal(await answerTo({ hub }, other.id), 403);
});
