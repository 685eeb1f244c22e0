// SPDX-License-Identifier: Apache-2.0
//
// Hubs on the ports that are the default. Other programs may have them, so this runs in a network
// namespace of its own, and is skipped where there can be none.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterEach, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const INSIDE = 'PIGEONHUB_IN_NAMESPACE';
const SKIPPED = 77;

if (!process.env[INSIDE]) {
  // Root needs no namespace of users, which there is none of in a chroot.
  const options = process.getuid() === 0 ? ['--net'] : ['--map-root-user', '--net'];
  const unshare = (...command) =>
    spawnSync('unshare', [...options, ...command], {
      env: { ...process.env, [INSIDE]: 'yes' },
      stdio: 'inherit',
    }).status;
  const upAnd = (command) => ['sh', '-c', `ip link set lo up && ${command}`];
  if (unshare(...upAnd('true')) !== 0) {
    console.error('skipped: no network namespace can be made here (unshare --net, ip)');
    process.exit(SKIPPED);
  }
  const file = fileURLToPath(import.meta.url);
  process.exit(unshare(...upAnd(`exec "${process.execPath}" --test-reporter=spec "${file}"`)) ?? 1);
}

const { Hub } = await import('../support/hub.mjs');
const { discovers, exchangeOffers, linked } = await import('../support/mesh.mjs');
const { until } = await import('../support/wait.mjs');
const { newNetwork, WirePeer } = await import('../support/wire_peer.mjs');

let hubs = [];

afterEach(async () => {
  await Promise.all(hubs.map((hub) => hub.kill()));
  hubs = [];
});

async function start(variables, ...flags) {
  const hub = await Hub.start({
    port: null,
    flags: ['--control-listen', 'off', ...flags],
    variables,
  });
  hubs.push(hub);
  return hub;
}

test('pigeonhub --hub twice with nothing else is a mesh of two', async () => {
  const first = await start({}, '--hub');
  const second = await start({}, '--hub');
  assert.deepEqual([first.port, second.port], [3000, 3001]);
  assert.deepEqual([first.metricsPort, second.metricsPort], [9464, 9465]);
  await linked(first);
  const network = newNetwork();
  const one = await WirePeer.join(first, network);
  const other = await WirePeer.join(second, network);
  await discovers(one, other);
  await discovers(other, one);
  await exchangeOffers(one, other, network);
});

test('a deployment of three hubs by PORT and REGION, and a plain server', async () => {
  const east = await start({ PORT: '3000', REGION: 'us-east', IS_HUB: 'true' });
  const west = await start({ PORT: '3001', REGION: 'us-west', IS_HUB: 'true' });
  const europe = await start({ PORT: '3002', REGION: 'eu-west', IS_HUB: 'true' });
  const plain = await start({ PORT: '8080', BOOTSTRAP_HUBS: 'ws://localhost:3000' });
  assert.deepEqual(
    hubs.map((hub) => hub.port),
    [3000, 3001, 3002, 8080],
  );
  await until('the first hub lists both others', async () => {
    const regions = (await east.hubs()).hubs.map(({ data }) => data.region);
    return regions.includes('us-west') && regions.includes('eu-west');
  });
  await until('the plain server lists all three', async () => {
    const regions = (await plain.hubs()).hubs.map(({ data }) => data.region);
    return ['us-east', 'us-west', 'eu-west'].every((region) => regions.includes(region));
  });

  const network = newNetwork();
  const peers = [];
  for (const hub of [east, west, europe]) peers.push(await WirePeer.join(hub, network));
  for (const one of peers) {
    for (const other of peers) if (one !== other) await discovers(one, other);
  }
  await exchangeOffers(peers[1], peers[2], network);
});
