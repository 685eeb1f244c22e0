// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { barsOf, endOf, handshakesOf, ticksOf, waySaid } = await bundle('app/screens/pair/waterfall.ts');
const { idProblem, isWhole, trimmedId } = await bundle('app/screens/pair/ids.ts');
const { verdictOf } = await bundle('app/screens/pair/verdict.ts');
const { HandshakeStage: Stage, HandshakeStepKind: Kind } = await bundle('proto/pigeonhub/v1/trace_service_pb.ts');
const { Certainty, PairOutcome } = await bundle('proto/pigeonhub/v1/peer_service_pb.ts');

const millis = (time) => ({ seconds: BigInt(Math.floor(time / 1000)), nanos: Math.round((time % 1000) * 1e6) });
const step = (time, kind, stage, hubId, more = {}) => ({
  hubId, kind, stage, fromPeerId: 'a', targetPeerId: 'b', otherHubId: '', time: millis(time), ...more,
});

test('what a hub passed on and another delivered is one bar over both', () => {
  const bars = barsOf([
    step(10, Kind.OFFER, Stage.PASSED_ON, 'h1', { otherHubId: 'h2', queue: millis(2) }),
    step(30, Kind.OFFER, Stage.DELIVERED, 'h2', { otherHubId: 'h1' }),
  ]);
  assert.equal(bars.length, 1);
  const [{ heard, sent, came, hubs }] = bars;
  assert.deepEqual([heard, sent, came, hubs], [10, 12, 30, ['h1', 'h2']]);
});

test('it is so, too, where the news of the delivery comes first', () => {
  const bars = barsOf([
    step(9, Kind.OFFER, Stage.DELIVERED, 'h2', { otherHubId: 'h1' }),
    step(10, Kind.OFFER, Stage.PASSED_ON, 'h1', { otherHubId: 'h2' }),
  ]);
  assert.equal(bars.length, 1);
  assert.equal(bars[0].came, 10);
});

test('several candidates on one way are paired in their order', () => {
  const sent = [1, 2].map((time) => step(time, Kind.ICE_CANDIDATE, Stage.PASSED_ON, 'h1', { otherHubId: 'h2' }));
  const came = [11, 12].map((time) => step(time, Kind.ICE_CANDIDATE, Stage.DELIVERED, 'h2', { otherHubId: 'h1' }));
  assert.deepEqual(barsOf([...sent, ...came]).map((bar) => [bar.heard, bar.came]), [[1, 11], [2, 12]]);
});

test('a delivery of a hub that does not tell begins where the line did', () => {
  const [bar] = barsOf([step(30, Kind.ANSWER, Stage.DELIVERED, 'h2', { otherHubId: 'h1', line: millis(20) })]);
  assert.deepEqual([bar.heard, bar.sent, bar.came, bar.hubs], [10, 10, 30, ['h1', 'h2']]);
});

test('what is heard or dropped is a moment', () => {
  const bars = barsOf([step(1, Kind.CONNECTED, Stage.HEARD, 'h1'), step(2, Kind.OFFER, Stage.DROPPED, 'h1')]);
  assert.deepEqual(bars.map(endOf), [1, 2]);
});

test('a quiet of more than 3 s ends a handshake', () => {
  const bars = barsOf([0, 100, 3100, 6200].map((time) => step(time, Kind.OFFER, Stage.DELIVERED, 'h1')));
  assert.deepEqual(handshakesOf(bars).map((one) => one.length), [3, 1]);
});

test('scales have round values', () => {
  assert.deepEqual(ticksOf(310, 6), [0, 100, 200, 300]);
  assert.deepEqual(ticksOf(0.9, 4), [0, 0.5]);
  assert.deepEqual(ticksOf(0, 4), [0]);
});

test('of a discovery the target hears', () => {
  assert.equal(waySaid(step(0, Kind.OFFER, Stage.DELIVERED, 'h1'), 'a'), 'A → B');
  assert.equal(waySaid(step(0, Kind.DISCOVERED, Stage.DELIVERED, 'h1'), 'b'), 'B ← A');
  assert.equal(waySaid(step(0, Kind.ANNOUNCED, Stage.HEARD, 'h1', { targetPeerId: '' }), 'a'), 'A');
});

test('ids are taken as tables show them', () => {
  assert.equal(trimmedId(' AB66c094… '), 'ab66c094');
  assert.equal(idProblem('ab66'), undefined);
  assert.equal(idProblem(''), undefined);
  assert.equal(idProblem('xyz'), 'xyz is no id of a peer, which has 40 hexadecimal digits');
  assert.ok(idProblem('a'.repeat(41)));
  assert.equal(isWhole('a'.repeat(40)), true);
});

test('a verdict names the finding that it follows from', () => {
  const findings = [
    { code: 'PH-E14', certainty: Certainty.POSSIBLE, title: 'no' },
    { code: 'PH-E14', certainty: Certainty.LIKELY, title: 'yes' },
  ];
  const cause = verdictOf({ outcome: PairOutcome.CAUSE_FOUND, because: 'PH-E14', certainty: Certainty.LIKELY, findings });
  assert.equal(cause.text, 'cause found');
  assert.equal(cause.because.title, 'yes');
  const elsewhere = { outcome: PairOutcome.UNDER_WAY, because: 'PH-E26', certainty: Certainty.CERTAIN, findings };
  assert.equal(verdictOf(elsewhere).text, 'not known at this hub');
  assert.equal(verdictOf({ ...elsewhere, because: '' }).text, 'under way, too early to say');
});
