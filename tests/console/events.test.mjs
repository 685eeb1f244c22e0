// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { EventFeed } = await bundle('app/screens/events/feed.ts');
const { eventsWords, FieldProblem, filterOf, startOf } = await bundle('app/screens/events/query.ts');
const { eventText, gapText, kindName, kindNames } = await bundle('app/parts/event_text.ts');
const { EventKind: Kind } = await bundle('proto/pigeonhub/v1/event_service_pb.ts');
const { Reason } = await bundle('proto/pigeonhub/v1/common_pb.ts');

const event = (seq, hubId = 'h1', epoch = 'e1') => ({ seq: BigInt(seq), hubId, epoch, body: { case: undefined } });
const seqs = (feed) => feed.newestFirst().map((row) => ('gap' in row ? 'gap' : Number(row.event.seq)));
const params = (query) => new URLSearchParams(query);

test('the newest event is first, and one that comes twice is there once', () => {
  const feed = new EventFeed();
  for (const seq of [1, 2, 2, 3]) feed.addEvent(event(seq));
  feed.addEvent(event(3, 'h2'));
  feed.addEvent(event(3, 'h1', 'e2'));
  assert.deepEqual(seqs(feed), [3, 3, 3, 2, 1]);
});

test('it keeps the newest ones, so many as it may', () => {
  const feed = new EventFeed(100);
  for (let seq = 1; seq <= 1000; ++seq) feed.addEvent(event(seq));
  const kept = seqs(feed);
  assert.deepEqual([kept.length, kept[0], kept.at(-1)], [100, 1000, 901]);
  assert.ok(feed.size < 120);
  assert.equal(feed.find('h1.e1.1'), undefined);
  assert.equal(feed.find('h1.e1.1000').seq, 1000n);
});

test('a gap stands where events are missing', () => {
  const feed = new EventFeed();
  feed.addEvent(event(1));
  feed.addGap({ missing: 5n, resume: { seq: 7n } });
  feed.addEvent(event(7));
  assert.deepEqual(seqs(feed), [7, 'gap', 1]);
  assert.equal(gapText({ missing: 5n, resume: { seq: 7n } }), '5 events missing before 7');
  assert.match(gapText({ missing: 0n, epochChanged: true }), /started anew/);
});

test('the address becomes a filter, in the names of pigeonctl', () => {
  const filter = filterOf(params('kinds=peerRefused,limitHit&reasons=transport_lost&namespace=chat&peer=0a&address=10.0.0.9'));
  assert.deepEqual(filter, {
    kinds: [Kind.PEER_REFUSED, Kind.LIMIT_HIT], reasons: [Reason.TRANSPORT_LOST], namespace: 'chat', peerId: '0a', remoteAddress: '10.0.0.9',
  });
  assert.throws(() => filterOf(params('kinds=peerrefused')), /there is no kind of event "peerrefused"; there are audit, /);
  assert.throws(() => filterOf(params('reasons=lost')), /there is no reason "lost"/);
  for (const garbage of ['5', '0', 'constructor', '__proto__']) {
    assert.throws(() => filterOf(params(`reasons=${garbage}`)), FieldProblem, garbage);
    assert.throws(() => filterOf(params(`kinds=${garbage}`)), FieldProblem, garbage);
  }
});

test('a start is a number, a time, so long ago, or a word', () => {
  const now = new Date(2026, 2, 1, 14, 30).getTime();
  const seconds = (text) => Number(startOf(text, now).value.seconds) * 1000;
  assert.equal(startOf('', now), undefined);
  assert.deepEqual(startOf('4711', now), { case: 'from', value: { epoch: '', seq: 4711n } });
  assert.deepEqual(startOf('earliest', now), { case: 'earliest', value: true });
  assert.equal(seconds('10m'), now - 600_000);
  assert.equal(seconds('14:03'), new Date(2026, 2, 1, 14, 3).getTime());
  assert.equal(seconds('15:03'), new Date(2026, 1, 28, 15, 3).getTime());
  assert.equal(seconds('2026-02-03 04:05'), new Date(2026, 1, 3, 4, 5).getTime());
  for (const garbage of ['soon', '9'.repeat(20), `${'9'.repeat(20)}h`, '-1', '1e3', '2026-99-99', '__proto__']) {
    assert.throws(() => startOf(garbage, now), FieldProblem, garbage);
  }
});

test('pigeonctl follows the same events', () => {
  const words = (query) => eventsWords(params(query), 0).join(' ');
  assert.equal(words(''), 'events -f');
  assert.equal(words('hub=*&from=10m&kinds=limitHit,audit&reasons=rate_limit&peer=0a'),
    'events -f --hub * --since 10m --kind limitHit --kind audit --reason rate_limit --peer 0a');
  assert.equal(words('from=4711&address=10.0.0.9'), 'events -f --from-seq 4711 --address 10.0.0.9');
});

test('each kind of event has the name that pigeonctl has for it', () => {
  assert.equal(kindNames.size, 33);
  assert.equal(kindName(Kind.PEER_CONNECTED), 'peerConnected');
  assert.equal(kindNames.get('bootstrapSignaling'), Kind.BOOTSTRAP_SIGNALING);
});

test('an event is told in the words of pigeonctl', () => {
  const text = (name, value) => eventText({ body: { case: name, value } });
  const id = '0a1b2c3d'.padEnd(40, '0');
  const second = { seconds: 90n, nanos: 0 };
  assert.equal(text('peerConnected', { peerId: id, remoteAddress: '10.0.0.1', totalConnections: 5n }), '0a1b2c3d… from 10.0.0.1, 5 connected');
  assert.equal(
    text('peerDisconnected', { peerId: id, reason: Reason.TRANSPORT_LOST, closeCode: 1006, namespace: 'chat', connectedFor: second, totalConnections: 4n }),
    '0a1b2c3d… transport_lost 1006 in chat after 1m, 4 left');
  const pair = { peerId: id, otherPeerId: 'f'.repeat(40), namespace: 'chat', count: 1n, localCandidate: 0, remoteCandidate: 0, protocol: 0 };
  assert.equal(text('pairConnected', pair), '0a1b2c3d… and ffffffff… in chat');
  assert.equal(
    text('pairConnected', { ...pair, after: { seconds: 0n, nanos: 164_000_000 }, localCandidate: 1, protocol: 1 }),
    '0a1b2c3d… and ffffffff… in chat, after 164 ms, host to unknown over udp');
  assert.equal(text('pairFailed', { ...pair, lost: false }), '0a1b2c3d… and ffffffff… in chat, failed');
  assert.equal(
    text('pairFailed', { ...pair, lost: true, after: second, remoteCandidate: 99, count: 3n }),
    '0a1b2c3d… and ffffffff… in chat, lost after 90000 ms, 3 times');
  assert.equal(text('pairRetried', { ...pair, after: second, count: 2n }), '0a1b2c3d… and ffffffff… in chat after 1m, 2 times');
  assert.equal(text('peerRefused', { peerId: '', reason: Reason.TOKEN_MISSING, remoteAddress: '', count: 3n }), 'no id token_missing, from –, 3 times');
  assert.equal(
    text('limitHit', { reason: Reason.RATE_LIMIT, count: 1n, ended: false, addresses: [{ address: '10.0.0.9', count: 1n }], namespaces: [], peers: [] }),
    'rate_limit, 1 time, from 10.0.0.9 1');
  assert.equal(
    text('audit', { principal: 'ada', method: 'pigeonhub.v1.AccessService/Ban', object: id, hubId: '', outcome: 'OK' }), 'ada Ban 0a1b2c3d… OK');
  assert.equal(text('stopped', {}), '');
});

test('a name that turns the text around it, or hides in it, is shown as it is', () => {
  const text = (namespace) => eventText({ body: { case: 'namespaceCreated', value: { namespace, count: 1n } } });
  assert.equal(text('chat\u202etahc'), 'chat\\u202etahc');
  assert.equal(text('ch\u200bat\ufeff\n'), 'ch\\u200bat\\ufeff\\u000a');
  assert.equal(text('ünï 🕊 שלום'), 'ünï 🕊 שלום');
});
