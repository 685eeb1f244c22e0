// SPDX-License-Identifier: Apache-2.0
//
// Real PeerPigeon clients in two pages of headless Chromium, around a hub that comes and goes.

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { Balanced } from './support/balanced.mjs';
import { Chromium, findChromium } from './support/chromium.mjs';
import { beyondTheReference, Hub } from './support/hub.mjs';
import { LinkedPair } from './support/linked_pair.mjs';
import { member } from './support/mesh_client.mjs';
import {
  assertNobodyAskedAStunServer,
  exchange,
  meet,
  outliveTheirHub,
} from './support/scenario.mjs';
import { TokenMaker } from './support/token_maker.mjs';
import { until } from './support/wait.mjs';
import { refusal } from './support/wire_peer.mjs';

if (!findChromium()) {
  console.log('SKIPPED: there is no chromium on this machine; apt-get install chromium');
  process.exit(77); // CTest's SKIP_RETURN_CODE.
}

const tokens = new TokenMaker();
after(() => tokens.remove());

let chromium;
let hub;
let world;

before(async () => (chromium = await Chromium.start()));
afterEach(async () => {
  await chromium?.clear();
  await hub?.kill();
  await world?.killHubs();
});
after(() => chromium?.stop());

async function join(...letters) {
  const clients = [];
  for (const letter of letters) clients.push(await chromium.join(hub, member(letter)));
  await meet(...clients);
  return clients;
}

test('two pages keep their channel through the kill and restart of their hub', async () => {
  hub = await Hub.start();
  const [alice, bob] = await join('a', 'b');
  await exchange(alice, bob, 'hello');

  hub = await outliveTheirHub(hub, alice, bob);

  await assertNobodyAskedAStunServer(alice, bob);
  assert.deepEqual(chromium.strayRequests, []);
});

test(
  'a page that is closed says goodbye, which closes the other channel',
  beyondTheReference,
  async () => {
    hub = await Hub.start();
    const [alice, bob] = await join('a', 'b');

    await alice.closePage();
    await until('bob closes his channel', async () => !(await bob.hasChannelTo(alice)));
    await until('the hub knows one peer', async () => (await hub.health()).peers === 1);
  },
);

test('pages meet that show their token in the URL', beyondTheReference, async () => {
  hub = await Hub.start({ flags: ['--auth', 'required', '--token-key', tokens.keyFile] });
  const pages = [];
  for (const letter of ['a', 'b']) {
    const url = `${hub.url}/?token=${tokens.make({ sub: letter })}`;
    pages.push(await chromium.join({ url }, member(letter)));
  }
  await meet(...pages);
  await exchange(...pages, 'with a token in the URL');
});

test('pages meet whose token is in a cookie, and nobody without it', beyondTheReference, async () => {
  hub = await Hub.start({
    flags: [
      ...['--auth', 'required', '--token-key', tokens.keyFile, '--token-cookie', 'pass'],
      ...['--token-query', 'off', '--allow-origin', chromium.origin],
    ],
  });
  await chromium.setCookie('pass', tokens.make());
  const pages = await join('a', 'b');
  await exchange(...pages, 'with a cookie');
  assert.equal((await hub.health()).peers, 2);
  assert.match(await refusal(hub, { origin: chromium.origin }), /^401 .*token_missing/s);
});

async function assertNobodyWentAstray() {
  await assertNobodyAskedAStunServer(...world.clients);
  assert.deepEqual(chromium.strayRequests, []);
}

async function start(World) {
  world = new World();
  await world.start((at, options) => chromium.join(at, options));
  return world;
}

test('pages on two linked hubs keep their channel when either hub is killed', async () => {
  const pair = await start(LinkedPair);
  await pair.restart(1, (end) => end.kill());
  await pair.restart(0, (end) => end.kill());
  await assertNobodyWentAstray();
});

test('pages on two linked hubs keep their channel when either hub drains', async () => {
  const pair = await start(LinkedPair);
  await pair.restart(1, (end) => end.stop());
  await pair.restart(0, (end) => end.stop());
  await assertNobodyWentAstray();
});

test('pages on two linked hubs keep their channel when the line between the hubs flaps or is away', async () => {
  const pair = await start(LinkedPair);
  await pair.flap();
  await pair.part();
  await assertNobodyWentAstray();
});

test('a page whose address leads to another hub after its own died finds its mates again', async () => {
  const balanced = await start(Balanced);
  await balanced.moveToAnotherHub();
  await assertNobodyWentAstray();
});
