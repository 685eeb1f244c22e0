// SPDX-License-Identifier: Apache-2.0
//
// A page outlives its hub: it says that nobody answers, goes on by itself, and says what it missed.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Chromium, ConsolePage, skipWithoutChromium, startHub } from '../support/console.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, WirePeer } from '../support/wire_peer.mjs';

skipWithoutChromium();

let chromium;
let hub;

before(async () => (chromium = await Chromium.start()));
afterEach(async () => {
  await chromium.clear();
  await hub?.kill();
});
after(() => chromium?.stop());

// Kills the hub and starts it at the same addresses, with something between.
async function restart(whileAway = async () => {}) {
  const { port, console } = hub;
  await hub.kill();
  await whileAway();
  hub = await startHub({ port, console: new URL(console).host });
}

test('a list goes on after a restart, and says that events are missing', async () => {
  hub = await startHub();
  const page = await ConsolePage.open(chromium, hub, 'events');
  await page.shows('live');
  await restart(() => page.shows('resuming'));
  await page.shows('live');
  await page.shows('the hub was started anew');
  const peer = await WirePeer.join(hub, newNetwork());
  await until('what happens is shown', async () => (await page.rows('Events, the newest first')).some((row) => row.join(' ').includes(peer.id.slice(0, 8))));
  await page.button('Seen').click();
  await until('the gap is seen', async () => !/started anew/.test(await page.tab.locator('.stream').innerText()));
  await page.shows('▲ gap'); // It stays in its place among the events.
});

test('the peers of a page are those of the hub that came back', async () => {
  hub = await startHub();
  const network = newNetwork();
  await WirePeer.join(hub, network);
  const page = await ConsolePage.open(chromium, hub, 'peers');
  await page.shows('1 peer');
  await restart();
  await page.shows('no peer is connected');
  const peer = await WirePeer.join(hub, network);
  await until('it is shown', async () => (await page.rows('Peers'))[0]?.[0] === peer.id.slice(0, 8));
});

test('the overview says that nobody answers, and goes on', async () => {
  hub = await startHub();
  const page = await ConsolePage.open(chromium, hub);
  await page.shows('serving');
  await restart(() => page.shows('the hub does not answer'));
  await until('the page is well again', async () => {
    const words = await page.words();
    return /serving/.test(words) && !/does not answer/.test(words);
  });
  assert.equal((await page.figure('Peers'))[0], '0');
});

test('a page that is loaded again finds the hub that came back, and its filter', async () => {
  hub = await startHub();
  const page = await ConsolePage.open(chromium, hub, 'events', { kinds: 'peerConnected' });
  await page.shows('live');
  await restart();
  await page.tab.reload();
  await page.shows('live');
  assert.equal(page.params.get('kinds'), 'peerConnected');
});

test('a hub that stands still is told on each screen', async () => {
  hub = await startHub();
  const pages = [];
  for (const screen of ['overview', 'mesh', 'events', 'configuration']) {
    const page = await ConsolePage.open(chromium, hub, screen);
    await page.shows('pigeonctl');
    pages.push(page);
  }
  hub.freeze();
  for (const page of pages) await page.shows('the hub does not answer', 40_000);
  hub.thaw();
  for (const page of pages) await until('it is well again', async () => !/does not answer/.test(await page.words()), 40_000);
});

test('a dialog outlives its hub: it asks again, and the change is made once', async () => {
  hub = await startHub();
  const network = newNetwork();
  const peer = await WirePeer.join(hub, network);
  const page = await ConsolePage.open(chromium, hub, 'peers', { peer: peer.id });
  await page.consider('Ban', { For: '2h' });
  const dialog = page.tab.getByRole('dialog');
  await restart(async () => {
    await page.button('Ban', dialog).click();
    await until('it says so', async () => /the hub does not answer/.test(await dialog.innerText()));
  });
  await page.button('Ask again', dialog).click();
  await until('it is answered', async () => /If you go on:/.test(await dialog.innerText()));
  await page.button('Ban', dialog).click();
  await dialog.locator('.answer .good').waitFor();
});

// A browser has 6 connections to a hub, and each stream takes one.
test('ten tabs do not keep each other waiting', async () => {
  hub = await startHub();
  const pages = [];
  for (let i = 0; i < 10; ++i) {
    const page = await ConsolePage.open(chromium, hub, 'events');
    await page.shows('live', 20_000);
    // As a browser does with a tab that another one covers.
    await page.tab.evaluate(() => {
      window.setHidden = (hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      };
      setHidden(true);
    });
    pages.push(page);
  }
  const peer = await WirePeer.join(hub, newNetwork());
  await pages[0].tab.evaluate(() => setHidden(false));
  await until('what happened meanwhile is shown', async () => (await pages[0].words()).includes(peer.id.slice(0, 8)), 20_000);
  await pages[0].shows('live');
  assert.ok(!/missing/.test(await pages[0].words()));
});
