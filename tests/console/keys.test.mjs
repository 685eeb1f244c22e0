// SPDX-License-Identifier: Apache-2.0
//
// Keys in words, and lists of several pages.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { keyAge, keyId, kindText, usedText } = await bundle('app/screens/access/key_words.ts');
const { KeyKind } = await bundle('proto/pigeonhub/v1/access_service_pb.ts');
const { allPages } = await bundle('app/api/pages.ts');

const NOW = 1_700_000_000_000;
const ago = (seconds) => ({ seconds: BigInt(NOW / 1000 - seconds), nanos: 0 });
const DAY = 86_400;

test('the kind of a key is a word, and a number where only a newer hub knows it', () => {
  assert.equal(kindText(KeyKind.TOKEN_KEY), 'token key');
  assert.equal(kindText(KeyKind.CERTIFICATE), 'certificate');
  assert.equal(kindText(99), '99');
});

test('a key is as old as its file, and without one since the hub made it', () => {
  const { text, hint } = keyAge({ fileTime: ago(120 * DAY), loadedTime: ago(3600) }, NOW);
  assert.equal(text, '120d');
  assert.match(hint, /^its file changed \S+.*, in use since /);
  assert.equal(keyAge({ loadedTime: ago(3600) }, NOW).text, '1h');
  assert.match(keyAge({ loadedTime: ago(3600) }, NOW).hint, /^in use since /);
  assert.deepEqual(keyAge({}, NOW), { text: '–', hint: '' });
});

test('of a token key one sees when it was used, and that it never was', () => {
  assert.equal(usedText({ kind: KeyKind.TOKEN_KEY, lastUsedTime: ago(30) }, NOW), '30s ago');
  assert.equal(usedText({ kind: KeyKind.TOKEN_KEY }, NOW), 'never');
  assert.equal(usedText({ kind: KeyKind.HUB_KEY }, NOW), '–', 'hubs do not tell of others');
});

test('two keys of one hub without names have rows of their own', () => {
  const key = { hubId: 'h1', kind: KeyKind.TOKEN_KEY, name: '', source: 'https://id.example/jwks' };
  assert.notEqual(keyId(key, 0), keyId(key, 1));
});

test('all pages of a list are brought, in their order', async () => {
  const pages = { '': { items: [1, 2], nextPageToken: 'b' }, b: { items: [], nextPageToken: 'c' }, c: { items: [3], nextPageToken: '' } };
  const asked = [];
  const all = await allPages(async (place) => {
    asked.push(place.pageToken);
    return pages[place.pageToken];
  }, (page) => page.items);
  assert.deepEqual(all, [1, 2, 3]);
  assert.deepEqual(asked, ['', 'b', 'c']);
});
