// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { closeReasons } from '../../console/reasons.mjs';
import { bundle } from './support/bundle.mjs';

const { explainClose } = await bundle('client/closes.ts');
const reasons = closeReasons(readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8'));
const explain = (code, text, opened = true, { hub = 'ws://localhost:3000/', page = 'http:' } = {}) =>
  explainClose({ code, text, opened, hub, page }, reasons);

test('every close of the table has its name, what to do, and plain text', () => {
  assert.ok(reasons.length > 20);
  for (const { name, code, text, advice } of reasons) {
    const close = explain(code, text);
    assert.deepEqual([close.code, close.reason, close.fix], [code, name, advice]);
    assert.ok(close.meaning);
    assert.doesNotMatch(advice, /`/);
  }
});

test('two tabs with one id are told so, and that trying again does not help', () => {
  assert.deepEqual(explain(1008, 'Peer already connected'), {
    code: 1008,
    reason: 'peer_already_connected',
    meaning: 'Peer already connected',
    fix: 'Two tabs or programs use one id; give each its own.',
    retry: false,
  });
});

test('what passes by itself or with a new token is worth another try', () => {
  for (const [code, text] of [[1008, 'Token expired'], [1001, 'Server draining'], [1013, 'Short of memory'], [1008, 'Maximum connections reached']]) {
    assert.equal(explain(code, text).retry, true, text);
  }
  for (const [code, text] of [[1008, 'Banned'], [1008, 'Invalid peerId format'], [1009, '']]) assert.equal(explain(code, text).retry, false, text);
});

test('a close without a frame says whether the hub was ever reached', () => {
  assert.match(explain(1006, '', true).meaning, /broke without a word/);
  assert.match(explain(1006, '', false).meaning, /did not answer, or refused/);
  assert.equal(explain(1006, '', false).reason, '');
});

test('wss:// to a hub on this machine that was never reached is told to be ws://', () => {
  const fix = (hub, page, opened = false) => explain(1006, '', opened, { hub, page }).fix;
  for (const host of ['localhost:3000', '127.0.0.1:3000']) {
    assert.equal(fix(`wss://${host}/`, 'http:'), `Write ws://${host}: this hub speaks ws:// unless it was started with --tls-cert.`);
  }
  const usual = fix('ws://localhost:3000/', 'http:');
  assert.doesNotMatch(usual, /--tls-cert/);
  assert.equal(fix('wss://hub.example.org/', 'http:'), usual);
  assert.equal(fix('wss://localhost:3000/', 'https:'), usual);
  assert.doesNotMatch(fix('wss://localhost:3000/', 'http:', true), /--tls-cert/);
});

test('a close that the table does not know is told as it came', () => {
  assert.deepEqual(explain(4001, 'of another program'), { code: 4001, reason: '', meaning: 'of another program', fix: '', retry: true });
  assert.equal(explain(1008, 'Something new').retry, false);
  assert.equal(explain(4002, '').meaning, 'Closed with code 4002.');
});

test('a guide without the table is an error of the build', () => {
  assert.throws(() => closeReasons('# Operations\n'), /no table/);
});
