// SPDX-License-Identifier: Apache-2.0
//
// A table of 100,000 peers: what it takes to load it, put it in order and scroll it. The list is made up here; figures are for who
// reads them.

import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { bundle } from '../../console/support/bundle.mjs';
import { Chromium, ConsolePage, skipWithoutChromium, startHub } from '../support/console.mjs';
import { percentile } from '../support/figures.mjs';
import { until } from '../support/wait.mjs';

skipWithoutChromium();

const { fromBinary, fromJson, toBinary } = createRequire(new URL('../../../console/build.mjs', import.meta.url))('@bufbuild/protobuf');

const PEERS = 100_000;

let chromium;
let hub;

before(async () => {
  hub = await startHub();
  chromium = await Chromium.start();
});

after(async () => {
  await chromium?.stop();
  await hub?.kill();
});

function madeUp(i) {
  const time = new Date(1_760_000_000_000 + ((i * 7919) % PEERS) * 1000).toISOString();
  return {
    peerId: ((i * 2654435761) % 2 ** 32).toString(16).padStart(8, '0') + String(i).padStart(32, '0'),
    namespace: `room-${i % 997}`,
    remoteAddress: `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`,
    connectTime: time,
    lastActivityTime: time,
    messageCount: String((i * 31) % 5000),
    receivedBytes: String((i * 8191) % 1_000_000),
    roundTrip: `${((i % 400) / 1000).toFixed(3)}s`,
  };
}

// Instead of the hub, which has none.
async function listThem(tab) {
  const { ListPeersRequestSchema, ListPeersResponseSchema } = await bundle('proto/pigeonhub/v1/peer_service_pb.ts');
  await tab.route('**/pigeonhub.v1.PeerService/ListPeers', async (route) => {
    const { pageToken, pageSize } = fromBinary(ListPeersRequestSchema, route.request().postDataBuffer());
    const first = Number(pageToken || 0);
    const end = Math.min(PEERS, first + pageSize);
    const peers = Array.from({ length: end - first }, (_, i) => madeUp(first + i));
    const page = fromJson(ListPeersResponseSchema, { peers, nextPageToken: end < PEERS ? String(end) : '' });
    await route.fulfill({ contentType: 'application/proto', body: Buffer.from(toBinary(ListPeersResponseSchema, page)) });
  });
}

test('100,000 peers are loaded, put in order and scrolled without pain', async (t) => {
  const page = await ConsolePage.open(chromium, hub, 'overview');
  await page.shows('serving');
  await listThem(page.tab);
  const begin = performance.now();
  await page.go('peers');
  await page.shows('100,000 peers', 120_000);
  await until('it is loaded', async () => !/loading/.test(await page.words()));
  t.diagnostic(`loaded within ${Math.round(performance.now() - begin)} ms`);

  const took = await page.tab.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const first = () => document.querySelector('tbody tr[data-row]').innerText;
    const sorts = [];
    for (const title of ['Messages', 'Peer', 'Address', 'Round trip']) {
      const before = first();
      const begin = performance.now();
      [...document.querySelectorAll('thead button')].find((button) => button.textContent.startsWith(title)).click();
      for (let i = 0; i < 200 && first() === before; ++i) await frame();
      await frame();
      sorts.push([title, performance.now() - begin]);
    }
    const table = document.querySelector('.table.long');
    const frames = [];
    let last = performance.now();
    for (let i = 0; i < 120; ++i) {
      table.scrollTop = (i % 2 === 0 ? i : 120 - i) * (table.scrollHeight / 120);
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      frames.push(now - last);
      last = now;
    }
    return { sorts, frames, rows: document.querySelectorAll('tbody tr').length };
  });
  for (const [title, ms] of took.sorts) t.diagnostic(`by ${title}: ${Math.round(ms)} ms`);
  t.diagnostic(`a frame while it is scrolled: median ${percentile(took.frames, 50)} ms, 95th ${percentile(took.frames, 95)} ms, worst ${percentile(took.frames, 100)} ms`);
  assert.ok(took.rows < 200, `${took.rows} rows are in the page`);

  const end = performance.now();
  await page.fill('Namespace', '=room-5');
  await page.shows('101 of 100,000 peers');
  t.diagnostic(`filtered within ${Math.round(performance.now() - end)} ms, of which 200 are the wait for more letters`);
  assert.deepEqual(page.complaints, []);
});
