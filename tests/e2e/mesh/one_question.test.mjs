// SPDX-License-Identifier: Apache-2.0
//
// Three hubs that admit each other by a key, and an operator who calls one of them.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import { Hub } from '../support/hub.mjs';
import { Pigeonctl } from '../support/pigeonctl.mjs';
import { until } from '../support/wait.mjs';

const ids = ['1', '2', '3'].map((digit) => digit.repeat(40));

let folder;
let hubs;
let ctls;

// The first one is dialed by both others.
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-'));
  const key = join(folder, 'key');
  writeFileSync(key, 'a key that these three hubs share\n', { mode: 0o600 });
  hubs = [];
  ctls = [];
  for (const id of ids) {
    const socket = `unix:${join(folder, `control-${hubs.length}`)}`;
    const dials = hubs.length === 0 ? ['--no-auto-connect'] : ['--bootstrap-hub', hubs[0].url];
    hubs.push(
      await Hub.start({
        flags: ['--hub', '--hub-peer-id', id, '--hub-key', key, '--control-listen', socket, ...dials],
      }),
    );
    ctls.push(new Pigeonctl(socket));
  }
  await until('each of three hubs answers', async () => {
    const { perHub } = await ctls[0].json('stats', '--hub', '*');
    return perHub.length === 3;
  });
});

afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.kill()));
  rmSync(folder, { recursive: true });
});

test('one call shows what all hubs say', async () => {
  const stats = await ctls[0].json('stats', '--hub', '*');
  assert.deepEqual(
    stats.perHub.map(({ hubId }) => hubId),
    ids,
  );
  const peers = stats.perHub.reduce((sum, hub) => sum + Number(hub.peers ?? 0), 0);
  assert.equal(Number(stats.peers), peers);
  const { hubPeerId } = await ctls[0].json('server', 'info', '--hub', '22');
  assert.equal(hubPeerId, ids[1], 'the beginning of an id is enough');
  const nobody = await ctls[0].run('stats', '--hub', '9');
  assert.equal(nobody.code, 5);
  const { out } = await ctls[0].run('peers', 'list', '--hub', '*');
  assert.match(out, /AT HUB/);
});

test('a change is made elsewhere, and both ends say who made it', async () => {
  const { code, err } = await ctls[0].run('namespaces', 'policy', 'set', 'room', '--max-peers', '4', '--hub', '2');
  assert.equal(code, 0, err);
  const set = await ctls[1].json('namespaces', 'policy', 'list');
  assert.equal(set.policies[0].name, 'room');
  const audits = async (ctl) =>
    (await ctl.json('events', '--kind', 'audit')).events.map(({ audit }) => audit);
  const [here] = await audits(ctls[0]);
  assert.equal(here.hubId, ids[1]);
  const [there] = await audits(ctls[1]);
  assert.equal(there.principal, `local via hub ${ids[0]}`);
  assert.equal(there.outcome, 'OK');
});

test('a hub that hangs and one that was killed are named, and hold nobody up', async () => {
  hubs[1].freeze();
  await hubs[2].kill();
  const begin = Date.now();
  const { code, out, err } = await ctls[0].run('stats', '--hub', '*', '-o', 'json');
  assert.ok(Date.now() - begin < 9000, `it took ${Date.now() - begin} ms`);
  assert.equal(code, 0, err);
  const { perHub, unreachable } = JSON.parse(out);
  assert.deepEqual(
    perHub.map(({ hubId }) => hubId),
    [ids[0]],
  );
  assert.deepEqual(
    unreachable.map(({ hubId }) => hubId),
    [ids[1], ids[2]],
  );
  for (const { hubId, reason } of unreachable) {
    assert.match(reason, /did not answer in time|no way leads to it|it was lost/);
    assert.ok(err.includes(`hub ${hubId} is not in the answer: ${reason}`), err);
  }
  hubs[1].thaw();
  await until('the thawed hub answers again', async () => {
    const answer = await ctls[0].json('stats', '--hub', '*');
    return answer.perHub.length === 2 && answer.unreachable.every(({ hubId }) => hubId === ids[2]);
  });
});
