// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { PeerRows } = await bundle('app/screens/peers/rows.ts');
const { filterOf, listWords } = await bundle('app/screens/peers/filter.ts');
const { othersIn } = await bundle('app/screens/peers/others.ts');

const at = (seconds) => ({ seconds: BigInt(seconds), nanos: 0 });
const peer = (peerId, seconds, more = {}) => ({
  peerId, hubId: '', namespace: 'chat', isHub: false, remoteAddress: '10.0.0.1', connectTime: at(seconds),
  messageCount: 0n, receivedBytes: 0n, queueBytes: 0n, ...more,
});
const event = (seconds, name, value, hubId = 'h1') => ({ hubId, time: at(seconds), body: { case: name, value } });
const left = (seconds, peerId) => event(seconds, 'peerDisconnected', { peerId });
const came = (seconds, peerId) => event(seconds, 'peerConnected', { peerId, remoteAddress: '10.0.0.9' });
const ids = (rows) => rows.snapshot().map((row) => row.peerId).sort().join(' ');

function listed(...peers) {
  const rows = new PeerRows('h1');
  rows.begin();
  rows.take(peers);
  rows.finish();
  return rows;
}

test('who connects is there, with the namespace once it announces; who leaves is gone', () => {
  const rows = listed(peer('a', 10));
  rows.apply(came(20, 'b'));
  rows.apply(event(21, 'peerAnnounced', { peerId: 'b', namespace: 'game', isHub: false }));
  const b = rows.snapshot().find((row) => row.peerId === 'b');
  assert.deepEqual([b.namespace, b.remoteAddress, b.connectTime], ['game', '10.0.0.9', 20_000]);
  rows.apply(left(30, 'a'));
  assert.equal(ids(rows), 'b');
});

test('who left while the list came is not brought back by a page that is older than that', () => {
  const rows = new PeerRows('h1');
  rows.begin();
  rows.take([peer('a', 10)]);
  rows.apply(left(30, 'b'));
  rows.take([peer('b', 20), peer('c', 21)]);
  rows.finish();
  assert.equal(ids(rows), 'a c');
});

test('who left and came back is there, whichever is heard of first', () => {
  const rows = new PeerRows('h1');
  rows.begin();
  rows.take([peer('a', 40)]);
  rows.apply(left(30, 'a'));
  assert.equal(ids(rows), 'a');
  rows.apply(left(50, 'a'));
  rows.take([peer('a', 60)]);
  assert.equal(ids(rows), 'a');
});

test('an event that tells of a connection which the list has keeps what the list says', () => {
  const rows = listed(peer('a', 10, { messageCount: 7n }));
  rows.apply(came(10, 'a'));
  assert.equal(rows.snapshot()[0].messageCount, 7);
});

test('a list that is asked for again shows when it is complete, with what happened meanwhile', () => {
  const rows = listed(peer('a', 10), peer('b', 11));
  rows.begin();
  rows.take([peer('a', 10, { queueBytes: 5n })]);
  assert.equal(ids(rows), 'a b');
  rows.apply(came(50, 'c'));
  rows.finish();
  assert.equal(ids(rows), 'a c');
  assert.equal(rows.snapshot()[0].queueBytes, 5);
});

test('a list that breaks off changes nothing', () => {
  const rows = listed(peer('a', 10), peer('b', 11));
  rows.begin();
  rows.take([peer('a', 10)]);
  rows.abandon();
  assert.equal(ids(rows), 'a b');
});

test('a peer of another hub counts once, as that hub says it, and goes when its hub is lost', () => {
  const remote = (peerId) => peer(peerId, 0, { remote: { hubId: 'h2' }, connectTime: undefined });
  const rows = listed(peer('a', 10, { hubId: 'h2' }), remote('a'), remote('d'));
  assert.equal(ids(rows), 'a d');
  assert.equal(rows.snapshot().find((row) => row.peerId === 'a').isRemote, false);
  rows.apply(event(50, 'hubLost', { peerId: 'h2' }));
  assert.equal(ids(rows), 'a');
});

test('the same id at two hubs is two peers', () => {
  const rows = listed(peer('a', 10, { hubId: 'h1' }), peer('a', 10, { hubId: 'h2' }));
  rows.apply(event(20, 'peerDisconnected', { peerId: 'a' }, 'h2'));
  assert.deepEqual(rows.snapshot().map((row) => row.hubId), ['h1']);
});

test('a goodbye leaves the namespace, and a peer can become a hub', () => {
  const rows = listed(peer('a', 10));
  rows.apply(event(20, 'peerGoodbye', { peerId: 'a' }));
  rows.apply(event(21, 'hubRegistered', { peerId: 'a' }));
  const [a] = rows.snapshot();
  assert.deepEqual([a.namespace, a.isHub], ['', true]);
});

test('a filter takes a part of a namespace, or with = all of it', () => {
  const [row] = listed(peer('0A1B', 10, { namespace: 'chat:lobby' })).snapshot();
  const passes = (query) => filterOf(new URLSearchParams(query))(row);
  for (const query of ['', 'namespace=lobby', 'namespace==chat:lobby', 'id=0a1', 'address=0.0.1', 'at=h1']) assert.ok(passes(query), query);
  for (const query of ['namespace==chat', 'id=a1', 'address=10.1', 'at=h2']) assert.ok(!passes(query), query);
});

test('pigeonctl lists the same peers', () => {
  const words = (query) => listWords(new URLSearchParams(query)).join(' ');
  assert.equal(words(''), 'peers list');
  assert.equal(words('hub=*&namespace==chat&id=0a&sort=-queueBytes'),
    'peers list --hub * --namespace chat --id-prefix 0a --sort-by -queueBytes');
  assert.equal(words('namespace=cha&address=10.&remote=yes'),
    'peers list --filter namespace~cha --filter remoteAddress~10. --include-remote');
});

test('whom a peer had to do with is read out of its events, each once', () => {
  const events = [
    event(1, 'pairConnected', { peerId: 'me', otherPeerId: 'b' }),
    event(2, 'signalDropped', { fromPeerId: 'c', targetPeerId: 'me' }),
    event(3, 'signalDropped', { fromPeerId: 'me', targetPeerId: '' }),
    event(4, 'pairConnected', { peerId: 'b', otherPeerId: 'me' }),
  ];
  assert.deepEqual(othersIn(events, 'me'), ['b', 'c']);
});
