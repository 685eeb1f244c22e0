// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const units = await bundle('app/parts/units.ts');
const { Reason } = await bundle('proto/pigeonhub/v1/common_pb.ts');

function table(name, rows) {
  test(name, () => {
    for (const [given, wanted] of rows) assert.equal(given(), wanted);
  });
}

table('sizes have two or three digits and a unit', [
  [() => units.bytesText(0), '0 B'],
  [() => units.bytesText(1023n), '1023 B'],
  [() => units.bytesText(1024), '1.0 KiB'],
  [() => units.bytesText(10 * 1024), '10 KiB'],
  [() => units.bytesText(536870912n), '512 MiB'],
  [() => units.bytesText(2 ** 50), '1024 TiB'],
]);

table('rates below ten have one digit behind the point', [
  [() => units.rateText(0), '0/s'],
  [() => units.rateText(0.44), '0.4/s'],
  [() => units.rateText(9.96), '10/s'],
  [() => units.rateText(12345.6), '12,346/s'],
]);

table('times that were measured go from hundredths of a millisecond to seconds', [
  [() => units.millisText(0), '0 ms'],
  [() => units.millisText(0.04), '0.04 ms'],
  [() => units.millisText(1.24), '1.2 ms'],
  [() => units.millisText(40.4), '40 ms'],
  [() => units.millisText(999.6), '1.0 s'],
  [() => units.millisText(120_000), '120 s'],
  [() => units.durationText(undefined), '–'],
  [() => units.durationText({ seconds: 1n, nanos: 500_000_000 }), '1.5 s'],
]);

table('spans have at most two units', [
  [() => units.spanText(-5), '0s'],
  [() => units.spanText(59_999), '59s'],
  [() => units.spanText(3_599_000), '59m'],
  [() => units.spanText(3_600_000), '1h'],
  [() => units.spanText(11_520_000), '3h12m'],
  [() => units.spanText(187_200_000), '2d4h'],
  [() => units.ageText({ seconds: 100n, nanos: 0 }, 142_000), '42s'],
  [() => units.ageText(undefined, 0), '–'],
]);

table('one of a thing has no s', [
  [() => units.counted(1n, 'connection'), '1 connection'],
  [() => units.counted(2000, 'connection'), '2,000 connections'],
]);

table('reasons are written as counters and close frames write them', [
  [() => units.reasonText(Reason.MEMORY_LIMIT), 'memory_limit'],
  [() => units.reasonText(9999), '9999'],
]);
