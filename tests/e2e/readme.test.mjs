// SPDX-License-Identifier: Apache-2.0
//
// The page that README.md has its readers save, word by word, in two tabs of headless Chromium, and what it says of PeerPigeon.

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
  hub = await Hub.start({ flags: ['--dev'] });
});
after(async () => {
  await chromium?.stop();
  await hub?.kill();
});

test("two tabs of README.md's page meet, and what is typed in one appears in the other, also without the hub", async () => {
  const [[, page], ...others] = readme.matchAll(/^```html\n([^]*?)^```$/gm);
  assert.deepEqual(others, [], 'README.md has one page');
  assert.equal(page.trimEnd().split('\n').length, 10);
  const address = 'http://localhost:3000/';
  assert.ok(page.includes(`src="${address}client.js"`), 'it loads the script from the hub of ./dev run --dev');
  const here = page.replace(address, `http://127.0.0.1:${hub.port}/`);

  const tabs = [];
  for (let count = 0; count < 2; ++count) tabs.push(await chromium.open(here));
  const ids = [];
  for (const tab of tabs) {
    ids.unshift(
      await until('a tab meets the other one', async () => (await tab.textContent('#log')).match(/^met ([0-9a-f]{40})$/m)?.[1]),
    );
  }
  assert.notEqual(ids[0], ids[1]);

  await say(tabs[0], 'hello');
  for (const tab of tabs) await until('both tabs show it', async () => (await tab.textContent('#log')).includes(`\n${ids[0]}: hello\n`));
  await hub.kill();
  await say(tabs[1], 'still here');
  await until('the other tab hears it without a hub', async () => (await tabs[0].textContent('#log')).includes(`\n${ids[1]}: still here\n`));
  for (const tab of tabs) assert.equal((await tab.textContent('#log')).split('hello').length, 2, 'each shows it once');
  assert.deepEqual(chromium.strayRequests, []);
});

// As a reader would: types it, and ends with Enter.
async function say(tab, words) {
  await tab.fill('#say', words);
  await tab.press('#say', 'Enter');
}

test('README.md names the version of PeerPigeon that is in client.js, and that the other tests run', () => {
  const version = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url))).dependencies.peerpigeon;
  assert.equal(version('../../console/package.json'), version('package.json'));
  assert.ok(readme.includes(` PeerPigeon ${version('package.json')} `));
});
