// SPDX-License-Identifier: Apache-2.0
//
// docs/app-developers.md says what client.js does, and has the headings that the hub's own answers lead to.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { closeReasons } from '../../console/reasons.mjs';

const read = (path) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const page = read('docs/app-developers.md');
const anchorsOf = (text) => new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-')));
const anchors = anchorsOf(page);

test('it has the headings that others link to', () => {
  for (const anchor of ['two-tabs-one-id', 'tls-on-the-plain-port', 'peer-id', 'origin', 'token', 'rooms', 'slow-first-connection', 'no-path']) {
    assert.ok(anchors.has(anchor), anchor);
  }
});

test('its links lead somewhere', () => {
  for (const [, file, anchor] of page.matchAll(/\]\(([\w.-]*)#([^)]+)\)/g)) {
    const there = file ? anchorsOf(read(`docs/${file}`)) : anchors;
    assert.ok(there.has(anchor), `${file}#${anchor}`);
  }
});

test('its table has the options of join', () => {
  const options = read('console/client/session.ts').match(/export interface Options \{([^]*?)\n\}/)[1];
  const named = [...options.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name);
  assert.deepEqual([...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name).sort(), ['room', ...named].sort());
});

test('its table has every close of a peer, and says as client.js does whether to try again', () => {
  const source = read('console/client/closes.ts');
  const passes = new Set(source.match(/PASSES = new Set\(\[(.*)\]\)/)[1].match(/\w+/g));
  const ourFault = new Set(source.match(/OUR_FAULT = new Set\(\[(.*)\]\)/)[1].split(', ').map(Number));
  const expected = closeReasons(read('docs/operations.md'))
    .filter(({ name }) => !name.startsWith('hub_'))
    .map(({ name, code, text }) => `${code}${text && ` \`${text}\``} ${name} ${!ourFault.has(code) || passes.has(name) ? 'yes' : 'no'}`);
  const table = [...page.matchAll(/^\| (\d{4}(?: `[^`]+`)?) \| `(\w+)` \| \S.+\. \| (yes|no) \|$/gm)];
  assert.deepEqual(table.map(([, close, name, retry]) => `${close} ${name} ${retry}`).sort(), expected.sort());
});

test('its page is the one of README.md, which a test opens in two tabs', () => {
  const html = (text) => text.match(/^```html\n([^]*?)^```$/m)[1];
  assert.equal(html(page), html(read('README.md')));
});
