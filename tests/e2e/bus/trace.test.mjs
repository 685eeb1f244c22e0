// SPDX-License-Identifier: Apache-2.0
//
// `pigeonctl trace` at one of two hubs that meet over a real NATS server.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Broker, hears, startHubOn } from '../support/broker.mjs';
import { discovers } from '../support/mesh.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, randomId, WirePeer } from '../support/wire_peer.mjs';

const hubs = [];
let broker;

before(async () => {
  broker = await Broker.start();
  for (let i = 0; i < 2; ++i) hubs.push(await startHubOn([broker]));
  for (const hub of hubs) await hears(hub, 1);
});
after(async () => {
  await Promise.all(hubs.map((hub) => hub.kill()));
  await broker?.end();
});

test('a handshake over the bus is told by both hubs', async () => {
  const [near, far, network] = [randomId(), randomId(), newNetwork()];
  const call = hubs[0].ctl.start('trace', near, far, '-o', 'json');
  await until('the other hub tells', () => / tells/.test(call.err));
  const one = await WirePeer.join(hubs[0], network, {}, { id: near });
  const other = await WirePeer.join(hubs[1], network, {}, { id: far });
  await discovers(one, other);
  await discovers(other, one);
  one.signal('offer', other, network, { sdp: 'v=0' });
  await other.take({ type: 'offer', fromPeerId: near });
  await call.ended;
  assert.equal(call.code, 0, call.err);
  const { steps } = JSON.parse(call.out);
  // Which of them is said to be first, is open where the clocks differ by more than the line takes.
  const offer = (stage) =>
    steps.find((step) => step.kind === 'HANDSHAKE_STEP_KIND_OFFER' && step.stage === stage);
  const sent = offer('HANDSHAKE_STAGE_PASSED_ON');
  const came = offer('HANDSHAKE_STAGE_DELIVERED');
  assert.equal(sent.otherHubId, came.hubId);
  assert.ok(came.line, call.out);
});
