// SPDX-License-Identifier: Apache-2.0
//
// The console of a hub as somebody sees and uses it, and the API that it shows.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Chromium, findChromium } from './chromium.mjs';
import { Hub } from './hub.mjs';
import { until } from './wait.mjs';

export const SCREENS = ['overview', 'mesh', 'pair', 'peers', 'namespaces', 'events', 'access', 'configuration'];

// A folder `site` of console/build.mjs, whose console is shown instead of the one in the hub: to try a change without building.
const site = process.env.PIGEONHUB_CONSOLE_SITE;

export function skipWithoutChromium() {
  if (findChromium()) return;
  console.log('SKIPPED: there is no chromium on this machine; apt-get install chromium');
  process.exit(77); // CTest's SKIP_RETURN_CODE.
}

// A hub with a console, at free ports unless they are given; `dials` are the hubs that it links to.
export function startHub({ dials = [], flags = [], console = '127.0.0.1:0', ...options } = {}) {
  const links = dials.length === 0 ? ['--no-auto-connect'] : dials.flatMap((hub) => ['--bootstrap-hub', hub.url]);
  const ports = ['--console-listen', console, '--control-listen', '127.0.0.1:0'];
  return Hub.start({ ...options, flags: ['--hub', ...ports, ...links, ...flags] });
}

// Three of them, in a row of links, once each answers for all.
export async function startRow(flags = [[], [], []]) {
  const hubs = [];
  for (const some of flags) hubs.push(await startHub({ dials: hubs.slice(-1), flags: ['--reconnect-interval', '1s', '--hub-mesh-max-peers', '0', ...some] }));
  for (const hub of hubs) {
    hub.id = (await ask(hub, 'ServerService/GetStats')).hubPeerId;
    await until('all hubs answer', async () => (await ask(hub, 'ServerService/GetStats', { hubId: '*' })).perHub?.length === hubs.length);
  }
  return hubs;
}

export function post(hub, method, message = {}, token) {
  return fetch(`${hub.console}/pigeonhub.v1.${method}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(message),
    signal: AbortSignal.timeout(20_000),
  });
}

// The answer of the API at the console's port.
export async function ask(hub, method, message, token) {
  const answer = await post(hub, method, message, token);
  const text = await answer.text();
  assert.equal(answer.status, 200, `${method}: ${text}`);
  return JSON.parse(text);
}

// All pages of a list, whose rows are in `field`.
export async function askAll(hub, method, field, message) {
  const all = [];
  let pageToken = '';
  do {
    const page = await ask(hub, method, { ...message, pageSize: 1000, pageToken });
    all.push(...(page[field] ?? []));
    pageToken = page.nextPageToken ?? '';
  } while (pageToken !== '');
  return all;
}

export class ConsolePage {
  complaints = []; // of the browser
  #hub;

  // `chromium` is what this file exports, started.
  static async open(chromium, hub, screen = 'overview', params = {}) {
    const page = new ConsolePage(await chromium.newTab(), hub);
    await page.tab.setViewportSize({ width: 1280, height: 800 });
    if (site) await page.#serveSite();
    await page.go(screen, params);
    return page;
  }

  constructor(tab, hub) {
    this.tab = tab;
    this.#hub = hub;
    tab.on('pageerror', (error) => this.complaints.push(String(error)));
    tab.on('console', (message) => ['error', 'warning'].includes(message.type()) && this.complaints.push(message.text()));
  }

  // Of the filter that is in force.
  get params() {
    return new URLSearchParams(new URL(this.tab.url()).hash.split('?')[1] ?? '');
  }

  async go(screen, params = {}) {
    await this.tab.goto(`${this.#hub.console}/#/${screen}?${new URLSearchParams(params)}`);
  }

  words() {
    return this.tab.locator('body').innerText();
  }

  shows(wanted, patience) {
    const is = (text) => (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text));
    return until(`the page shows ${wanted}`, async () => is(await this.words()), patience);
  }

  // A figure of the overview, and what stands below it.
  async figure(name) {
    const card = this.tab.locator('.figures > .card').filter({ has: this.tab.getByText(name, { exact: true }) });
    return (await card.locator('dd').allInnerTexts()).map((text) => text.trim());
  }

  // The texts of a table's rows that are in the page, cell by cell. Tables are named.
  rows(name) {
    return this.tab.evaluate((caption) => {
      const table = [...document.querySelectorAll('table')].find((one) => one.caption?.textContent === caption);
      const rows = [...(table?.tBodies[0]?.rows ?? [])].filter((row) => !row.classList.contains('space'));
      return rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim()));
    }, name);
  }

  // The lines for a terminal.
  commands() {
    return this.tab.locator('.command code').evaluateAll((lines) => lines.map((line) => line.textContent));
  }

  async fill(label, text) {
    await this.tab.getByLabel(label, { exact: true }).fill(text);
  }

  button(name, within = this.tab) {
    return within.getByRole('button', { name, exact: true });
  }

  // Opens the dialog of a change, fills its fields, each named by how its label begins, and waits for what the hub says it would do.
  async consider(label, fields = {}, within = this.tab) {
    await this.button(`${label} …`, within).first().click();
    const dialog = this.tab.getByRole('dialog');
    for (const [name, value] of Object.entries(fields)) await fillField(dialog.getByLabel(new RegExp(`^${name}`)), value);
    const answer = dialog.locator('.answer');
    await until(`the hub says what "${label}" would do`, async () => {
      const text = await answer.innerText();
      if (await dialog.getByRole('alert').count()) throw new Error(`${label}: ${text}`);
      return text.startsWith('If you go on:');
    });
    return {
      would: await answer.innerText(),
      command: await dialog.locator('.command code').textContent(),
      cancel: () => this.button('Cancel', dialog).click(),
      // Resolves with what was done.
      make: async () => {
        await this.button(label, dialog).click();
        const did = await dialog.locator('.answer .good').innerText();
        await this.button('Close', dialog).click();
        return did;
      },
    };
  }

  async #serveSite() {
    await this.tab.route(/\/(app\.js|app\.css)?(#.*)?$/, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1) || 'index.html';
      await route.fulfill({ response: await route.fetch(), body: await readFile(join(site, 'console', name)) });
    });
  }
}

async function fillField(field, value) {
  if (typeof value === 'boolean') await field.setChecked(value);
  else if ((await field.evaluate((element) => element.tagName)) === 'SELECT') await field.selectOption(value);
  else await field.fill(value);
}

export { Chromium };
