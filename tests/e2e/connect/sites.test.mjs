// SPDX-License-Identifier: Apache-2.0
//
// What pages of other sites can make a browser ask for, and what they get; and the session that the
// console's own page has.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Callers, RawConnection, startWithConsole } from '../support/console_port.mjs';
import { counted } from '../support/figures.mjs';
import { within } from '../support/wait.mjs';

const STATS = '/pigeonhub.v1.ServerService/GetStats';
const LOG_LEVEL = '/pigeonhub.v1.ServerService/SetLogLevel';

const callers = new Callers();
let hub; // Where whoever is on the machine may call.
let guarded; // Where a token says who calls.
before(async () => {
  hub = await startWithConsole();
  guarded = await startWithConsole({ flags: callers.flags });
});
after(async () => {
  await hub?.kill();
  await guarded?.kill();
  callers.remove();
});

// As fetch(), but with the headers that only a browser sets.
async function ask(path, { of = hub, method = 'GET', headers = {}, body = '' } = {}) {
  const host = new URL(of.console).host;
  const all = { Host: host, Connection: 'close', ...headers };
  if (body) all['Content-Length'] = Buffer.byteLength(body);
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  const text = await within(path, RawConnection.ask(of, `${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`));
  const [head, ...rest] = text.split('\r\n\r\n');
  const pairs = head.split('\r\n').slice(1).map((line) => line.split(': '));
  return {
    status: Number(head.slice(9, 12)),
    headers: new Map(pairs.map(([name, ...value]) => [name.toLowerCase(), value.join(': ')])),
    body: rest.join('\r\n\r\n'),
  };
}

const json = { 'Content-Type': 'application/json' };
const call = (headers, options = {}) =>
  ask(STATS, { method: 'POST', headers: { ...json, ...headers }, body: '{}', ...options });
const own = (of = hub) => new URL(of.console).origin;

const FOREIGN = [
  { Origin: 'https://evil.example' },
  { Origin: 'http://localhost:3000' },
  { Origin: 'http://127.0.0.1' },
  { Origin: 'null' },
  { Origin: 'file://' },
  { 'Sec-Fetch-Site': 'cross-site' },
  { 'Sec-Fetch-Site': 'same-site' },
];

test('a page of another site gets no answer of the API, and no header that would let it read one', async () => {
  const before = await counted(hub, 'pigeonhub_console_refused_total{reason="cross_site"}');
  for (const headers of FOREIGN) {
    const what = JSON.stringify(headers);
    const asked = [
      await call(headers),
      await ask(`${STATS}?connect=v1&encoding=json&message={}`, { headers }),
      await ask('/session', { headers }),
      await ask('/session', { method: 'DELETE', headers }),
      await ask('/session', { method: 'POST', headers, body: '{"token":"x"}' }),
      await ask(STATS, { method: 'OPTIONS', headers: { ...headers, 'Access-Control-Request-Method': 'POST' } }),
      // What a form can send without being asked for leave first.
      await ask(LOG_LEVEL, { method: 'POST', headers: { ...headers, 'Content-Type': 'text/plain' }, body: '{"level":"LOG_LEVEL_OFF"}' }),
    ];
    for (const { status, headers: said } of asked) {
      assert.equal(status, 403, what);
      assert.ok(![...said.keys()].some((name) => name.startsWith('access-control-')), what);
    }
  }
  const refused = (await counted(hub, 'pigeonhub_console_refused_total{reason="cross_site"}')) - before;
  assert.equal(refused, FOREIGN.length * 7);
});

test('what is no JSON by its type changes nothing, so no form can', async () => {
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
    const headers = type ? { 'Content-Type': type } : {};
    const { status, headers: said } = await ask(LOG_LEVEL, { method: 'POST', headers, body: '{"level":"LOG_LEVEL_DEBUG"}' });
    assert.equal(status, 415, type);
    assert.match(said.get('accept-post'), /application\/json/);
  }
});

test('the own page is answered, and programs that are no browsers', async () => {
  for (const headers of [{}, { Origin: own() }, { 'Sec-Fetch-Site': 'same-origin' }, { 'Sec-Fetch-Site': 'none' }]) {
    const { status, headers: said } = await call(headers);
    assert.equal(status, 200, JSON.stringify(headers));
    assert.equal(said.get('access-control-allow-origin'), undefined);
    assert.equal(said.get('cache-control'), 'no-store');
    assert.equal(said.get('x-content-type-options'), 'nosniff');
  }
});

test('a name of somebody else that leads to this machine is refused', async () => {
  const { port } = new URL(hub.console);
  for (const host of ['evil.example', `evil.example:${port}`, `localhost.evil.example:${port}`, `127.0.0.1.nip.io:${port}`, '']) {
    for (const path of ['/', '/session', `${STATS}?connect=v1&encoding=json&message={}`]) {
      const { status } = await ask(path, { headers: { Host: host, Origin: `http://${host}` } });
      assert.equal(status, 403, `${host} ${path}`);
    }
  }
  for (const host of [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]) {
    assert.equal((await ask('/session', { headers: { Host: host } })).status, 200, host);
  }
});

test('GET changes nothing: of methods that change it is refused', async () => {
  const { status, headers } = await ask(`${LOG_LEVEL}?connect=v1&encoding=json&message={"level":"LOG_LEVEL_OFF"}`.replaceAll('"', '%22'));
  assert.equal(status, 405);
  assert.equal(headers.get('allow'), 'POST');
  for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'HEAD']) {
    assert.equal((await ask(LOG_LEVEL, { method, headers: json })).status, 405, method);
  }
  const answer = await ask('/pigeonhub.v1.ServerService/SetLogLevel', {
    method: 'POST',
    headers: json,
    body: '{"level":"LOG_LEVEL_INFO"}',
  });
  assert.equal(JSON.parse(answer.body).previous, 'LOG_LEVEL_INFO', 'what was asked before was not done');
});

test('a session is a cookie that no script reads and no other site sends', async () => {
  const signIn = (token, headers = {}) =>
    ask('/session', { of: guarded, method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ token }) });
  assert.equal((await ask('/session', { of: guarded })).status, 401);
  const wrong = await signIn('a-token-of-nobody-0123');
  assert.equal(wrong.status, 401);
  assert.equal(wrong.headers.get('set-cookie'), undefined);
  assert.equal((await signIn('')).status, 400);

  const right = await signIn(Callers.TOKENS.vera, { Origin: own(guarded) });
  assert.equal(right.status, 204);
  const [cookie, ...flags] = right.headers.get('set-cookie').split('; ');
  assert.deepEqual(flags.sort(), ['HttpOnly', 'Path=/', 'SameSite=Strict']);
  assert.doesNotMatch(right.body, /token/);

  const session = JSON.parse((await ask('/session', { of: guarded, headers: { Cookie: cookie } })).body);
  assert.deepEqual([session.name, session.role, session.signedIn], ['vera', 'viewer', true]);
  assert.equal((await call({ Cookie: `a=b; ${cookie}; c=d` }, { of: guarded })).status, 200);
  assert.equal((await call({ Cookie: cookie, Origin: 'https://evil.example' }, { of: guarded })).status, 403);
  assert.equal((await call({ Cookie: `${cookie}x` }, { of: guarded })).status, 401);
  // The role of a cookie is that of its token.
  const change = await ask(LOG_LEVEL, {
    of: guarded,
    method: 'POST',
    headers: { ...json, Cookie: cookie },
    body: '{"level":"LOG_LEVEL_DEBUG"}',
  });
  assert.equal(change.status, 403);
  assert.equal(JSON.parse(change.body).code, 'permission_denied');

  const out = await ask('/session', { of: guarded, method: 'DELETE', headers: { Cookie: cookie } });
  assert.equal(out.status, 204);
  assert.match(out.headers.get('set-cookie'), /^pigeonhub_token=; .*Max-Age=0/);
});

test('the page may be in no frame, and loads nothing from elsewhere', async (t) => {
  const { status, headers } = await ask('/');
  assert.equal(status, 200);
  if (!headers.get('etag')) return t.skip('this hub has no console');
  const policy = headers.get('content-security-policy');
  for (const part of ["default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]) {
    assert.ok(policy.includes(part), policy);
  }
  assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe|\*|https?:/);
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  const again = await ask('/', { headers: { 'If-None-Match': headers.get('etag') } });
  assert.equal(again.status, 304);
  assert.equal(again.body, '');
});
