// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const history = await bundle('app/api/stats_history.ts');
const { Reason } = await bundle('proto/pigeonhub/v1/common_pb.ts');

function sample(at, more = {}) {
  return {
    at, sources: 'hub', peers: 0, remotePeers: 0, opened: 0, offered: 0, answered: 0, connected: 0,
    signals: 0, refused: new Map(), queueBytes: 0, linkBytes: 0, lagP99: 0, lagMax: 0, memory: 0, ...more,
  };
}

test('a sample has what the hub counts, and no ends of connections that are in order', () => {
  const stats = {
    hubPeerId: 'ab', perHub: [], peers: 7n, remotePeers: 3n,
    traffic: {
      connectionsOpened: 9n, handshakesOffered: 4n, handshakesAnswered: 3n, handshakesConnected: 2n,
      signalsDelivered: 10n, signalsRelayed: 5n,
      reasons: [{ reason: Reason.GOODBYE, count: 100n }, { reason: Reason.RATE_LIMIT, count: 6n }],
    },
    resources: { queueBytes: 11n, linkBytes: 12n, residentBytes: 13n, loopLagP99: { seconds: 0n, nanos: 1_500_000 } },
  };
  const made = history.sampleOf(stats, 50);
  assert.equal(made.opened, 9);
  assert.equal(made.offered, 4);
  assert.equal(made.signals, 15);
  assert.equal(made.lagP99, 1.5);
  assert.deepEqual([...made.refused], [[Reason.RATE_LIMIT, 6]]);
});

test('samples older than 15 minutes go, and so does one that is not older than its follower', () => {
  const kept = history.withSample([sample(0), sample(200), sample(950)], sample(950));
  assert.deepEqual(kept.map(({ at }) => at), [200, 950]);
});

test('rates are growth by time; a restart and another set of hubs are holes', () => {
  const columns = history.columnsOf([
    sample(0, { opened: 10 }),
    sample(2, { opened: 16 }),
    sample(4, { opened: 1 }),
    sample(6, { opened: 3 }),
    sample(8, { opened: 9, sources: 'hub other' }),
  ]);
  assert.deepEqual(columns.joins, [null, 3, null, 1, null]);
});

test('where nobody looked for long there is a hole between', () => {
  const columns = history.columnsOf([sample(0, { peers: 5 }), sample(100, { peers: 6 })]);
  assert.deepEqual(columns.times, [0, 50, 100]);
  assert.deepEqual(columns.peers, [5, null, 6]);
});

test('refusals are sorted by what happened lately', () => {
  const refused = (rate, banned) => new Map([[Reason.RATE_LIMIT, rate], [Reason.BANNED, banned]]);
  const found = history.refusalsOf([sample(0, { refused: refused(100, 1) }), sample(2, { refused: refused(101, 6) })]);
  assert.deepEqual(found, [
    { reason: Reason.BANNED, lately: 5, total: 6 },
    { reason: Reason.RATE_LIMIT, lately: 1, total: 101 },
  ]);
});

test('curves show what there is, at least two minutes and at most fifteen', () => {
  for (const [times, span] of [[[], 120], [[5], 120], [[5, 125], 120], [[5, 126], 180], [[5, 800], 840], [[5, 5000], 900]]) {
    assert.equal(history.spanOf(times), span, times.join(' '));
  }
});
