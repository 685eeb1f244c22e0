// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { rowAfterKey, scrollTo, windowOf } = await bundle('app/parts/virtual.ts');
const { nextOrder, ordered, orderText, parseOrder } = await bundle('app/parts/order.ts');
const { parseSpan } = await bundle('app/parts/span.ts');

test('wherever a table of 100,000 rows is scrolled to, the rows that are seen are in the page, and few others', () => {
  const count = 100_000;
  for (const top of [0, 29, 30, 31, 5000, 1_234_567, count * 30 - 600]) {
    const { first, end, above, below } = windowOf(top, 600, 30, count);
    assert.ok(first * 30 <= top, `row at ${top}`);
    assert.ok(end * 30 >= Math.min(top + 600, count * 30), `row at ${top + 600}`);
    assert.ok(end - first <= 60);
    assert.equal(above + (end - first) * 30 + below, count * 30);
  }
});

test('a table that became shorter than where it was scrolled to shows its last rows', () => {
  const { first, end, below } = windowOf(3_000_000, 600, 30, 10);
  assert.deepEqual([first, end, below], [0, 10, 0]);
  assert.deepEqual(windowOf(0, 600, 30, 0), { first: 0, end: 0, above: 0, below: 0 });
});

test('a key leads to a row that is there', () => {
  assert.equal(rowAfterKey('ArrowDown', 3, 20, 100), 4);
  assert.equal(rowAfterKey('ArrowUp', 0, 20, 100), 0);
  assert.equal(rowAfterKey('PageDown', 95, 20, 100), 99);
  assert.equal(rowAfterKey('Home', 50, 20, 100), 0);
  assert.equal(rowAfterKey('End', 50, 20, 100), 99);
  assert.equal(rowAfterKey('a', 50, 20, 100), undefined);
});

test('a row is scrolled to only if it cannot be seen', () => {
  assert.equal(scrollTo(10, 200, 600, 30, 30), 200);
  assert.equal(scrollTo(2, 200, 600, 30, 30), 60);
  assert.equal(scrollTo(40, 200, 600, 30, 30), 660);
});

test('an order is read and written as pigeonctl has it', () => {
  assert.deepEqual(parseOrder('-queueBytes', 'connectTime'), { by: 'queueBytes', down: true });
  assert.deepEqual(parseOrder(null, 'connectTime'), { by: 'connectTime', down: false });
  assert.equal(orderText({ by: 'queueBytes', down: true }), '-queueBytes');
});

test('a second click on a title turns the order round; numbers begin with the largest', () => {
  assert.deepEqual(nextOrder({ by: 'a', down: false }, 'a', false), { by: 'a', down: true });
  assert.deepEqual(nextOrder({ by: 'a', down: false }, 'b', true), { by: 'b', down: true });
  assert.deepEqual(nextOrder({ by: 'a', down: true }, 'b', false), { by: 'b', down: false });
});

test('rows of the same value stay as they were, either way round, and the list itself is left alone', () => {
  const rows = [{ n: 1, id: 'a' }, { n: 2, id: 'b' }, { n: 1, id: 'c' }];
  const ids = (list) => list.map((row) => row.id).join('');
  assert.equal(ids(ordered(rows, (row) => row.n, false)), 'acb');
  assert.equal(ids(ordered(rows, (row) => row.n, true)), 'bac');
  assert.equal(ids(rows), 'abc');
});

test('texts stand in the order of their code units, also long ones and those that are not ASCII', () => {
  const long = 'x'.repeat(60);
  const texts = ['', 'a', 'ab', 'a\0', 'a\0b', 'b', '10.0.0.10', '10.0.0.9', `${long}a`, `${long}b`, long, 'aü', 'aý', 'aþ', 'aÿ', 'aĀz', 'aŐa', 'aÿz', 'aþa', '漢字', '漢', 'é'];
  assert.deepEqual(ordered([...texts].reverse(), (text) => text, false), [...texts].sort());
  assert.deepEqual(ordered(texts, (text) => text, true), [...texts].sort().reverse());
});

test('a span is written as pigeonctl takes it', () => {
  assert.equal(parseSpan('90s'), 90);
  assert.equal(parseSpan('1h30m'), 5400);
  assert.equal(parseSpan('7d'), 604_800);
  for (const wrong of ['', '5', 'h', '1 h', '-1h', '1y']) assert.equal(parseSpan(wrong), undefined, wrong);
});
