// SPDX-License-Identifier: Apache-2.0
//
// The demo in Firefox.

import { after, afterEach, before, test } from 'node:test';

import { chat, DemoPage } from './support/demo_page.mjs';
import { Firefox, findFirefox } from './support/firefox.mjs';
import { beyondTheReference, Hub } from './support/hub.mjs';
import { until } from './support/wait.mjs';

if (!findFirefox()) {
  console.log('SKIPPED: there is no firefox on this machine; apt-get install firefox-esr');
  process.exit(77); // CTest's SKIP_RETURN_CODE.
}

let firefox;
let hub;

before(async () => (firefox = await Firefox.start()));
afterEach(async () => {
  await firefox?.clear();
  await hub?.kill();
});
after(() => firefox?.stop());

test('two tabs of Firefox chat on the demo, and go on without a hub', beyondTheReference, async () => {
  hub = await Hub.start({ flags: ['--dev'] });
  const tab = await firefox.visit(`http://127.0.0.1:${hub.port}/demo`);
  await until('the room is in the address', () => tab.url().includes('?room='));
  const pages = [tab, await firefox.visit(tab.url())].map((one) => new DemoPage((ask, given) => one.evaluate(ask, given)));
  await chat(...pages, 'hello');
  for (const page of pages) {
    await until('the page says how its words go', async () => (await page.steps()).some((step) => /direct, UDP/.test(step)));
  }
  await hub.kill();
  await pages[0].shows('The hub is away, and the chat goes on');
  await chat(...pages, 'without a hub');
});
