// SPDX-License-Identifier: Apache-2.0
//
// The console is usable by everybody: each screen, and what opens on it, in light and dark and on a small screen.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Chromium, ConsolePage, SCREENS, skipWithoutChromium, startRow } from '../support/console.mjs';
import { until } from '../support/wait.mjs';
import { assertUsable } from '../support/usable.mjs';
import { newNetwork, WirePeer } from '../support/wire_peer.mjs';

skipWithoutChromium();

let chromium;
let hubs;
let network;
let peers;

before(async () => {
  chromium = await Chromium.start();
  hubs = await startRow([['--region', 'eu'], ['--region', 'eu'], ['--region', 'us']]);
  network = newNetwork();
  peers = [];
  for (let i = 0; i < 12; ++i) peers.push(await WirePeer.join(hubs[i % 3], network, { name: `peer ${i}` }));
});

afterEach(() => chromium.clear());

after(async () => {
  await chromium?.stop();
  await Promise.all((hubs ?? []).map((hub) => hub.kill()));
});

async function check(state, screen, params, open = async () => {}) {
  const page = await ConsolePage.open(chromium, hubs[0], screen, params);
  await page.shows('pigeonctl');
  await open(page);
  await assertUsable(page.tab, state);
  assert.deepEqual(page.complaints, [], state);
  await page.tab.close();
}

for (const screen of SCREENS) test(`the screen ${screen}`, () => check(screen, screen, {}));

test('a hub of the map', () => check('a hub', 'mesh', { hub: hubs[1].id }, (page) => page.shows(hubs[1].id)));

test('a pair with its handshake', () =>
  check('a pair', 'pair', { a: peers[0].id, b: peers[1].id }, async (page) => {
    // Handshakes of before the page watches are not drawn, so the two try again until it does.
    await until('the handshake is drawn', async () => {
      peers[0].signal('offer', peers[1], network, { sdp: 'v=0' });
      peers[1].signal('answer', peers[0], network, { sdp: 'v=0' });
      return /waits in a hub/.test(await page.words());
    });
    await page.tab.getByText('As a table').click();
  }));

test('a peer, of all hubs', () => check('a peer', 'peers', { hub: '*', peer: peers[0].id }, (page) => page.shows('Its events, the newest first')));

test('a namespace', () => check('a namespace', 'namespaces', { namespace: network }, (page) => page.shows('What holds there')));

test('an event', () =>
  check('an event', 'events', {}, async (page) => {
    await page.tab.locator('tbody tr a').first().click();
    await page.tab.getByLabel('The whole event').waitFor();
  }));

test('a change', () =>
  check('a change', 'access', {}, async (page) => {
    await page.consider('Ban', { Whom: 'peerId', 'Peer id': peers[0].id });
  }));

test('all settings of all hubs', () => check('settings', 'configuration', { hub: '*', defaults: 'yes' }));
