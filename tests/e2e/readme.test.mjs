// SPDX-License-Identifier: Apache-2.0
//
// The page that README.md has its readers save, word by word, in two tabs of headless Chromium.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Chromium, findChromium } from './support/chromium.mjs';
import { Hub } from './support/hub.mjs';
import { until } from './support/wait.mjs';

if (!findChromium()) {
  console.log('SKIPPED: there is no chromium on this machine; apt-get install chromium');
  process.exit(77); // CTest's SKIP_RETURN_CODE.
}

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

let chromium;
let hub;

before(async () => {
  chromium = await Chromium.start();
  hub = await Hub.start();
});
after(async () => {
  await chromium?.stop();
  await hub?.kill();
});

test("two tabs of README.md's page meet and say hello", async () => {
  const [[, page], ...others] = readme.matchAll(/^```html\n([^]*?)^```$/gm);
  assert.deepEqual(others, [], 'README.md has one page');
  assert.ok(page.includes("'ws://localhost:3000'"), 'it connects to the hub of ./dev run');
  const here = page.replace('ws://localhost:3000', hub.url);

  const tabs = [];
  for (let count = 0; count < 2; ++count) {
    const tab = await chromium.open(here);
    tabs.push(tab);
    await until('the page is at the hub', async () => (await tab.textContent('#log')).includes('at the hub\n'));
  }
  for (const tab of tabs) {
    await until('a tab meets the other one and hears it', async () =>
      /^met ([0-9a-f]{40})$[^]*^\1: hello$/m.test(await tab.textContent('#log')),
    );
  }
  assert.deepEqual(chromium.strayRequests, []);
});

test('README.md names the version of PeerPigeon that the tests run', () => {
  const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url)));
  assert.ok(readme.includes(` peerpigeon@${dependencies.peerpigeon}\n`));
});
