// SPDX-License-Identifier: Apache-2.0
//
// docs/app-developers.md says what client.js does, and has the headings that the hub's own answers lead to.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { closeReasons } from '../../console/reasons.mjs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/app-developers.md');
const anchors = new Set([...page.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-')));

test('it has the headings that others link to', () => {
  for (const anchor of ['two-tabs-one-id', 'tls-on-the-plain-port', 'peer-id', 'origin', 'token', 'rooms', 'slow-first-connection', 'no-path']) {
    assert.ok(anchors.has(anchor), anchor);
  }
});

test('its links lead somewhere', () => {
  for (const [, anchor] of page.matchAll(/\]\(#([^)]+)\)/g)) assert.ok(anchors.has(anchor), anchor);
  assert.match(read('docs/operations.md'), /^## Reasons and close codes$/m);
});

test('its table has the options of join', () => {
  const options = read('console/client/session.ts').match(/export interface Options \{([^]*?)\n\}/)[1];
  const named = [...options.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
  assert.deepEqual([...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name).sort(), ['room', ...named].sort());
});

test('the closes after which trying again is in vain are those that it names', () => {
  const source = read('console/client/closes.ts');
  const passes = new Set(source.match(/PASSES = new Set\(\[(.*)\]\)/)[1].match(/\w+/g));
  const ourFault = new Set(source.match(/OUR_FAULT = new Set\(\[(.*)\]\)/)[1].split(', ').map(Number));
  const hopeless = closeReasons(read('docs/operations.md')).filter(({ name, code }) => ourFault.has(code) && !passes.has(name));
  const named = page.match(/until something is changed:\n([^]*?)\. The client dials/)[1].match(/\w+/g);
  const ofPeers = hopeless.map(({ name }) => name).filter((name) => !name.startsWith('hub_'));
  assert.deepEqual(named.sort(), ofPeers.sort());
});
