// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { checkPeerId } = await bundle('client/peer_id.ts');

test('an id of 40 hexadecimal digits is one, and so is none at all', () => {
  for (const good of ['0a'.repeat(20), 'AF'.repeat(20), undefined, null, '']) checkPeerId(good);
});

test('what is no id is said at once, with what is wrong', () => {
  const says = (wrong, message) => assert.throws(() => checkPeerId(wrong), { name: 'TypeError', message: `PigeonHub: peerId has 40 hexadecimal digits; ${message}` });
  says('a'.repeat(39), 'this has 39');
  says('a'.repeat(41), 'this has 41');
  says(`${'a'.repeat(39)}g`, "'g' is none");
  says(42, 'this is a number');
});
