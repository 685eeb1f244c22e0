// SPDX-License-Identifier: Apache-2.0
//
// What pigeonctl has for the night, against the program pigeonhub.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Hub } from './support/hub.mjs';
import { Pigeonctl } from './support/pigeonctl.mjs';
import { newNetwork, WirePeer } from './support/wire_peer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-night-'));
const control = `unix:${join(folder, 'hub')}`;
const ctl = new Pigeonctl(control);
let hub;
before(async () => {
  hub = await Hub.start({ flags: ['--hub', '--no-auto-connect', '--control-listen', control] });
});
after(async () => {
  await hub?.kill();
  rmSync(folder, { recursive: true });
});

test('doctor finds nothing wrong with a hub of this machine, by its control API and through its door', async () => {
  const { code, out, err } = await ctl.run('doctor', hub.url, '-o', 'short');
  assert.equal(out, '', err);
  assert.equal(code, 0);
  const { findings } = await ctl.json('doctor', hub.url);
  const codes = new Set(findings.map((each) => each.code));
  for (const each of ['PH-D01', 'PH-D02', 'PH-D04', 'PH-D14', 'PH-D16', 'PH-D19']) assert.ok(codes.has(each), each);
});

test('the hub describes its API, and takes calls by that', async () => {
  const { out } = await ctl.run('api', 'list', '-o', 'name');
  assert.match(out, /^pigeonhub\.v1\.PeerService\/ListPeers$/m);
  const stats = await ctl.json('api', 'call', 'GetStats');
  assert.equal(stats.isHub, true);
  assert.match((await ctl.run('api', 'describe', 'ListPeers')).out, /message ListPeersRequest \{/);
});

test('a list with -w says who comes and who goes', async () => {
  const network = newNetwork();
  const stays = await WirePeer.join(hub, network);
  const watch = ctl.start('peers', 'list', '-w', '--namespace', network, '-o', 'jsonpath={.change}');
  await watch.prints(/^listed$/m);
  const comes = await WirePeer.join(hub, network);
  await watch.prints(/^added$/m);
  await comes.leave();
  await watch.prints(/^removed$/m);
  watch.interrupt();
  await watch.ended;
  assert.equal(watch.code, 0, watch.err);
  await stays.leave();
});

test('wait ends when it is so', async () => {
  const network = newNetwork();
  const wait = ctl.start('wait', 'peers', '--for', `namespace=${network}`, '--count', '2');
  const peers = [await WirePeer.join(hub, network), await WirePeer.join(hub, network)];
  await wait.ended;
  assert.equal(wait.code, 0, wait.err);
  await Promise.all(peers.map((peer) => peer.leave()));
});

test('top says what happens between two looks', async () => {
  const { totals, hubs } = await ctl.json('top', '--once', '--every', '100ms');
  assert.equal(totals.servingState, 'SERVING_STATE_SERVING');
  assert.deepEqual(hubs.map((each) => each.self), [true]);
});

test('a TLS client is told that the control API of a hub speaks none', async () => {
  const { code, err } = await ctl.run('--tls', 'stats');
  assert.equal(code, 3);
  assert.match(err, /TLS is not expected there; leave out --tls/);
});
