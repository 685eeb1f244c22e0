// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { checkMesh, checkOptions, checkPeerId } = await bundle('client/checks.ts');

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

test('options that can work are taken, also hostile names of rooms', () => {
  const rooms = ['chat', '__proto__', 'constructor', '', ' ', '\u202e🕊', 'x'.repeat(5000), undefined, null];
  for (const room of rooms) checkOptions({ room });
  for (const token of ['t', '', () => 't', async () => 't', undefined, null]) checkOptions({ token });
  checkOptions({ iceServers: [] });
});

test('options that can never work are said at once', () => {
  const says = (options, message) => assert.throws(() => checkOptions(options), { name: 'TypeError', message: `PigeonHub: ${message}` });
  says('chat', "give options, as {room: 'chat'}; this is a string");
  says(null, "give options, as {room: 'chat'}; this is null");
  says({ room: 42 }, 'room is a text; this is a number');
  says({ room: ['a'] }, 'room is a text; this is a list');
  says({ room: 'chat\n' }, 'room has no control characters, and no end of a line');
  says({ token: { token: 'x' } }, 'token is a text or a function; this is an object');
  says({ token: Promise.resolve('x') }, 'token is a text or a function; this is an object');
  says({ iceServers: 'stun:a' }, "iceServers is a list, as [{urls: 'stun:stun.example.org'}]; this is a string");
  says({ peerId: 'me' }, "peerId has 40 hexadecimal digits; 'm' is none");
});

test('only a mesh can be attached', () => {
  checkMesh({ on() {}, connectionManager: {} });
  for (const other of [undefined, null, {}, 'mesh', class {}]) assert.throws(() => checkMesh(other), /attach takes a PeerPigeonMesh/);
});
