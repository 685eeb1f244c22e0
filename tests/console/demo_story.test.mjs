// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { after, channels, lampsOf, newStory, waiting } = await bundle('demo/story.ts');
const { signalOf } = await bundle('demo/watch.ts');
const { newRoom, roomOf } = await bundle('demo/words.ts');
const { linkFor } = await bundle('demo/hub_pages.ts');

const A = 'a'.repeat(40);
const signal = (type, sent, candidate) => ({ kind: 'signal', type, sent, peer: A, candidate });
const HUB = { kind: 'hub', url: 'ws://localhost:3000' };
const FOUND = { kind: 'found', peer: A };
const tell = (...events) => events.reduce((story, event, i) => after(story, (i + 1) * 10, event), newStory);
const lit = (story) => Object.entries(lampsOf(story)).filter(([, on]) => on).map(([lamp]) => lamp);
const lines = (story) => story.steps.map((step) => `${step.at} ${step.text}`);

test('each step lights its lamp, and says when', () => {
  const events = [HUB, FOUND, signal('offer', true), signal('answer', false), signal('candidate', true, 'host'), signal('candidate', false, 'srflx')];
  const story = tell(...events, { kind: 'channel', peer: A });
  assert.deepEqual(lines(story), [
    '0 page ready',
    '10 hub answered (ws://localhost:3000)',
    '20 found aaaaaaaa',
    '30 offer → aaaaaaaa, by the hub',
    '40 answer ← aaaaaaaa, by the hub',
    '50 first network path of yours → aaaaaaaa (host)',
    '60 first network path ← aaaaaaaa (srflx)',
    '70 data channel to aaaaaaaa',
  ]);
  assert.deepEqual(lit(story), ['hub', 'found', 'offer', 'answer', 'candidates', 'channel']);
  assert.deepEqual(lit(tell(...events.slice(0, 5))), ['hub', 'found', 'offer', 'answer'], 'candidates of one side are not enough');
});

test('the way of the data is told in words', () => {
  const path = (local, remote) => lines(tell({ kind: 'path', peer: A, local, remote, protocol: 'udp' })).at(-1);
  assert.equal(path('host', 'host'), '10 direct, UDP: host ⇄ host');
  assert.equal(path('host', 'relay'), '10 through a TURN server, UDP: host ⇄ relay');
});

test('a hub that goes takes no channel with it, and is told of once', () => {
  const story = tell(HUB, FOUND, { kind: 'channel', peer: A }, { kind: 'hubLost', why: '' }, { kind: 'hubLost', why: 'Start it.' });
  assert.deepEqual(lines(story).slice(-1), ['40 hub is gone; the chat goes on without it']);
  assert.deepEqual(channels(story), [A]);
  assert.equal(lampsOf(story).hub, false);
  assert.equal(waiting(story, 60_000), undefined, 'nobody waits');
  assert.match(lines(after(story, 50, HUB)).at(-1), /hub is back/);
});

test('a hub that does not answer is waited for, with what to do', () => {
  const story = tell({ kind: 'hubLost', why: 'Is it running?' });
  assert.deepEqual(waiting(story, 9_010), { seconds: 9, text: 'waiting for the hub. Is it running?' });
});

test('whose side waits is said after 5 s', () => {
  const text = (...events) => waiting(tell(HUB, FOUND, ...events), 12_000)?.text;
  assert.equal(waiting(tell(HUB, FOUND), 5_000), undefined);
  assert.equal(waiting(tell(HUB), 60_000), undefined, 'alone is no waiting');
  assert.match(text(), /no offer yet/);
  assert.match(text(signal('offer', true)), /^waiting for an answer of aaaaaaaa/);
  assert.match(text(signal('offer', false)), /^aaaaaaaa waits for an answer of yours/);
  const answered = [signal('offer', true), signal('answer', false)];
  assert.match(text(...answered), /^your side finds no network path/);
  assert.match(text(...answered, signal('candidate', true)), /^waiting for a network path of aaaaaaaa/);
  assert.match(text(...answered, signal('candidate', true), signal('candidate', false)), /none works yet/);
  assert.equal(text(...answered, { kind: 'channel', peer: A }), undefined);
  assert.equal(waiting(tell(HUB, FOUND, signal('offer', true)), 9_030).seconds, 9);
});

test('a peer that left puts its lamps out', () => {
  const story = tell(HUB, FOUND, { kind: 'channel', peer: A }, { kind: 'ended', peer: A });
  assert.deepEqual(lit(story), ['hub']);
  assert.equal(lines(story).at(-1), '40 aaaaaaaa left');
});

test('the list of steps has an end', () => {
  let story = newStory;
  for (let i = 0; i < 500; ++i) story = after(after(story, i, FOUND), i, { kind: 'ended', peer: A });
  assert.equal(story.steps.length, 100);
});

test('handshakes are read off the frames, and nothing else', () => {
  const frame = (message) => JSON.stringify(message);
  assert.deepEqual(signalOf(frame({ type: 'offer', targetPeerId: A }), true), { kind: 'signal', type: 'offer', sent: true, peer: A, candidate: undefined });
  const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.1 9 typ srflx raddr 0.0.0.0' };
  assert.equal(signalOf(frame({ type: 'ice-candidate', fromPeerId: A, data: candidate }), false).candidate, 'srflx');
  for (const other of [{ type: 'announce' }, { type: 'peer-discovered', fromPeerId: A }, { type: 'offer' }]) assert.equal(signalOf(frame(other), false), undefined);
});

test('rooms are three plain words, and one in the address is kept', () => {
  assert.match(newRoom(), /^[a-z]+-[a-z]+-\d\d$/);
  assert.equal(newRoom(() => 0), 'brave-crane-10');
  assert.equal(newRoom(() => 0.9999), 'wise-wren-99');
  assert.equal(roomOf('?room=brave-owl-17'), 'brave-owl-17');
  assert.equal(roomOf('?room=%20'), undefined);
});

test('a link for another device leads to an address that it can reach, or is none', () => {
  const facts = { addresses: ['http://192.168.1.5:3000'], lan: true };
  const at = (page, known = facts) => linkFor(known, new URL(page), 'my room');
  assert.equal(at('http://localhost:3000/demo?room=x'), 'http://192.168.1.5:3000/demo?room=my+room');
  assert.equal(at('http://localhost:3000/demo', { ...facts, lan: false }), undefined);
  assert.equal(at('http://192.168.1.7:3000/demo'), 'http://192.168.1.7:3000/demo?room=my+room');
});
