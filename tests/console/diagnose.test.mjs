// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { diagnose, findingsOf } = await bundle('app/api/diagnose.ts');
const { fetch } = globalThis;
afterEach(() => (globalThis.fetch = fetch));

function answerWith(status, body) {
  globalThis.fetch = async () => new Response(JSON.stringify(body), { status });
}

test('errors stand before warnings, and what a hub leaves out is empty', () => {
  const found = findingsOf({
    findings: [
      { code: 'a', severity: 'FINDING_SEVERITY_OK' },
      { code: 'b', severity: 'FINDING_SEVERITY_WARNING', text: 'so' },
      { code: 'c', severity: 'FINDING_SEVERITY_ERROR' },
    ],
  });
  assert.deepEqual(found.map(({ code }) => code), ['c', 'b', 'a']);
  assert.equal(found[1].text, 'so');
  assert.equal(found[0].advice, '');
  assert.deepEqual(findingsOf({}), []);
});

test('a hub that lacks the method says nothing', async () => {
  answerWith(404, { code: 'unimplemented' });
  assert.equal(await diagnose('', new AbortController().signal), null);
});

test('another failure is told in the words of the hub', async () => {
  answerWith(503, { code: 'unavailable', message: 'no way leads to hub ab' });
  await assert.rejects(diagnose('ab', new AbortController().signal), { message: 'no way leads to hub ab' });
});
