// SPDX-License-Identifier: Apache-2.0
//
// The first minute: a hub with --dev, its page /demo, and a second tab.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Chromium, findChromium } from './support/chromium.mjs';
import { chat, DemoPage } from './support/demo_page.mjs';
import { beyondTheReference, Hub } from './support/hub.mjs';
import { assertUsable } from './support/usable.mjs';
import { until } from './support/wait.mjs';

if (!findChromium()) {
  console.log('SKIPPED: there is no chromium on this machine; apt-get install chromium');
  process.exit(77); // CTest's SKIP_RETURN_CODE.
}

const ALL_LAMPS = ['hub', 'found', 'offer', 'answer', 'candidates', 'channel'];
const RECONNECT_MS = 60_000;

let chromium;
let hub;

before(async () => (chromium = await Chromium.start()));
afterEach(async () => {
  await chromium?.clear();
  await hub?.kill();
});
after(() => chromium?.stop());

const pageOf = (tab) => new DemoPage((ask, given) => tab.evaluate(ask, given));
const startHub = (options) => Hub.start({ flags: ['--dev'], ...options });

async function visitDemo() {
  const tab = await chromium.visit(`http://127.0.0.1:${hub.port}/demo`);
  const page = pageOf(tab);
  await until('the page has its hub', async () => (await page.lamps()).includes('hub'));
  return [tab, page];
}

// As a visitor does.
const openSecondTab = async (tab) => pageOf(await chromium.follow(tab, '.invite a'));

test('a visitor of the demo is told that he is alone, and chats with a second tab', beyondTheReference, async () => {
  hub = await startHub();
  const [tab, page] = await visitDemo();
  await page.shows('You are alone.');
  assert.match(new URL(tab.url()).search, /^\?room=[a-z]+-[a-z]+-\d\d$/);

  const second = await openSecondTab(tab);
  await chat(page, second, 'hello');
  for (const one of [page, second]) {
    await until('all six lamps are lit', async () => (await one.lamps()).length === ALL_LAMPS.length);
    assert.deepEqual(await one.lamps(), ALL_LAMPS);
    await until('the page says how its words go', async () => (await one.steps()).some((step) => /direct, UDP: (host|prflx) ⇄ (host|prflx)/.test(step)));
    assert.match((await one.steps())[0], /^0 ms . ?page ready$/);
  }
  assert.deepEqual(chromium.strayRequests, []);
});

test('the chat goes on while the hub is away, and a newcomer joins when it is back', beyondTheReference, async () => {
  hub = await startHub();
  const [tab, page] = await visitDemo();
  const second = await openSecondTab(tab);
  await chat(page, second, 'with a hub');

  await hub.kill();
  await page.shows('The hub is away, and the chat goes on');
  await chat(page, second, 'without a hub');

  hub = await startHub({ port: hub.port });
  for (const one of [page, second]) {
    await until('the page is back at its hub', async () => (await one.lamps()).includes('hub'), RECONNECT_MS);
  }
  await chat(page, second, 'with the next hub');
  const third = await openSecondTab(tab);
  await chat(page, third, 'and a third');
});

test('a page that is not painted yet misses nothing of what its mesh does', beyondTheReference, async () => {
  hub = await startHub();
  const tab = await chromium.newTab();
  // As in a tab behind another one.
  await tab.addInitScript(() => {
    const { setTimeout } = window;
    window.requestAnimationFrame = () => 0;
    window.setTimeout = (then, ms, ...given) => setTimeout(then, ms < 200 ? 2_000 : ms, ...given);
  });
  await tab.goto(`http://127.0.0.1:${hub.port}/demo`);
  await until('the page has its hub', async () => (await pageOf(tab).lamps()).includes('hub'));
});

test('the demo is usable by everybody, in light and dark and on a small screen', beyondTheReference, async () => {
  hub = await startHub();
  const [tab, page] = await visitDemo();
  await assertUsable(tab, 'alone');
  await chat(page, await openSecondTab(tab), 'hello');
  await assertUsable(tab, 'with another');
});

// By the clock of the page, so that a machine which is slow to open tabs does not count.
test('two pages have a channel within 3 s of the load of the second', beyondTheReference, async (t) => {
  hub = await startHub();
  const took = [];
  for (let i = 0; i < 3; ++i) {
    const [tab, page] = await visitDemo();
    const second = await openSecondTab(tab);
    await chat(page, second, 'quick');
    took.push(parseInt((await second.steps()).find((step) => step.includes('data channel')), 10));
    await chromium.clear();
  }
  t.diagnostic(`from the load to the channel: ${took.join(', ')} ms`);
  assert.ok(Math.min(...took) <= 3000, `the best of ${took}`);
});

test('the reports of the pages tell the hub that their pair connected, and how', beyondTheReference, async () => {
  hub = await startHub();
  const [tab, page] = await visitDemo();
  const second = await openSecondTab(tab);
  await chat(page, second, 'hello');
  await until('the hub counts the pair', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${hub.metricsPort}/metrics`)).text();
    return /^pigeonhub_handshakes_total\{stage="connected"\} 1$/m.test(metrics);
  });
});

test('a page of another origin gets the client from the hub, and meets by it', beyondTheReference, async () => {
  hub = await startHub();
  const tabs = [];
  for (let i = 0; i < 2; ++i) {
    tabs.push(
      await chromium.open(`<!doctype html><title>Mine</title>
        <script src="http://127.0.0.1:${hub.port}/client.js"></script>
        <script src="http://127.0.0.1:${hub.port}/client.js"></script>
        <script>
          heard = [];
          mesh = PigeonHub.join({ room: 'mine' });
          again = PigeonHub.attach(mesh);
          mesh.on('peerConnected', () => mesh.sendMessage('hello'));
          mesh.on('messageReceived', ({ from, content }) => from !== mesh.peerId && heard.push(content));
        </script>`),
    );
  }
  for (const tab of tabs) {
    await until('the page hears the other', () => tab.evaluate(() => heard.includes('hello')));
    assert.equal(await tab.evaluate(() => mesh === again), true);
  }
  assert.deepEqual(chromium.strayRequests, []);
});
