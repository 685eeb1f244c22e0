// SPDX-License-Identifier: Apache-2.0
//
// What no browser sends, at the console port: it gets one answer or none, the connection ends, and
// nobody else notices.

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { gzipSync } from 'node:zlib';

import { RawConnection, startWithConsole, written } from '../support/console_port.mjs';
import { counted } from '../support/figures.mjs';
import { exchangeOffers } from '../support/mesh.mjs';
import { until } from '../support/wait.mjs';
import { WirePeer } from '../support/wire_peer.mjs';

const STATS = '/pigeonhub.v1.ServerService/GetStats';
const WATCH = '/pigeonhub.v1.EventService/WatchEvents';
const CALL = `POST ${STATS}`;
const JSON_TYPE = { 'Content-Type': 'application/json' };
const CHUNKED = { 'Transfer-Encoding': 'chunked' };
const CLOSE = { ...JSON_TYPE, Connection: 'close' };

let hub;
let pair;
before(async () => {
  hub = await startWithConsole();
  pair = [await WirePeer.join(hub, 'room'), await WirePeer.join(hub, 'room')];
});
afterEach(async () => {
  await exchangeOffers(...pair, 'room');
  const { hubId } = await (await honest()).json();
  assert.match(hubId, /^[0-9a-f]{40}$/);
});
after(() => hub?.kill());

const honest = () =>
  fetch(`${hub.console}${STATS}`, {
    method: 'POST',
    headers: { ...JSON_TYPE, Connection: 'close' },
    body: '{}',
    signal: AbortSignal.timeout(10_000),
  });

const refusals = (reason) => counted(hub, `pigeonhub_console_refused_total{reason="${reason}"}`);
const answersIn = (text) => text.match(/HTTP\/1\.[01] \d{3}/g)?.map((head) => Number(head.slice(9))) ?? [];

// A second request that stands in what is the body to somebody else.
const SMUGGLED = written('GET /session');
const CUT = { 'Content-Length': 3, Connection: 'close' };
const GET_STATS = `GET ${STATS}?connect=v1`;
const NO_TEXT = '{"hubId":"\xff\xfe"}'; // As bytes it is no UTF-8.
const HEADERS = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`X-${i}`, i]));

// [what, bytes, the statuses of the answers]: the hub ends the connection by itself after them.
const REFUSED = [
  ['HTTP/0.9', 'GET /\r\n\r\n', [400]],
  ['the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', [400]],
  ['HTTP/3.0', 'GET / HTTP/3.0\r\nHost: localhost\r\n\r\n', [400]],
  ['the hello of TLS', Buffer.from('160301020001000100fc0303'.padEnd(600, '0'), 'hex'), [400]],
  ['random bytes', Buffer.concat([Buffer.from([0xff]), randomBytes(3000)]), [400]],
  ['bytes of NUL', Buffer.alloc(4000), [400]],
  ['a NUL in the target', 'GET /\0 HTTP/1.1\r\nHost: localhost\r\n\r\n', [400]],
  ['a NUL in a header', written('GET /session', { 'X-A': 'a\0b' }), [400]],
  ['a NUL in a header name', written('GET /session', { 'X\0A': 'b' }), [400]],
  ['a space in a header name', written('GET /session', { 'X A': 'b' }), [400]],
  ['a space before the colon', written('GET /session', { 'Content-Length ': '5' }, 'abcde'), [400]],
  ['no colon', 'GET /session HTTP/1.1\r\nHost: localhost\r\nnonsense\r\n\r\n', [400]],
  ['line feeds alone', 'GET /session HTTP/1.1\nHost: localhost\n\n', [400]],
  ['a carriage return alone', 'GET /session HTTP/1.1\r\nHost: localhost\rX: y\r\n\r\n', [400]],
  ['no host', 'GET /session HTTP/1.1\r\nConnection: close\r\n\r\n', [403]],
  ['two hosts', written('GET /session', { Host: 'evil.example' }), [400]],
  ['a whole address as target', written('GET http://localhost/session', CLOSE), [400]],
  ['the target *', written('OPTIONS *', CLOSE), [400]],
  ['CONNECT', written('CONNECT localhost:80', CLOSE), [400]],
  ['a method that is none', written(`${'M'.repeat(40)} /session`, CLOSE), [405]],
  ['an unknown expectation', written(CALL, { ...JSON_TYPE, Expect: 'wonders', 'Content-Length': 2 }, '{}'), [417]],

  ['two lengths', written(CALL, { 'Content-Length': '5', 'content-length': '0' }, SMUGGLED), [400]],
  ['lengths that differ', written(CALL, { 'Content-Length': '2, 3' }, '{}}'), [400]],
  // Which RFC 9110 leaves open, as nobody can read it two ways.
  ['twice the same length', written(CALL, { ...CLOSE, 'Content-Length': '2', 'content-length': '2' }, '{}'), [200]],
  ['a length with a sign', written(CALL, { 'Content-Length': '+2' }, '{}'), [400]],
  ['a negative length', written(CALL, { 'Content-Length': '-2' }, '{}'), [400]],
  ['a length in hex', written(CALL, { 'Content-Length': '0x2' }, '{}'), [400]],
  ['a length of 2^64', written(CALL, { 'Content-Length': '18446744073709551616' }, '{}'), [400]],
  ['a length and chunks', written(CALL, { 'Content-Length': '5', ...CHUNKED }, `0\r\n\r\n${SMUGGLED}`), [400]],
  ['chunks and a length', written(CALL, { ...CHUNKED, 'Content-Length': '5' }, `0\r\n\r\n${SMUGGLED}`), [400]],
  ['chunks twice', written(CALL, { ...CHUNKED, 'transfer-encoding': 'chunked' }, `0\r\n\r\n${SMUGGLED}`), [400]],
  ['a framing that nobody knows', written(CALL, { 'Transfer-Encoding': 'xchunked' }, SMUGGLED), [400]],
  ['such a framing, and a length', written(CALL, { 'Transfer-Encoding': 'x', 'Content-Length': '2' }, `{}${SMUGGLED}`), [400]],
  ['chunks that are not last', written(CALL, { 'Transfer-Encoding': 'chunked, identity' }, SMUGGLED), [400]],
  ['a chunk size that is none', written(CALL, CHUNKED, 'zz\r\n{}\r\n0\r\n\r\n'), [400]],
  ['a chunk size of 2^68', written(CALL, CHUNKED, `${'f'.repeat(17)}\r\n{}`), [400]],
  ['a chunk with a sign', written(CALL, CHUNKED, '-2\r\n{}\r\n0\r\n\r\n'), [400]],
  ['a chunk that is longer than it says', written(CALL, CHUNKED, '2\r\n{}}}\r\n0\r\n\r\n'), [400]],

  ['a header of 1 MiB', written('GET /session', { 'X-Long': 'x'.repeat(1 << 20) }), [431]],
  ['10,000 headers', written('GET /session', HEADERS), [431]],
  ['a target of 20,000 bytes', written(`GET /${'x'.repeat(20_000)}`), [431]],
  ['a body of more than 4 MiB, by its length', written(CALL, { ...JSON_TYPE, 'Content-Length': 1 << 23 }, 'x'), [413]],
  ['a body of more than 4 MiB, in chunks', written(CALL, { ...JSON_TYPE, ...CHUNKED }, `500000\r\n${'x'.repeat(5 << 20)}\r\n`), [413]],
  ['a body of 2^62 bytes', written(CALL, { ...JSON_TYPE, 'Content-Length': '4611686018427387904' }, 'x'), [413]],
  ['a large body where none is taken', written('POST /session', { 'Content-Length': 20_000 }, 'x'), [413]],

  ['a target with a wrong escape', written('GET /%zz', CLOSE), [404]],
  ['a target that climbs', written('GET /../../etc/passwd', CLOSE), [404]],
  ['a target that climbs in escapes', written('GET /%2e%2e/%2e%2e/etc/passwd', CLOSE), [404]],
  ['a message with a wrong escape', written(`${GET_STATS}&encoding=json&message=%zz`, CLOSE), [400]],
  ['a message with a cut escape', written(`${GET_STATS}&encoding=json&message=%7`, CLOSE), [400]],
  ['a message of NUL', written(`${GET_STATS}&encoding=json&message=%00`, CLOSE), [400]],
  ['a message that is not base64', written(`${GET_STATS}&encoding=proto&base64=1&message=!!`, CLOSE), [400]],
  ['JSON that is cut', written(CALL, { ...CLOSE, 'Content-Length': 1 }, '{'), [400]],
  ['JSON 100,000 deep', written(CALL, { ...CLOSE, 'Content-Length': 100_000 }, '['.repeat(100_000)), [400]],
  ['JSON of bytes that are no text', written(CALL, { ...CLOSE, 'Content-Length': 14 }, NO_TEXT), [400]],
  ['protobuf that is none', written(CALL, { ...CLOSE, 'Content-Type': 'application/proto', 'Content-Length': 3 }, '\x0a\x7fx'), [400]],
  ['gzip that is none', written(CALL, { ...CLOSE, 'Content-Encoding': 'gzip', 'Content-Length': 3 }, 'abc'), [400]],
  ['an envelope that is cut', written(`POST ${WATCH}`, { 'Content-Type': 'application/connect+json', ...CUT }, '\0\0\0'), [200]],
];

test('what is no request, or not a good one, gets one answer, and the connection ends', async (t) => {
  for (const [what, bytes, statuses] of REFUSED) {
    await t.test(what, async () => {
      const raw = await RawConnection.open(hub);
      raw.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
      await raw.ended();
      assert.deepEqual(answersIn(raw.text), statuses, raw.text.slice(0, 300));
      assert.doesNotMatch(raw.text, /access-control-/i);
    });
  }
  assert.ok((await refusals('no_http')) > 20);
  assert.ok((await refusals('head')) >= 3);
  assert.ok((await refusals('body')) >= 4);
});

test('a gzip bomb is not unpacked', async () => {
  const bomb = gzipSync(Buffer.alloc(1 << 26, ' ')); // 64 MiB
  const answer = await fetch(`${hub.console}${STATS}`, {
    method: 'POST',
    headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
    body: bomb,
  });
  assert.equal(answer.status, 429);
  assert.match((await answer.json()).message, /larger than 4194304 bytes/);
});

test('headers without end are taken no further than 16 KiB', async () => {
  const before = await refusals('head');
  const raw = await RawConnection.open(hub);
  raw.socket.write('GET /session HTTP/1.1\r\nHost: localhost\r\n');
  let sent = 0;
  const more = () => {
    while (raw.socket.writable && raw.socket.write(`X-${sent}: ${'y'.repeat(1000)}\r\n`)) sent += 1000;
  };
  raw.socket.on('drain', more);
  more();
  // Who goes on and reads nothing may lose the answer with the connection.
  await raw.ended();
  assert.ok([[431], []].some((answers) => isDeepStrictEqual(answersIn(raw.text), answers)), raw.text);
  assert.equal((await refusals('head')) - before, 1);
  assert.ok(sent < 32e6, `${sent} bytes were taken`);
});

test('10,000 requests at once on one connection get 10,000 answers, in order', async () => {
  const raw = await RawConnection.open(hub);
  const count = 10_000;
  const one = (i) => written('GET /session', i === count ? { Connection: 'close' } : {});
  raw.socket.write(Array.from({ length: count }, (_, i) => one(i + 1)).join(''));
  await raw.ended();
  const statuses = answersIn(raw.text);
  assert.equal(statuses.length, count);
  assert.ok(statuses.every((status) => status === 200));
});

test('a request that comes byte by byte is a request', async () => {
  const raw = await RawConnection.open(hub);
  raw.socket.setNoDelay(true);
  for (const letter of written(CALL, { ...CLOSE, 'Content-Length': 2 }, '{}')) {
    await new Promise((resolve) => raw.socket.write(letter, resolve));
  }
  await raw.ended();
  assert.deepEqual(answersIn(raw.text), [200]);
});

test('afterwards no connection is left', async () => {
  // fetch keeps some, which end after 30 s without a request.
  await until('all are gone', async () => (await counted(hub, 'pigeonhub_console_connections')) === 0);
});
