// SPDX-License-Identifier: Apache-2.0
//
// /client.js in pages that do something wrong, or are where the hub is.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';

import { Chromium, findChromium } from './support/chromium.mjs';
import { beyondTheReference, Hub } from './support/hub.mjs';
import { until } from './support/wait.mjs';

if (!findChromium()) {
  console.log('SKIPPED: there is no chromium on this machine; apt-get install chromium');
  process.exit(77); // CTest's SKIP_RETURN_CODE.
}

// A folder `site` of console/build.mjs, as support/console.mjs has it.
const site = process.env.PIGEONHUB_CONSOLE_SITE;

let chromium;
let hub;
let folder;

before(async () => {
  chromium = await Chromium.start();
  folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-'));
});
afterEach(async () => {
  await chromium?.clear();
  await hub?.kill();
});
after(async () => {
  await chromium?.stop();
  rmSync(folder, { recursive: true });
});

// A page of the hub's own address, with the script in it. It hears what its meshes say.
async function visitHub() {
  const tab = await chromium.newTab();
  if (site) await tab.route('**/client.js', async (route) => route.fulfill({ response: await route.fetch(), body: await readFile(join(site, 'peers/client.js')) }));
  await tab.goto(`http://127.0.0.1:${hub.port}/health`);
  await tab.addScriptTag({ url: '/client.js' });
  await tab.evaluate(() => {
    window.heard = [];
    window.enter = (options) => {
      window.mesh = PigeonHub.join(options);
      mesh.on('statusChanged', (status) => heard.push(status));
    };
  });
  return tab;
}

const heard = (tab, type) => tab.evaluate((wanted) => heard.filter((status) => status.type === wanted), type);

test('a page whose room is refused hears why', beyondTheReference, async () => {
  hub = await Hub.start({ flags: ['--client-js'] });
  const tab = await visitHub();
  await tab.evaluate(() => enter({ room: 'x'.repeat(2000) }));
  const refusal = await until('it hears', async () => (await heard(tab, 'error'))[0]);
  assert.equal(refusal.reason, 'namespace_name_invalid');
  assert.match(refusal.message, /^Announce refused: networkName must be 1 to 1024 bytes/);
});

test('a page that leaves before it has a token does not come', beyondTheReference, async () => {
  hub = await Hub.start({ flags: ['--client-js'] });
  const tab = await visitHub();
  await tab.evaluate(async () => {
    let give;
    enter({ room: 'a', token: () => new Promise((resolve) => (give = resolve)) });
    while (!give) await new Promise((resolve) => mesh.on('statusChanged', resolve) ?? setTimeout(resolve, 10));
    mesh.disconnect();
    give('t');
    // Another mesh of the same page shows that enough time has passed.
    window.other = PigeonHub.join({ room: 'b' });
    await new Promise((resolve) => other.on('statusChanged', ({ type }) => type === 'connected' && resolve()));
  });
  assert.deepEqual(await heard(tab, 'connecting'), []);
  assert.equal((await hub.health()).connections, 1);
});

// Browsers say the origin of a page to its own origin only when it posts.
test('a page of the hub gets credentials of TURN servers by --allow-origin same', beyondTheReference, async () => {
  const secret = join(folder, 'turn.secret');
  writeFileSync(secret, 'hush\n', { mode: 0o600 });
  hub = await Hub.start({
    flags: ['--client-js', '--ice-url', 'turn:127.0.0.1:9', '--turn-secret', secret, '--allow-origin', 'same'],
  });
  const tab = await visitHub();
  const answer = tab.waitForResponse((response) => new URL(response.url()).pathname === '/ice');
  await tab.evaluate(() => enter({ room: 'a' }));
  assert.equal((await answer).status(), 200);
  assert.match((await (await answer).json()).iceServers[0].username, /^\d+:[0-9a-f]{40}$/);
});
