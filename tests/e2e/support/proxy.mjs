// SPDX-License-Identifier: Apache-2.0
//
// Real nginx and HAProxy in front of a hub, with the configurations that docs/operations.md and, for
// the console, docs/console.md give.
// Only addresses, files and ports are put in their places, and each must be where it is looked for.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { until, within } from './wait.mjs';

// The pieces of configuration in a guide, by language and in order.
function documented(language, page = 'operations.md') {
  const guide = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
  return [...guide.matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, of]) => of === language)
    .map(([, , text]) => text);
}

const environment = { PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

// What a certificate for 127.0.0.1 needs: `cert` vouches for itself.
const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-proxy-'));
process.on('exit', () => rmSync(folder, { recursive: true }));
export const cert = join(folder, 'cert.pem');
const key = join(folder, 'key.pem');
const certAndKey = join(folder, 'both.pem');
execFileSync(
  'openssl',
  ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    .concat(['-days', '2', '-subj', '/CN=hub.example.org', '-addext', 'subjectAltName=IP:127.0.0.1'])
    .concat(['-keyout', key, '-out', cert]),
  { stdio: 'pipe' },
);
writeFileSync(certAndKey, readFileSync(cert) + readFileSync(key));

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

// `text` with each of `places` replaced, wherever it stands.
function fill(text, places) {
  for (const [place, value] of Object.entries(places)) {
    assert.ok(text.includes(place), `the guide has ${place} in\n${text}`);
    text = text.replaceAll(place, value);
  }
  return text;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

export class Proxy {
  // nginx, which writes X-Forwarded-For; with `forwarded` it writes Forwarded instead.
  static async nginx(hub, { forwarded = false } = {}) {
    const [main, map, headers] = documented('nginx');
    let hubs = main;
    if (forwarded) {
      const usual = main.match(/^ *proxy_set_header X-Forwarded-For .*\n *proxy_set_header Forwarded .*\n/m)[0];
      hubs = fill(main, { [usual]: headers, 'upstream hubs {': `${map}\nupstream hubs {` });
    }
    return Proxy.#nginx(hub, (port, logs) =>
      fill(hubs, {
        '10.0.0.11:3000': `127.0.0.1:${hub.port}`,
        '10.0.0.12:3000': `127.0.0.1:${hub.port}`,
        'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
        '/etc/ssl/hub.example.org.pem': cert,
        '/etc/ssl/private/hub.example.org.key': key,
        '/var/log/nginx/': `${logs}/`,
      }),
    );
  }

  // nginx in front of the console.
  static nginxOfConsole(hub) {
    const [server] = documented('nginx', 'console.md');
    return Proxy.#nginx(
      hub,
      (port) =>
        fill(server, {
          'http://127.0.0.1:50080': hub.console,
          'listen 443 ssl': `listen 127.0.0.1:${port} ssl`,
          '/etc/ssl/console.pem': cert,
          '/etc/ssl/console.key': key,
        }),
      '/',
    );
  }

  static #nginx(hub, configure, probe) {
    const prepare = (port, logs) => {
      const conf = join(logs, 'nginx.conf');
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
        (kind) => `  ${kind}_temp_path ${logs}/${kind};\n`,
      );
      writeFileSync(
        conf,
        // Where root runs it, its workers are to write into our folder, too.
        `user root;\ndaemon off;\npid ${logs}/pid;\nerror_log ${logs}/main.log;\nevents {}\n` +
          `http {\n  access_log ${logs}/access.log;\n${temporary.join('')}${configure(port, logs)}}\n`,
      );
      return ['nginx', ['-p', logs, '-c', conf, '-e', join(logs, 'start.log')]];
    };
    return Proxy.#start(hub, prepare, probe);
  }

  // HAProxy, which reads HTTP.
  static haproxy(hub) {
    return Proxy.#haproxy(hub, documented('haproxy')[0]);
  }

  // HAProxy, which passes on TCP connections and speaks the PROXY protocol; `word` is send-proxy or
  // send-proxy-v2.
  static haproxyOfTcp(hub, word) {
    return Proxy.#haproxy(hub, fill(documented('haproxy')[1], { 'send-proxy-v2': word }));
  }

  static #haproxy(hub, text) {
    return Proxy.#start(hub, (port, logs) => {
      const conf = join(logs, 'haproxy.cfg');
      const filled = fill(text, {
        '10.0.0.11:3000': `127.0.0.1:${hub.port}`,
        '10.0.0.12:3000': `127.0.0.1:${hub.port}`,
        'bind :443': `bind 127.0.0.1:${port}`,
        '/etc/haproxy/hub.example.org.pem': certAndKey,
      });
      writeFileSync(
        conf,
        'global\n  log stdout format raw local0\n' +
          'defaults\n  log global\n  mode http\n  option httplog\n  option dontlognull\n' +
          `  timeout connect 5s\n  timeout client 50s\n  timeout server 50s\n${filled}`,
      );
      return ['haproxy', ['-db', '-f', conf]];
    });
  }

  static async #start(hub, prepare, probe = '/readyz') {
    const proxy = new Proxy(await freePort());
    const [program, argv] = prepare(proxy.port, proxy.#logs);
    proxy.#run(program, argv);
    await until('the proxy passes requests on to the hub', async () => {
      if (proxy.#code !== null) throw new Error(`${program} ended:\n${proxy.log()}`);
      return (await proxy.get(probe).catch(() => 0)) === 200;
    });
    return proxy;
  }

  #logs = mkdtempSync(join(folder, 'logs-'));
  #child;
  #code = null;
  #said = '';

  constructor(port) {
    this.port = port;
  }

  get url() {
    return `wss://127.0.0.1:${this.port}`;
  }

  // The status of the answer.
  get(path, headers = {}) {
    const asked = new Promise((resolve, reject) => {
      const url = `https://127.0.0.1:${this.port}${path}`;
      get(url, { ca: readFileSync(cert), headers, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      }).on('error', reject);
    });
    return within(`an answer to ${path}`, asked);
  }

  // All that it has logged and said. Whole once it was stopped.
  log() {
    const files = readdirSync(this.#logs, { withFileTypes: true }).filter((file) => file.isFile());
    const logs = files.filter(({ name }) => name.endsWith('.log'));
    return this.#said + logs.map(({ name }) => readFileSync(join(this.#logs, name), 'utf8')).join('');
  }

  async stop() {
    if (this.#code !== null) return;
    this.#child.kill('SIGTERM');
    await until('the proxy ends', () => this.#code !== null);
  }

  #run(program, argv) {
    this.#child = spawn(program, argv, { env: environment });
    running.add(this.#child);
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => (this.#said += text));
    }
    const ended = (code) => {
      running.delete(this.#child);
      this.#code = code ?? -1;
    };
    this.#child.on('close', ended);
    this.#child.on('error', (error) => {
      this.#said += `${error.message}; ./dev deps test installs it\n`;
      ended(-1);
    });
  }
}
