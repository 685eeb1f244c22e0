// SPDX-License-Identifier: Apache-2.0
//
// `pigeonctl trace` at one of two hubs, with a line between them that takes 50 ms each way.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Line } from '../support/line.mjs';
import { discovers, linked, startHub } from '../support/mesh.mjs';
import { Pigeonctl } from '../support/pigeonctl.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, randomId, WirePeer } from '../support/wire_peer.mjs';

const DELAY = 50; // milliseconds
// A timer of Node may come so much too early.
const LEAST_DELAY = DELAY - 1;

const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-trace-'));
const control = `unix:${join(folder, 'hub')}`;
const ctl = new Pigeonctl(control);
const hubs = [];
let line;

before(async () => {
  line = await Line.to(null);
  line.delay = DELAY;
  // The token of the hub that dials is made out to the line.
  hubs.push(await startHub([], { flags: ['--advertise-url', line.url] }));
  line.leadTo(hubs[0]);
  hubs.push(await startHub([line], { flags: ['--control-listen', control] }));
  await linked(hubs[0]);
});
after(async () => {
  line?.close();
  await Promise.all(hubs.map((hub) => hub.kill()));
  rmSync(folder, { recursive: true });
});

const millis = (text) => Number(text.replace('s', '')) * 1000;
// Of a time with up to nine digits behind its seconds, of which Date reads three.
const momentOf = (time) => {
  const [, seconds, fraction = ''] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(time);
  return Date.parse(`${seconds}Z`) + Number(`0.${fraction}0`) * 1000;
};

// Starts the command and waits until the other hub tells.
async function startTrace(...words) {
  const call = ctl.start('trace', ...words);
  await until('the other hub tells', () => / tells/.test(call.err));
  return call;
}

// The far peer at the far hub, the near one at the hub that is asked; from the announce to the
// report.
async function shakeHands(near, far) {
  const network = newNetwork();
  const one = await WirePeer.join(hubs[1], network, {}, { id: near });
  const other = await WirePeer.join(hubs[0], network, {}, { id: far });
  await discovers(one, other);
  await discovers(other, one);
  one.signal('offer', other, network, { sdp: 'v=0' });
  await other.take({ type: 'offer', fromPeerId: near });
  other.signal('answer', one, network, { sdp: 'v=0' });
  await one.take({ type: 'answer', fromPeerId: far });
  one.signal('ice-candidate', other, network, {
    candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ host',
  });
  await other.take({ type: 'ice-candidate', fromPeerId: near });
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    from.send({
      type: 'cleanup',
      networkName: network,
      data: { reason: 'connection_established', targetPeerId: to.id },
    });
  }
  return network;
}

test('a handshake over a long line is told in the time of one hub', async () => {
  const [near, far] = [randomId(), randomId()];
  const call = await startTrace(near, far, '-o', 'json');
  await shakeHands(near, far);
  await call.ended;
  assert.equal(call.code, 0, call.err);
  const { steps, hubs: told } = JSON.parse(call.out);
  const other = told.find((hub) => hub.state === 'HANDSHAKE_HUB_STATE_TELLS');
  // Both hubs are on one machine, whose clock is theirs.
  const error = millis(other.clockError);
  assert.ok(error >= LEAST_DELAY, `${error} ms are not half of the way there and back`);
  // Each way takes as long as the line at least. So what is more of the whole way is all that the
  // clocks can be wrong by, however busy this machine is.
  const mostWrong = error - LEAST_DELAY;
  const ahead = millis(other.clockAhead);
  assert.ok(Math.abs(ahead) <= mostWrong, `${ahead} ms ahead, and not 0 with ${mostWrong} to spare`);
  const isLine = (value, what) =>
    assert.ok(value >= LEAST_DELAY - mostWrong, `${what}: ${value} ms of at least ${DELAY}, with ${mostWrong} to spare`);

  const find = (kind, stage) =>
    steps.find(
      (step) =>
        step.kind === `HANDSHAKE_STEP_KIND_${kind}` && step.stage === `HANDSHAKE_STAGE_${stage}`,
    );
  for (const kind of ['OFFER', 'ANSWER', 'ICE_CANDIDATE']) {
    const sent = find(kind, 'PASSED_ON');
    const came = find(kind, 'DELIVERED');
    assert.ok(sent && came, `${kind} is at both hubs: ${call.out}`);
    assert.equal(sent.hubId, came.otherHubId);
    isLine(millis(came.line), `the line of ${kind}`);
    isLine(momentOf(came.time) - momentOf(sent.time), `the times of ${kind}`);
  }
  assert.ok(find('ANNOUNCED', 'HEARD'));
  assert.ok(find('DISCOVERED', 'DELIVERED'));
  assert.ok(find('CONNECTED', 'HEARD'));
  const times = steps.map((step) => momentOf(step.time));
  assert.deepEqual(
    times,
    [...times].sort((a, b) => a - b),
    'in the order of their times',
  );
});

test('a handshake is drawn in 80 columns', async () => {
  const [near, far] = [randomId(), randomId()];
  const call = await startTrace(near, far, '--draw');
  await shakeHands(near, far);
  await call.ended;
  assert.equal(call.code, 0, call.err);
  const lines = call.out.split('\n');
  for (const text of lines) assert.ok([...text].length <= 80, text);
  const offer = lines.find((text) => text.startsWith('offer'));
  assert.match(offer, /-+>/);
  assert.match(offer, / \d>\d /, 'from hub to hub');
});
