// SPDX-License-Identifier: Apache-2.0
//
// What becomes of the figures: medians, ratios, verdicts, and the rows of a page.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { cases } from './cases.mjs';
import { withRows } from './page.mjs';
import { summarize } from './table.mjs';

const measured = (us) => ({ server_cpu_us_per_operation: us, resident_bytes_per_connection: 1000 * us });
const named = (...names) => cases.filter(({ name }) => names.includes(name));

test('ratios are those of the medians, beside the least and the most of a round', () => {
  const rounds = [[1, 10, 2], [4, 10, 2], [2, 8, 1]].map(([ours, js, floor]) => ({
    relay: { pigeonhub: measured(ours), reference: measured(js), floor: measured(floor) },
  }));
  const [row] = summarize(named('relay'), rounds);
  assert.deepEqual(row.ours, { median: 2, min: 1, max: 4 });
  assert.deepEqual(row.ofReference, { median: 0.2, min: 0.1, max: 0.4 });
  assert.deepEqual(row.ofFloor, { median: 1, min: 0.5, max: 2 });
  assert.deepEqual(row.verdicts.map(({ of, met }) => [of, met]), [['reference', true], ['floor', true]]);
});

test('a case of ours alone is compared with another one, and one more figure of a measurement is a row', () => {
  const rounds = [{ relay: { pigeonhub: measured(2) }, 'relay-across': { pigeonhub: measured(3) }, idle: { pigeonhub: measured(4) } }];
  const [relay, across, idle, accept] = summarize(named('relay', 'relay-across', 'idle', 'accept'), rounds);
  assert.equal(relay.ofReference, null);
  assert.deepEqual(across.verdicts, [{ limit: 1.4, of: 'relay', value: 1.5, met: false }]);
  assert.equal(idle.ours.median, 4000);
  assert.equal(accept.ours.median, 4);
  assert.deepEqual(accept.reports, {});
});

test('a page keeps the rows that were not measured, in the order of the cases', () => {
  const page = (rows) => `before\n<!-- bench -->\n${rows}<!-- /bench -->\nbehind\n`;
  const lines = (text) => text.split('\n').filter((line) => line.startsWith('| `'));
  const first = withRows(page(''), summarize(named('ice'), [{ ice: { pigeonhub: measured(2.5), floor: measured(2) } }]));
  const [head, tail] = [first.split('<!-- bench -->')[0], first.split('<!-- /bench -->')[1]];
  assert.deepEqual([head, tail], ['before\n', '\nbehind\n']);
  assert.deepEqual(lines(first), [
    '| `ice` | ICE 320 B, 8 in flight x100 | 2.50 µs | – | 2.00 µs | – | 1.25 | ≤ 1.5 of floor: 1.25 | 400,000 a second |',
  ]);
  const second = withRows(first, summarize(named('relay'), [{ relay: { pigeonhub: measured(9), floor: measured(6) } }]));
  assert.deepEqual(lines(second), [
    '| `relay` | relay 1.5 KB, 1 in flight x200 | 9.00 µs | – | 6.00 µs | – | 1.50 | ' +
      '≤ 1.15 of floor, **missed**: 1.50 | 110,000 a second |',
    ...lines(first),
  ]);
  assert.equal(lines(withRows(second, summarize(named('relay'), [{ relay: {} }]))).length, 2);
  assert.throws(() => withRows('no table', []), /has no table/);
});
