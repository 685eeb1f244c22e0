// SPDX-License-Identifier: Apache-2.0
//
// What explain can know of NATs: two real browsers, each behind a made NAT, a coturn with two
// addresses, and a hub, in network namespaces of their own. Says for each pair of NATs which
// candidates the browsers told of, whether they connected, and what explain says of them.
//
// By hand, as root, on a machine with ip, nft, turnserver and chromium; no test of ctest:
//
//   PIGEONHUB_BINARY=… PIGEONCTL_BINARY=… node tests/e2e/nat/trial.mjs

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { findChromium } from '../support/chromium.mjs';
import { member } from '../support/mesh_client.mjs';
import { Pigeonctl } from '../support/pigeonctl.mjs';
import { until } from '../support/wait.mjs';
import { MadeNet, PUBLIC } from './made_net.mjs';

const PORT = 3000;
const PATIENCE_MS = 15_000;
const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-nat-'));
const bundle = readFileSync(new URL('../node_modules/peerpigeon/dist/peerpigeon-browser.js', import.meta.url), 'utf8');

const page = (servers) => `<!doctype html>
<script>DISABLE_LOCALHOST_MEDIA_REQUEST = true;</script>
<script>${bundle.replaceAll('</script>', '<\\/script>')}</script>
<script>
  window.lines = [];
  window.made = [];
  RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration) {
      super({ ...configuration, iceServers: ${JSON.stringify(servers)}, iceCandidatePoolSize: 0 });
      window.made.push(this);
      this.addEventListener('icecandidate', ({ candidate }) => candidate?.candidate && window.lines.push(candidate.candidate));
    }
  };
  window.enter = (options, url) => {
    window.mesh = new PeerPigeonMesh(options);
    return window.mesh.init().then(() => void window.mesh.connect(url));
  };
  window.pair = async () => {
    for (const each of window.made) {
      if (each.iceConnectionState !== 'connected' && each.iceConnectionState !== 'completed') continue;
      const stats = [...(await each.getStats()).values()];
      const chosen = stats.find(({ type, nominated, state }) => type === 'candidate-pair' && nominated && state === 'succeeded');
      const of = (id) => stats.find((one) => one.id === id)?.candidateType;
      if (chosen) return of(chosen.localCandidateId) + ' to ' + of(chosen.remoteCandidateId);
    }
    return '';
  };
</script>`;

function start(...words) {
  const child = spawn(words[0], words.slice(1), { stdio: ['ignore', 'pipe', 'pipe'] });
  child.said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (child.said += text));
  return child;
}

async function browse(home, { hidden, servers, letter }) {
  const program = join(folder, `chromium-${home}`);
  writeFileSync(program, `#!/bin/sh\nexec ${MadeNet.at(home).join(' ')} '${findChromium()}' "$@"\n`);
  chmodSync(program, 0o755);
  const browser = await chromium.launch({
    executablePath: program,
    args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update'].concat(
      hidden ? [] : ['--disable-features=WebRtcHideLocalIpsWithMdns'],
    ),
  });
  const context = await browser.newContext();
  await context.route(/^http/, (route) => route.fulfill({ contentType: 'text/html', body: page(servers) }));
  const tab = await context.newPage();
  await tab.goto('http://localhost/');
  await tab.evaluate(([options, url]) => window.enter(options, url), [member(letter), `ws://${PUBLIC[0]}:${PORT}`]);
  return { browser, tab };
}

// One pair of homes. `turn`: the browsers have a relay, too.
async function trial(kinds, { hidden, turn }) {
  const net = new MadeNet(kinds);
  const control = `unix:${join(folder, 'control')}`;
  const children = [];
  const browsers = [];
  try {
    children.push(
      start(
        ...[...MadeNet.at(), 'turnserver', '-n', '--no-tls', '--no-dtls', '--no-cli', '--log-file=stdout'],
        ...PUBLIC.flatMap((address) => ['--listening-ip', address]),
        ...['--relay-ip', PUBLIC[0], '--lt-cred-mech', '--user', 'pigeon:coo', '--realm', 'trial'],
        ...['--pidfile', join(folder, 'turn.pid'), '--userdb', join(folder, 'turn.db')],
      ),
      start(
        ...[...MadeNet.at(), process.env.PIGEONHUB_BINARY, '--host', PUBLIC[0], '--port', String(PORT)],
        ...['--control-listen', control, '--metrics-listen', 'off'],
      ),
    );
    await until('the hub serves', () => existsSync(control.slice('unix:'.length)));
    const servers = PUBLIC.map((address) => ({ urls: `stun:${address}:3478` }));
    if (turn) servers.push({ urls: `turn:${PUBLIC[0]}:3478`, username: 'pigeon', credential: 'coo' });
    for (const [home, letter] of ['a', 'b'].entries()) browsers.push(await browse(home, { hidden, servers, letter }));
    const ask = (what) => Promise.all(browsers.map(({ tab }) => tab.evaluate(what)));
    const connected = await until('they connect', async () => (await ask(() => window.pair())).find(Boolean), PATIENCE_MS).catch(() => 'no');
    const lines = await ask(() => [...new Set(window.lines)]);
    const { findings, outcome } = JSON.parse((await new Pigeonctl(control).run('explain', 'a'.repeat(40), 'b'.repeat(40), '-o', 'json')).out);
    const name = `${kinds.map((kind) => kind || 'keeps ports').join(' | ')}; addresses ${hidden ? 'hidden' : 'shown'}; ${turn ? 'with' : 'no'} relay`;
    console.log(`\n${name}\n  connected: ${connected}\n  explain: ${outcome} ${findings.map(({ code, peerId }) => code + (peerId ? `(${peerId[0]})` : '')).join(' ')}`);
    for (const [i, told] of lines.entries()) for (const line of told) console.log(`  ${'ab'[i]} ${line}`);
  } finally {
    await Promise.all(browsers.map(({ browser }) => browser.close()));
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? new Promise((resolve) => child.once('close', resolve))));
    rmSync(control.slice('unix:'.length), { force: true });
    net.remove();
  }
}

process.on('exit', () => rmSync(folder, { recursive: true }));
for (const hidden of [true, false]) {
  for (const kinds of [['', ''], ['random', ''], ['fully-random', 'fully-random']]) await trial(kinds, { hidden, turn: false });
}
await trial(['fully-random', 'fully-random'], { hidden: true, turn: true });
