// SPDX-License-Identifier: Apache-2.0
//
// Each screen of the console against three linked hubs with 2,000 peers: it shows what the API says, keeps its filter in the
// address, and the line that it has for a terminal runs.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask, askAll, Chromium, ConsolePage, SCREENS, skipWithoutChromium, startRow } from '../support/console.mjs';
import { Crowd } from '../support/crowd.mjs';
import { Pigeonctl } from '../support/pigeonctl.mjs';
import { until } from '../support/wait.mjs';
import { WirePeer } from '../support/wire_peer.mjs';

skipWithoutChromium();

const EACH = 667;
const NETWORKS = 40;

let chromium;
let hubs;
let crowd;
let page;
let ctl;

before(async () => {
  chromium = await Chromium.start();
  hubs = await startRow([['--region', 'eu-west'], ['--region', 'eu-east'], ['--region', 'us-east']]);
  ctl = new Pigeonctl(hubs[0].control);
  crowd = new Crowd(hubs, { each: EACH, networks: NETWORKS });
  await crowd.met(120_000);
  page = await ConsolePage.open(chromium, hubs[0]);
});

after(async () => {
  crowd?.leave();
  await chromium?.stop();
  await Promise.all((hubs ?? []).map((hub) => hub.kill()));
});

const number = (text) => Number(text.replaceAll(',', ''));
const stats = (hubId = '') => ask(hubs[0], 'ServerService/GetStats', { hubId });

// What `read` finds in the page becomes what `wanted` finds in the API.
async function agrees(what, read, wanted) {
  let seen;
  let known;
  try {
    await until(what, async () => {
      [seen, known] = [await read(), await wanted()];
      return JSON.stringify(seen) === JSON.stringify(known);
    }, 30_000);
  } catch {
    assert.deepEqual(seen, known, what);
  }
}

test('an address that changes while the page comes up is the one that is shown', async () => {
  const early = await chromium.newTab();
  await early.addInitScript(() => {
    const listen = window.addEventListener.bind(window);
    window.addEventListener = (kind, ...rest) => {
      if (kind === 'hashchange' && location.hash !== '#/mesh') history.replaceState(null, '', '#/mesh');
      return listen(kind, ...rest);
    };
  });
  await early.goto(`${hubs[0].console}/#/overview`);
  await early.getByRole('heading', { level: 1, name: 'Mesh' }).waitFor();
  await early.close();
});

test('the overview has the figures of the hub, and of all hubs', async () => {
  for (const hub of ['', '*', hubs[2].id]) {
    await page.go('overview', { hub });
    await agrees(`peers of ${hub}`, async () => number((await page.figure('Peers'))[0]), async () => Number((await stats(hub)).peers));
    await agrees(`connections of ${hub}`, async () => (await page.figure('Peers'))[1].split(' ')[0], async () =>
      Number((await stats(hub)).connections).toLocaleString('en-US'));
    await agrees(`links of ${hub}`, async () => number((await page.figure('Links up'))[0]), async () => {
      const { links = [] } = await ask(hubs[0], 'MeshService/ListLinks', { hubId: hub });
      return links.filter(({ state }) => state === 'LINK_STATE_UP').length;
    });
    await agrees(`peers elsewhere of ${hub}`, async () => number((await page.figure('Links up'))[1].match(/to ([\d,]+) peer/)[1]), async () =>
      Number((await stats(hub)).remotePeers ?? 0));
  }
});

test('the overview says what doctor finds', async () => {
  await page.go('overview');
  const { findings } = await ask(hubs[0], 'ServerService/Diagnose');
  await page.shows('found nothing wrong');
  const bad = findings.filter(({ severity }) => severity !== 'DIAGNOSIS_SEVERITY_OK');
  const text = await page.words();
  for (const { code } of bad) assert.ok(text.includes(code), code);
});

test('the map has all hubs with their peers, and their links', async () => {
  await page.go('mesh');
  await agrees('hubs', async () => (await page.rows('Hubs')).map(([id, region, hops, peers]) => [id, region, hops, number(peers)]).sort(), async () => {
    const topology = await ask(hubs[0], 'MeshService/GetTopology');
    return topology.hubs.map((hub) => [hub.peerId.slice(0, 8), hub.region, String(hub.hops ?? 0), Number(hub.peers)]).sort();
  });
  await page.shows('3 hubs, 2 links');
  assert.doesNotMatch(await page.words(), /island/);
  await page.tab.getByRole('link', { name: hubs[1].id.slice(0, 8) }).last().click();
  await page.shows(hubs[1].id);
  assert.equal(page.params.get('hub'), hubs[1].id);
});

test('peers are those of the API, at one hub and at all', async () => {
  for (const hub of ['', '*']) {
    await page.go('peers', { hub });
    await agrees('the count', async () => number(/([\d,]+) peers/.exec(await page.words())?.[1] ?? '0'), async () =>
      (await askAll(hubs[0], 'PeerService/ListPeers', 'peers', { hubId: hub })).length);
    assert.ok(number(/([\d,]+) peers/.exec(await page.words())[1]) >= (hub === '' ? EACH : 3 * EACH));
  }
});

test('a filter stands in the address, and the one who opens it sees the same', async () => {
  const [{ network, id }] = crowd.members;
  await page.go('peers', { hub: '*' });
  await page.fill('Namespace', `=${network}`);
  await page.fill('Id begins with', id.slice(0, 10));
  await page.shows(/^1 of [\d,]+ peers$/m);
  assert.deepEqual(Object.fromEntries(page.params), { hub: '*', namespace: `=${network}`, id: id.slice(0, 10) });
  const other = await ConsolePage.open(chromium, hubs[0], 'peers', Object.fromEntries(page.params));
  await until('the other sees the one', async () => (await other.rows('Peers')).length === 1);
  assert.deepEqual((await other.rows('Peers'))[0].slice(0, 3), [id.slice(0, 8), network, hubs[0].id.slice(0, 8)]);
  await other.tab.getByRole('link', { name: id.slice(0, 8) }).click();
  await other.shows('Its events, the newest first');
  await other.shows(id);
  assert.deepEqual(other.complaints, []);
  await other.tab.close();
});

test('namespaces have their members', async () => {
  await page.go('namespaces', { hub: '*', sort: 'name' });
  const ofApi = async () => {
    const counts = new Map();
    for (const { name, localPeers = 0 } of await askAll(hubs[0], 'NamespaceService/ListNamespaces', 'namespaces', { hubId: '*' })) counts.set(name, (counts.get(name) ?? 0) + Number(localPeers));
    return [...counts].sort().slice(0, 10);
  };
  await agrees('members', async () => (await page.rows('Namespaces')).map(([name, members]) => [name.replace(' (hubs meet here)', ''), number(members)]).slice(0, 10), ofApi);
  await page.fill('Name begins with', crowd.members[0].network);
  await page.tab.getByRole('link', { name: crowd.members[0].network, exact: true }).click();
  await page.shows('What holds there');
});

test('an event is shown when it happens, and whole', async () => {
  await page.go('events', { kinds: 'peerConnected' });
  await page.shows('live');
  const peer = await WirePeer.join(hubs[0], 'somewhere');
  await until('the row is there', async () => (await page.rows('Events, the newest first')).some((row) => row.join(' ').includes(peer.id.slice(0, 8))));
  await page.tab.locator('tbody tr').first().locator('a').click();
  await page.shows(`"peerId": "${peer.id}"`);
  await peer.leave();
});

test('the pair tells of two who are at two hubs', async () => {
  const [one, other] = await Promise.all(hubs.slice(0, 2).map((hub) => WirePeer.join(hub, 'a-pair')));
  await page.go('pair', { a: one.id, b: other.id, namespace: 'a-pair' });
  await page.shows('What the hubs know, in the order of a handshake');
  const { findings } = await ask(hubs[0], 'PeerService/ExplainPair', { hubId: '*', peerId: one.id, otherPeerId: other.id, namespace: 'a-pair' });
  for (const { title } of findings) await page.shows(title);
  // Handshakes of before the page watches are not drawn, so the two try again until it does.
  await until('the handshake is drawn', async () => {
    one.signal('offer', other, 'a-pair', { sdp: 'v=0' });
    other.signal('answer', one, 'a-pair', { sdp: 'v=0' });
    return /Waterfall|waits in a hub/.test(await page.words());
  });
  await until('the answer is a step', async () => (await page.tab.locator('.waterfall .kind').allTextContents()).some((kind) => /answer/.test(kind)));
  await Promise.all([one.leave(), other.leave()]);
});

test('access has the addresses and the limits of the hub', async () => {
  await page.go('access', { limits: 'yes' });
  await agrees('limits', async () => (await page.rows('Limits in force')).map(([name, value]) => [name, value]), async () =>
    (await ask(hubs[0], 'ServerService/GetLimits')).limits.map(({ name, value }) => [name, value || '–']));
  await agrees('connections', async () => (await page.rows('Addresses')).map(([address, count]) => [address, number(count)]), async () =>
    (await ask(hubs[0], 'ServerService/ListAddresses')).addresses.map((row) => [row.address, Number(row.connectionCount ?? 0)]));
  const words = (kind) => kind.replace('KEY_KIND_', '').toLowerCase().replaceAll('_', ' ');
  await agrees('keys', async () => (await page.rows('Keys and their ages')).map(([kind, name]) => [kind, name]), async () =>
    (await ask(hubs[0], 'AccessService/ListKeys')).keys.map(({ kind, name }) => [words(kind), name || '–']));
});

test('the configuration has each setting of the hub', async () => {
  await page.go('configuration', { defaults: 'yes' });
  await agrees('settings', async () => (await page.rows('Settings in force')).map(([name, value]) => [name, value]), async () =>
    (await ask(hubs[0], 'ServerService/GetServerInfo')).config.map(({ name, value }) => [name, (value ?? '').trim() || '–']));
});

test('the line of each screen runs', async () => {
  const [{ id, network }] = crowd.members;
  const views = [
    ...SCREENS.map((screen) => [screen, screen === 'pair' ? { a: id, b: crowd.members[NETWORKS].id } : {}]),
    ['overview', { hub: '*' }],
    ['mesh', { hub: hubs[1].id }],
    ['peers', { hub: '*', namespace: 'network', id: id.slice(0, 2), address: '127.', at: hubs[0].id.slice(0, 4), sort: '-messageCount' }],
    ['peers', { remote: 'yes', namespace: `=${network}` }],
    ['peers', { peer: id }],
    ['namespaces', { name: 'net', sort: '-signalCount' }],
    ['namespaces', { namespace: network, hub: '*' }],
    ['events', { kinds: 'peerConnected,peerAnnounced', namespace: network, from: '10m' }],
    ['access', { hub: '*', addresses: '-joinCount' }],
    ['configuration', { hub: '*', defaults: 'yes' }],
  ];
  const lines = new Set();
  for (const [screen, params] of views) {
    await page.go(screen, params);
    await until(`${screen} has a line`, async () => (await page.commands()).length > 0);
    await page.tab.waitForFunction(() => !document.querySelector('main')?.innerText.includes('asking the hub'));
    for (const line of await page.commands()) lines.add(line);
  }
  assert.ok(lines.size >= 20, [...lines].join('\n'));
  for (const line of lines) {
    const call = ctl.startLine(line);
    // Those go on until somebody ends them. A trace waits for a handshake, and says meanwhile who would tell of it.
    const isTrace = line.startsWith('pigeonctl trace');
    if (isTrace) {
      await until(`${line} says which hubs tell`, async () => /tells/.test(call.err));
    } else if (line.startsWith('pigeonctl events -f')) {
      await until(`${line} prints an event`, async () => {
        await (await WirePeer.join(hubs[0], network)).leave();
        return call.out !== '';
      });
    }
    if (/^pigeonctl (events -f|trace)/.test(line)) call.interrupt();
    await call.ended;
    // An empty list says so there.
    if (!isTrace) assert.equal(call.err.replace(/^pigeonctl: no .*\n$/, ''), '', line);
    // explain says by its exit code whether the two met, and trace whether there was a handshake.
    const code = { explain: 1, trace: 5 }[line.split(' ')[1]] ?? 0;
    assert.equal(call.code, code, line);
  }
});

test('nothing of all that made the browser complain, or ask anybody else', () => {
  assert.deepEqual(page.complaints, []);
  assert.deepEqual(chromium.strayRequests, []);
});
