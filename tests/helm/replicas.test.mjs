// SPDX-License-Identifier: Apache-2.0
//
// Three replicas as the chart renders them, as three processes: they become one network, and stay one through a rolling restart.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';

import { until } from '../e2e/support/wait.mjs';
import { render } from './support/helm.mjs';
import { find, parse } from './support/manifests.mjs';
import { Pods } from './support/pods.mjs';

const manifests = parse(render({ set: ['drain.timeoutSeconds=2'] }));
const pods = new Pods(manifests, 'hub-pigeonhub');
const [first, second, third] = pods.all;
after(() => pods.remove());

const hubIdOf = (pod) => JSON.parse(pod.exec(['pigeonctl', 'stats', '-o', 'json']).stdout).hubPeerId;

// Two synthetic peers meet, one at each pod. The links between hubs may take a moment.
const meet = (one, other) =>
  until(`a handshake through ${one.name} and ${other.name}`, () => {
    return one.exec(['pigeonctl', 'check', 'handshake', one.url, other.url, '--timeout', '2s']).status === 0;
  });

test('their arguments and files are in order', () => {
  for (const pod of pods.all) {
    const { stdout, stderr } = pod.exec(['pigeonhub', ...pod.arguments, '--check-config']);
    assert.equal(stdout + stderr, 'configuration ok\n', pod.name);
  }
});

test('they start at the same time and become ready', async () => {
  pods.all.forEach((pod) => pod.start());
  await Promise.all(pods.all.map((pod) => pod.ready()));
  for (const pod of pods.all) assert.ok(await pod.probe(pod.container.livenessProbe), pod.name);
});

test('what helm test runs passes', async () => {
  const [{ command, args }] = find(manifests, 'Pod/hub-pigeonhub-handshake').spec.containers;
  const run = () => first.exec([...command, ...args.map(first.translate)]);
  await until('the handshake test passes', () => run().status === 0);
  await meet(second, third);
});

test('a rolling restart, last replica first, leaves one network with the same hub ids', async () => {
  const ids = pods.all.map(hubIdOf);
  for (const pod of [third, second, first]) {
    const { hook, ...exit } = await pod.terminate();
    assert.equal(hook.status, 0, hook.stderr);
    assert.deepEqual(exit, { code: 0, signal: null });
    const [left, right] = pods.all.filter((other) => other !== pod);
    await meet(left, right);
    for (const other of [left, right]) assert.ok(await other.probe(other.container.livenessProbe), `${other.name} lives on`);
    pod.start();
    await pod.ready();
    await meet(pod, left);
  }
  assert.deepEqual(pods.all.map(hubIdOf), ids);
});

test('a pod that drains takes no peers, and lives', async () => {
  assert.equal(third.exec(['pigeonctl', 'server', 'drain']).status, 0);
  assert.equal(await third.probe(third.container.readinessProbe), false);
  assert.ok(await third.probe(third.container.livenessProbe));
});
