// SPDX-License-Identifier: Apache-2.0
//
// Runs real PeerPigeon clients in pages of a headless Chromium. The pages come from a small server
// of our own and can reach nothing but this machine.

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { delimiter, join } from 'node:path';

import { chromium } from 'playwright-core';

import { RemoteClient, stunless } from './mesh_client.mjs';
import { PATIENCE_MS } from './wait.mjs';

const bundle = '/node_modules/peerpigeon/dist/peerpigeon-browser.js';

// The page is the test's; the client in it is the bundle as npm delivers it.
const page = `<!doctype html>
<title>PeerPigeon</title>
<script>DISABLE_LOCALHOST_MEDIA_REQUEST = true; // No microphone: the client's own switch for tests.
</script>
<script src="${bundle}"></script>
<script type="module">
  import { MeshClient, stunless } from '/mesh_client.mjs';
  RTCPeerConnection = stunless(RTCPeerConnection);
  window.enter = async (options, url) => {
    window.client = new MeshClient(new PeerPigeonMesh(options), RTCPeerConnection.made);
    await client.join(url);
  };
</script>`;
const scripts = {
  '/mesh_client.mjs': new URL('mesh_client.mjs', import.meta.url),
  [bundle]: new URL(`..${bundle}`, import.meta.url),
};

// The path of the machine's Chromium, if it has one.
export function findChromium() {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) =>
      ['chromium', 'chromium-browser', 'google-chrome'].map((name) => join(folder, name)),
    )
    .find((path) => existsSync(path));
}

export class Chromium {
  #browser;
  #context;
  #saved;
  #server;

  // All addresses off this machine that a page asked for; there should be none.
  strayRequests = [];

  // `flags` are the browser's own.
  static async start(flags = []) {
    const chrome = new Chromium();
    chrome.#server = createServer(({ url }, response) => {
      if (url === '/saved.html') return sendPage(response, chrome.#saved);
      return serve(url, response);
    });
    await new Promise((resolve) => chrome.#server.listen(0, '127.0.0.1', resolve));
    chrome.#browser = await chromium.launch({
      executablePath: findChromium(),
      args: [
        '--no-sandbox', // Continuous integration runs as root.
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-features=WebRtcHideLocalIpsWithMdns', // Containers often lack multicast.
        ...flags,
      ],
    });
    return chrome;
  }

  // Of the pages.
  get origin() {
    return `http://127.0.0.1:${this.#server.address().port}`;
  }

  // A cookie that no script can read, as a login sets it; the browser sends it to whatever port of this machine.
  async setCookie(name, value) {
    this.#context ??= await this.#newContext();
    await this.#context.addCookies([{ name, value, url: this.origin, httpOnly: true, sameSite: 'Strict' }]);
  }

  // Opens a page whose client joins the hub. `options` are the client's own.
  async join(hub, options) {
    const tab = await this.newTab();
    await tab.goto(`${this.origin}/`);
    await tab.waitForFunction(() => window.enter);
    await tab.evaluate(([given, url]) => window.enter(given, url), [options, hub.url]);
    return new PageClient(tab, options.peerId);
  }

  // Opens a page as a user would who saved this text beside node_modules. Its client asks no STUN server.
  async open(html) {
    const tab = await this.newTab();
    await tab.addInitScript(`${stunless}\nRTCPeerConnection = stunless(RTCPeerConnection);`);
    this.#saved = html;
    await tab.goto(`${this.origin}/saved.html`);
    return tab;
  }

  // Opens a page that a hub serves, as it is.
  async visit(url) {
    const tab = await this.newTab();
    await tab.goto(url);
    return tab;
  }

  // The tab that a click on `selector` opens, once it is where the link leads: it is an empty page before, which ends.
  async follow(tab, selector) {
    const [opened] = await Promise.all([tab.context().waitForEvent('page'), tab.click(selector)]);
    await opened.waitForURL((url) => url.href !== 'about:blank');
    return opened;
  }

  // An empty one.
  async newTab() {
    this.#context ??= await this.#newContext();
    return this.#context.newPage();
  }

  // Closes all pages and forgets what they stored.
  async clear() {
    await this.#context?.close();
    this.#context = undefined;
  }

  async stop() {
    await this.#browser?.close();
    this.#server.close();
  }

  async #newContext() {
    const context = await this.#browser.newContext();
    context.setDefaultTimeout(PATIENCE_MS);
    await context.route(/./, (route) => {
      if (new URL(route.request().url()).hostname === '127.0.0.1') return route.continue();
      this.strayRequests.push(route.request().url());
      return route.abort();
    });
    return context;
  }
}

class PageClient extends RemoteClient {
  #tab;

  constructor(tab, peerId) {
    super(peerId, (method, args) =>
      tab.evaluate(([name, given]) => window.client[name](...given), [method, args]),
    );
    this.#tab = tab;
  }

  // As a user closes a tab: the client gets its say.
  closePage() {
    return this.#tab.close({ runBeforeUnload: true });
  }
}

function sendPage(response, html) {
  response.setHeader('Content-Type', 'text/html; charset=utf-8').end(html);
}

async function serve(url, response) {
  if (url === '/') {
    sendPage(response, page);
  } else if (scripts[url]) {
    response.setHeader('Content-Type', 'text/javascript').end(await readFile(scripts[url]));
  } else {
    response.writeHead(404).end();
  }
}
