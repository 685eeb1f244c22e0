// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { besideHub, hubOfScript, webSocketAddress, withQuery } = await bundle('client/address.ts');

test('the hub is where the script came from, whatever page loads it', () => {
  assert.equal(hubOfScript('http://localhost:3000/client.js'), 'ws://localhost:3000/');
  assert.equal(hubOfScript('https://example.org/hub/client.js?v=2'), 'wss://example.org/hub/');
});

test('an address may be given as http or ws, and keeps its query', () => {
  assert.equal(webSocketAddress('https://example.org/a?room=x#top'), 'wss://example.org/a?room=x');
  assert.equal(webSocketAddress('ws://localhost:3000'), 'ws://localhost:3000/');
});

test('what is no address of a hub is said with one that is', () => {
  for (const wrong of ['localhost:3000', '', 'hub.example.org', 'ftp://example.org']) {
    assert.throws(() => webSocketAddress(wrong), { name: 'TypeError', message: /looks like ws:\/\/localhost:3000/ });
  }
});

test('a token goes into the query, and no token leaves none', () => {
  assert.equal(withQuery('ws://h/?a=1', 'token', 'x+y/z='), 'ws://h/?a=1&token=x%2By%2Fz%3D');
  assert.equal(withQuery('ws://h/?token=old', 'token', 'new'), 'ws://h/?token=new');
  assert.equal(withQuery('ws://h/?a=1', 'token', undefined), 'ws://h/?a=1');
});

test('pages of the hub lie beside its address', () => {
  assert.equal(besideHub('wss://example.org/hub/?token=x', 'ice'), 'https://example.org/hub/ice');
  assert.equal(besideHub('ws://localhost:3000/', 'ice'), 'http://localhost:3000/ice');
});
