// SPDX-License-Identifier: Apache-2.0
//
// Who shows no token sees nothing; what else one sees and does hangs on the role.

import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { Chromium, ConsolePage, post, SCREENS, skipWithoutChromium, startHub } from '../support/console.mjs';
import { assertUsable } from '../support/usable.mjs';
import { newNetwork, WirePeer } from '../support/wire_peer.mjs';

skipWithoutChromium();

const VIEWER = 'a-token-of-a-dashboard';
const OPERATOR = 'a-token-of-an-operator';
const protos = new URL('../../../proto/pigeonhub/v1/', import.meta.url);
const LABEL = 'Token of the control API';

let folder;
let tokens;
let chromium;
let hub;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-'));
  tokens = join(folder, 'callers');
  writeFileSync(tokens, `screen viewer ${VIEWER}\nolga operator ${OPERATOR}\n`, { mode: 0o600 });
  hub = await startHub({ flags: ['--control-tokens', tokens] });
  chromium = await Chromium.start();
});

afterEach(() => chromium.clear());

after(async () => {
  await chromium?.stop();
  await hub?.kill();
  rmSync(folder, { recursive: true });
});

async function signedIn(token, screen, params) {
  const page = await ConsolePage.open(chromium, hub, screen, params);
  await page.fill(LABEL, token);
  await page.button('Sign in').click();
  await page.shows('Sign out');
  return page;
}

// Of the files that describe the API.
function methods() {
  return readdirSync(protos).flatMap((file) => {
    const text = readFileSync(new URL(file, protos), 'utf8');
    const service = /^service (\w+)/m.exec(text)?.[1];
    return [...text.matchAll(/^ {2}rpc (\w+)\(/gm)].map(([, method]) => `${service}/${method}`);
  });
}

test('without a token, or with a wrong one, no method answers', async () => {
  const all = methods();
  assert.ok(all.length > 40);
  const statuses = await Promise.all(all.flatMap((method) => [post(hub, method), post(hub, method, {}, 'a-token-of-no-one-at-all')]));
  // Streams are asked in envelopes; as something else they are not known at all.
  const streams = new Set(['ServerService/Drain', 'EventService/WatchEvents', 'TraceService/WatchHandshake']);
  for (const [place, { status }] of statuses.entries()) {
    const method = all[Math.floor(place / 2)];
    assert.ok(status === 401 || (streams.has(method) && status === 415), `${method}: ${status}`);
  }
});

test('a page without a token shows its form and nothing of the hub, on every screen', async () => {
  const asked = [];
  const page = await ConsolePage.open(chromium, hub);
  page.tab.on('request', (request) => asked.push(new URL(request.url()).pathname));
  for (const screen of SCREENS) {
    await page.go(screen);
    await page.tab.reload();
    await page.tab.getByLabel(LABEL, { exact: true }).waitFor();
    assert.equal(await page.tab.getByRole('navigation').count(), 0, screen);
  }
  assert.deepEqual(asked.filter((path) => path.startsWith('/pigeonhub.')), []);
});

test('the form is usable by everybody', async () => {
  const page = await ConsolePage.open(chromium, hub);
  await page.tab.getByLabel(LABEL, { exact: true }).waitFor();
  await assertUsable(page.tab, 'the form');
});

test('a bad token is told so, and the next one may be right', async () => {
  const page = await ConsolePage.open(chromium, hub);
  await page.fill(LABEL, 'a-token-of-no-one-at-all');
  await page.button('Sign in').click();
  const alert = page.tab.getByRole('alert');
  await alert.waitFor();
  assert.match(await alert.innerText(), /token/);
  assert.deepEqual(await page.tab.context().cookies(), []);
  await page.fill(LABEL, VIEWER);
  await page.button('Sign in').click();
  await page.shows('screen, viewer');
});

test('a viewer sees all and can change nothing', async () => {
  const network = newNetwork();
  const peer = await WirePeer.join(hub, network);
  const page = await signedIn(VIEWER, 'peers', { peer: peer.id });
  await page.shows(peer.id);
  for (const [screen, params] of [['peers', { peer: peer.id }], ['namespaces', { namespace: network }], ['access', {}], ['mesh', {}]]) {
    await page.go(screen, params);
    await page.shows('pigeonctl');
    assert.equal(await page.tab.getByRole('button', { name: '…' }).count(), 0, screen);
  }
  // Nor by a call of its own.
  const status = await page.tab.evaluate(async (id) => {
    const answer = await fetch('/pigeonhub.v1.PeerService/DisconnectPeer', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ peerId: id }),
    });
    return answer.status;
  }, peer.id);
  assert.equal(status, 403);
  await peer.leave();
});

test('an operator acts, by the name of the token', async () => {
  const peer = await WirePeer.join(hub, newNetwork());
  const page = await signedIn(OPERATOR, 'peers', { peer: peer.id });
  await page.shows('olga, operator');
  await (await page.consider('Disconnect')).make();
  await peer.closed();
  await page.go('events', { kinds: 'audit' });
  await page.shows(/olga/);
});

test('the cookie is for this page alone, and signing out takes it away', async () => {
  const page = await signedIn(VIEWER, 'overview');
  const [cookie] = await page.tab.context().cookies();
  assert.equal(cookie.httpOnly, true);
  assert.equal(cookie.sameSite, 'Strict');
  await page.tab.reload();
  await page.shows('Sign out');
  await page.button('Sign out').click();
  await page.tab.getByLabel(LABEL, { exact: true }).waitFor();
  assert.deepEqual(await page.tab.context().cookies(), []);
});

test('who signs out in one tab sees nothing in the others', async () => {
  const pages = [];
  for (const screen of ['overview', 'events', 'mesh']) {
    const page = await ConsolePage.open(chromium, hub, screen);
    if (pages.length === 0) {
      await page.fill(LABEL, VIEWER);
      await page.button('Sign in').click();
    }
    await page.shows('Sign out');
    pages.push(page);
  }
  await pages[0].button('Sign out').click();
  for (const page of pages) {
    await page.tab.getByLabel(LABEL, { exact: true }).waitFor();
    assert.equal(await page.tab.getByRole('navigation').count(), 0);
  }
});

test('a token that is taken away while somebody looks ends what they see, also what is live', async () => {
  const page = await signedIn(VIEWER, 'events', { kinds: 'audit' });
  await page.shows('live');
  try {
    writeFileSync(tokens, `olga operator ${OPERATOR}\n`);
    process.kill(hub.pid, 'SIGHUP');
    await page.tab.getByLabel(LABEL, { exact: true }).waitFor();
    // Another one leads on, to the same place.
    await page.fill(LABEL, OPERATOR);
    await page.button('Sign in').click();
    await page.shows('olga, operator');
    await page.shows('live');
    assert.equal(page.params.get('kinds'), 'audit');
  } finally {
    writeFileSync(tokens, `screen viewer ${VIEWER}\nolga operator ${OPERATOR}\n`);
    process.kill(hub.pid, 'SIGHUP');
  }
});

test('a form says that the hub does not answer', async () => {
  const page = await ConsolePage.open(chromium, hub);
  await page.tab.getByLabel(LABEL, { exact: true }).waitFor();
  await page.tab.context().setOffline(true);
  await page.fill(LABEL, VIEWER);
  await page.button('Sign in').click();
  await page.shows('the hub does not answer');
});
