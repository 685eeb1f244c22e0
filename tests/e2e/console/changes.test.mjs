// SPDX-License-Identifier: Apache-2.0
//
// What an operator changes by the console: first it says what would happen, then it does it; and what the map shows of a hub that
// is cut off.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask, askAll, Chromium, ConsolePage, skipWithoutChromium, startRow } from '../support/console.mjs';
import { until } from '../support/wait.mjs';
import { newNetwork, refusal, WirePeer } from '../support/wire_peer.mjs';

skipWithoutChromium();

let chromium;
let hubs;
let page;

before(async () => {
  chromium = await Chromium.start();
  hubs = await startRow([[], [], ['--drain-timeout', '30s']]);
  page = await ConsolePage.open(chromium, hubs[0]);
});

after(async () => {
  await chromium?.stop();
  await Promise.all((hubs ?? []).map((hub) => hub.kill()));
});

test('a drain of another hub is started and taken back', async () => {
  const peers = await Promise.all([1, 2, 3].map(() => WirePeer.join(hubs[1], newNetwork())));
  await page.go('mesh', { hub: hubs[1].id });
  const drain = await page.consider('Drain', { 'Spread the closing': '600' });
  assert.match(drain.would, /newcomers are turned away, and \d+ connections would be closed/);
  assert.equal(drain.command, `pigeonctl server drain --over 600s --hub ${hubs[1].id}`);
  assert.equal((await ask(hubs[1], 'ServerService/GetStats')).servingState, 'SERVING_STATE_SERVING', 'nothing is done before');
  assert.match(await drain.make(), /draining|left/);
  await page.shows('draining');
  assert.match(await refusal(hubs[1]), /^503/);

  const undrain = await page.consider('Undrain');
  assert.match(undrain.would, /the drain would end, with \d+ connections? left/);
  assert.match(await undrain.make(), /newcomers are welcome again/);
  await (await WirePeer.join(hubs[1], newNetwork())).leave();
  await Promise.all(peers.map((peer) => peer.leave()));
});

test('an address is banned, which the hub says whom it hits, and let in again', async () => {
  const peer = await WirePeer.join(hubs[0], newNetwork());
  await page.go('access');
  const ban = await page.consider('Ban', { Whom: 'peerId', 'Peer id': peer.id, For: '2h', Reason: 'it is a test' });
  assert.match(ban.would, new RegExp(`1 peer of this hub would have to leave \\(${peer.id.slice(0, 8)}\\)`));
  assert.equal(ban.command, `pigeonctl bans add --peer ${peer.id} --for 2h --reason 'it is a test'`);
  assert.deepEqual((await ask(hubs[0], 'AccessService/ListBans')).bans, [], 'nothing is done before');
  assert.match(await ban.make(), /had to leave/);
  await peer.closed();
  await until('the ban is in the table', async () => (await page.rows('Bans, the newest first')).some((row) => row[0] === `peer ${peer.id}` && row[5] === 'it is a test'));

  const lift = await page.consider('Lift');
  assert.match(lift.would, /they may come back/);
  assert.equal(lift.command, `pigeonctl bans remove --peer ${peer.id}`);
  assert.match(await lift.make(), /lifted/);
  await page.shows('nobody is kept out');
  await (await WirePeer.join(hubs[0], newNetwork(), {}, { id: peer.id })).leave();
});

test('a policy says first whom it would evict', async () => {
  const network = newNetwork();
  const peers = await Promise.all([1, 2, 3].map(() => WirePeer.join(hubs[0], network)));
  await page.go('namespaces', { namespace: network });
  const aside = await page.consider('Change policy', { 'Members at this hub': '2' });
  assert.match(aside.would, /1 member \(.{8}; \w+\) stay/);
  await aside.cancel();
  const set = await page.consider('Change policy', { 'Members at this hub': '2', 'Apply it to members': true });
  assert.match(set.would, /1 member .* have to leave/);
  assert.equal(set.command, `pigeonctl namespaces policy set ${network} --max-peers 2 --evict`);
  await set.make();
  await until('one had to leave', () => peers.filter(({ socket }) => socket.readyState === 3).length === 1);
  await until('the table has the policy', async () => (await page.rows('Policies that are set')).some(([name, , policy]) => name === network && policy === 'max-peers 2'));

  const unset = await page.consider('Unset');
  await unset.make();
  await page.shows('hold everywhere');
  for (const peer of peers) peer.socket.close();
});

test('a change whose field is changed cannot be made before the hub was asked about that', async () => {
  await page.go('access');
  const { cancel } = await page.consider('Ban', { Whom: 'address', Address: '192.0.2.7', For: '2h' });
  const isOffered = await page.tab.evaluate(async () => {
    const dialog = document.querySelector('dialog');
    const field = [...dialog.querySelectorAll('label')].find((label) => label.innerText.startsWith('For')).control;
    field.value = '3h';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    // All that the page does by itself, before the next frame or answer can come.
    for (let i = 0; i < 20; ++i) await null;
    return !dialog.querySelector('.danger').disabled;
  });
  assert.equal(isOffered, false);
  await until('it is asked, and offered', () => page.button('Ban', page.tab.getByRole('dialog')).isEnabled());
  await cancel();
});

test('a peer is disconnected', async () => {
  const peer = await WirePeer.join(hubs[0], newNetwork());
  await page.go('peers', { peer: peer.id });
  const disconnect = await page.consider('Disconnect');
  assert.match(disconnect.would, /its connection is closed/);
  await disconnect.make();
  await peer.closed();
  await page.shows('Close code');
});

test('every change is an event with the name of who made it', async () => {
  const audits = (await askAll(hubs[0], 'EventService/ListEvents', 'events', { filter: { kinds: ['EVENT_KIND_AUDIT'] } })).map(({ audit }) => audit);
  for (const method of ['Drain', 'Undrain', 'Ban', 'Unban', 'SetNamespacePolicy', 'DisconnectPeer']) {
    assert.ok(audits.some((audit) => JSON.stringify(audit).includes(method)), method);
  }
  await page.go('events', { kinds: 'audit' });
  await until('they are shown', async () => (await page.rows('Events, the newest first')).length >= audits.length);
});

// The clock of the page goes on for less than the pause until it would ask by itself. It is that of all pages of a browser.
test('what is changed elsewhere is shown as soon as an event tells of it', async (t) => {
  const browser = await Chromium.start();
  t.after(() => browser.stop());
  const ids = ['1', '2'].map((digit) => digit.repeat(40));
  const watcher = await ConsolePage.open(browser, hubs[0], 'access');
  await watcher.shows('nobody is kept out');
  await watcher.tab.clock.install();
  await watcher.tab.reload();
  await watcher.shows('nobody is kept out');
  await watcher.tab.clock.pauseAt(await watcher.tab.evaluate(() => Date.now() + 5000));
  for (const peerId of ids) {
    await ask(hubs[0], 'AccessService/Ban', { target: { peerId }, duration: '60s' });
    let passed = 0;
    await until('the ban is shown', async () => {
      assert.ok(passed < 3000, 'it waited for its pause');
      await watcher.tab.clock.runFor(5);
      passed += 5;
      return (await watcher.words()).includes(peerId);
    });
    await ask(hubs[0], 'AccessService/Unban', { target: { peerId } });
  }
});

// The middle one: what is behind it is behind no way any more.
test('a hub that is closed out leaves an island, and none when it is let back in', async () => {
  await page.go('mesh', { hub: hubs[1].id });
  await page.shows('3 hubs, 2 links');
  const close = await page.consider('Quarantine');
  assert.match(close.would, /closed out here/);
  await close.make();
  await page.shows('in quarantine');
  await page.go('mesh');
  await page.shows(/\d island/);
  await page.go('mesh', { hub: hubs[1].id });
  await (await page.consider('Release')).make();
  await page.go('mesh');
  await page.shows('3 hubs, 2 links');
  await until('there is no island', async () => !/island/.test(await page.words()));
});

test('a link that is cut leaves an island', async () => {
  await page.go('mesh');
  await page.shows('3 hubs, 2 links');
  hubs[1].freeze();
  await page.shows('1 island');
  // The hub tells of it, so whoever looks later sees it, too.
  const later = await ConsolePage.open(chromium, hubs[0], 'mesh');
  await later.shows('1 island');
  await later.shows('3 hubs, 1 link');
  const lost = async () => (await later.rows('Hubs')).filter((row) => /island 1, no way leads there since/.test(row.at(-1)));
  await until('both hubs behind the cut are on the island', async () => (await lost()).length === 2);
  hubs[1].thaw();
  for (const one of [page, later]) {
    await until('all are one again', async () => /3 hubs, 2 links/.test(await one.words()) && !/island/.test(await one.words()));
  }
  // What the hub says of one that it does not know is an answer of HTTP 404, which a browser writes down.
  assert.deepEqual(page.complaints.filter((words) => !/404/.test(words)), []);
});
