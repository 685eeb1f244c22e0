// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { errorText } = await bundle('client/errors.ts');

test('the words of an error are read, and nothing else', () => {
  for (const [data, text] of [
    ['{"type":"error","error":"Announce refused: full; see docs/app-developers.md#rooms","timestamp":1}', 'Announce refused: full; see docs/app-developers.md#rooms'],
    [`{"type":"error","error":"Signaling server does not route 'connection-rejected' messages."}`, undefined],
    ['{"type":"error","error":5}', undefined],
    ['{"type":"error","err', undefined],
    ['{"type":"offer","data":{"type":"error","error":"of a peer"}}', undefined],
    [new ArrayBuffer(4), undefined],
  ]) assert.equal(errorText(data), text);
});
