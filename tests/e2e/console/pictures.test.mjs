// SPDX-License-Identifier: Apache-2.0
//
// The pictures of the docs: PIGEONHUB_PICTURES=FOLDER has them taken, which takes minutes, as curves want some.

import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Chromium, ConsolePage, skipWithoutChromium, startRow } from '../support/console.mjs';
import { Crowd } from '../support/crowd.mjs';
import { chat, DemoPage } from '../support/demo_page.mjs';
import { Hub } from '../support/hub.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, refusal, WirePeer } from '../support/wire_peer.mjs';

const folder = process.env.PIGEONHUB_PICTURES;
const options = { skip: !folder && 'PIGEONHUB_PICTURES=FOLDER takes pictures' };
const CURVES_MS = 110_000;

skipWithoutChromium();

let chromium;
let hubs = [];
let crowd;
let traffic;

const take = (tab, name) => tab.screenshot({ path: join(folder, name) });

before(async () => {
  if (!folder) return;
  chromium = await Chromium.start();
  hubs = await startRow([['--region', 'eu-west'], ['--region', 'eu-west'], ['--region', 'us-east', '--bootstrap-hub', 'ws://127.0.0.1:9']]);
  crowd = new Crowd(hubs, { each: 667, networks: 40 });
  await crowd.met(120_000);
});

after(async () => {
  clearInterval(traffic);
  crowd?.leave();
  await chromium?.stop();
  await Promise.all(hubs.map((hub) => hub.kill()));
});

// Handshakes of pairs that come and go, and some who ask for what there is not.
async function meet(network) {
  const [one, other] = await Promise.all([hubs[0], hubs[1]].map((hub) => WirePeer.join(hub, network)));
  one.signal('offer', other, network, { sdp: 'v=0' });
  await other.take({ type: 'offer' });
  other.signal('answer', one, network, { sdp: 'v=0' });
  await one.take({ type: 'answer' });
  const report = { reason: 'connection_established', ms: 140, local: 'host', remote: 'srflx', protocol: 'udp', state: 'connected' };
  if (Math.random() < 0.9) one.signal('cleanup', other, network, report);
  await Promise.all([one.leave(), other.leave()]);
}

test('the console', options, async () => {
  crowd.talk();
  let busy = 0;
  traffic = setInterval(() => {
    const wanted = 3 + 2 * Math.sin(Date.now() / 9000);
    for (let i = 0; i < wanted && busy < 20; ++i) {
      ++busy;
      meet(newNetwork()).catch(() => {}).finally(() => --busy);
    }
    if (Math.random() < 0.15) refusal(hubs[0], { id: 'no-id' }).catch(() => {});
  }, 400);
  const page = await ConsolePage.open(chromium, hubs[0]);
  await page.tab.emulateMedia({ colorScheme: 'light' });
  const begin = Date.now();
  await until('there are curves', () => Date.now() - begin > CURVES_MS, 2 * CURVES_MS);
  await take(page.tab, 'console-overview.png');
  await page.tab.emulateMedia({ colorScheme: 'dark' });
  await take(page.tab, 'console-overview-dark.png');
  await page.tab.setViewportSize({ width: 400, height: 800 });
  await page.tab.emulateMedia({ colorScheme: 'light' });
  await page.shows('serving');
  await take(page.tab, 'console-phone.png');

  await page.tab.setViewportSize({ width: 1280, height: 800 });
  await page.go('mesh', { hub: hubs[1].id });
  await page.shows(/\d ms · [\d.,]+\/s/);
  await page.shows(hubs[1].id);
  await take(page.tab, 'console-mesh.png');

  const network = 'lobby';
  const [one, other] = await Promise.all([hubs[0], hubs[2]].map((hub) => WirePeer.join(hub, network)));
  await page.go('pair', { a: one.id, b: other.id });
  await page.shows(/tells; its clock[^]*tells; its clock/);
  one.signal('offer', other, network, { sdp: 'v=0' });
  await other.take({ type: 'offer' });
  for (let i = 0; i < 2; ++i) one.signal('ice-candidate', other, network, { candidate: `candidate:${i} 1 udp 2122260223 10.0.0.9 5000 typ ${['host', 'srflx'][i]}` });
  other.signal('answer', one, network, { sdp: 'v=0' });
  for (let i = 0; i < 2; ++i) other.signal('ice-candidate', one, network, { candidate: `candidate:${i} 1 udp 2122260223 10.0.0.7 5000 typ ${['host', 'srflx'][i]}` });
  await one.take({ type: 'answer' });
  one.signal('cleanup', other, network, { reason: 'connection_established', ms: 141, local: 'host', remote: 'srflx', protocol: 'udp', state: 'connected' });
  await page.shows('waits in a hub');
  await until('the pair connected', async () => (await page.tab.locator('.waterfall .kind').allTextContents()).some((kind) => /connected/.test(kind)), 10_000).catch(() => {});
  await until('it is explained', async () => !/no offer/.test(await page.words()), 10_000);
  await page.tab.locator('#trace').evaluate((heading) => heading.scrollIntoView());
  await take(page.tab, 'console-pair.png');
  for (const screen of ['peers', 'namespaces', 'events', 'access', 'configuration']) {
    for (const width of [1280, 400]) {
      await page.tab.setViewportSize({ width, height: 800 });
      await page.go(screen, { hub: '*' });
      await page.shows('pigeonctl');
      await until('it is filled', async () => !/asking|loading/.test(await page.words()));
      await take(page.tab, `look-${screen}-${width}.png`);
    }
  }
});

test('the demo', options, async () => {
  const hub = await Hub.start({ flags: ['--dev'] });
  hubs.push(hub);
  const tab = await chromium.visit(`http://127.0.0.1:${hub.port}/demo`);
  await tab.setViewportSize({ width: 1280, height: 800 });
  const pageOf = (one) => new DemoPage((ask, given) => one.evaluate(ask, given));
  const page = pageOf(tab);
  await page.shows('You are alone.');
  await chat(page, pageOf(await chromium.follow(tab, '.invite a')), 'hello');
  await tab.bringToFront();
  await take(tab, 'demo.png');
});
