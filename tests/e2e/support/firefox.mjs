// SPDX-License-Identifier: Apache-2.0
//
// Pages in a headless Firefox, as distributions deliver it; driven by WebDriver BiDi.

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

import puppeteer from 'puppeteer-core';

import { PATIENCE_MS } from './wait.mjs';

// The path of the machine's Firefox, if it has one.
export function findFirefox() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => ['firefox-esr', 'firefox'].map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

export class Firefox {
  #browser;

  static async start() {
    const firefox = new Firefox();
    firefox.#browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath: findFirefox(),
      headless: true,
      timeout: 2 * PATIENCE_MS,
      extraPrefsFirefox: {
        'media.peerconnection.ice.obfuscate_host_addresses': false, // Containers often lack multicast.
        'network.captive-portal-service.enabled': false,
        'network.connectivity-service.enabled': false,
      },
    });
    return firefox;
  }

  // Opens a page in a tab of its own.
  async visit(url) {
    const tab = await this.#browser.newPage();
    tab.setDefaultTimeout(PATIENCE_MS);
    await tab.goto(url);
    return tab;
  }

  // Closes all pages but one, without which Firefox ends.
  async clear() {
    const [first, ...others] = await this.#browser.pages();
    await Promise.all(others.map((tab) => tab.close()));
    await first?.goto('about:blank', { timeout: PATIENCE_MS });
  }

  async stop() {
    await this.#browser?.close();
  }
}
