// SPDX-License-Identifier: Apache-2.0
//
// docs/operations.md says what is so: reasons, alerts, flags, commands and links are compared with their sources.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const at = (path) => new URL(`../../${path}`, import.meta.url);
const read = (path) => readFileSync(at(path), 'utf8');
const guide = read('docs/operations.md');
const section = (title) => guide.split(`\n## ${title}\n`)[1].split('\n## ')[0];
const rows = (text) => [...text.matchAll(/^\| (`.+?) \|(.*) \|$/gm)].map(([, first, rest]) => [first, rest.trim()]);

test('every reason has a row, with the close frame that goes with it', () => {
  const table = new Map(rows(section('Reasons and close codes')).map(([name, rest]) => [name.slice(1, -1), rest]));
  const reasons = [...read('server/core/reason.cc').matchAll(/\{Reason::\w+, "(\w+)",\s+\{(?:(\d+), "(.*)")?\}\}/g)];
  assert.ok(reasons.length > 30);
  for (const [, name, code, text] of reasons) {
    const row = table.get(name);
    assert.ok(row, `${name} has a row`);
    const close = code ? `${code}${text ? ` \`${text}\`` : ''} | ` : '';
    assert.ok(code ? row.startsWith(close) : /^(HTTP \d+ )?\| /.test(row), `${name}: ${row} begins with ${close}`);
    assert.match(row, /\| \S.+\.$/, `${name} says what to do`);
  }
});

test('every alert has a row', () => {
  const named = new Set(section('Metrics and alerts').match(/Pigeonhub\w+/g));
  const alerts = [...read('helm/pigeonhub/files/alerts.yaml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
  assert.deepEqual([...named].sort(), alerts.sort());
});

test('every flag it names is one of pigeonhub, pigeonctl or a program that is named beside it', () => {
  const help = (program, ...words) => execFileSync(program, [...words, '--help'], { encoding: 'utf8' });
  const flagsIn = (text) => [...text.matchAll(/--(?:\[no-\])?([a-z][a-z-]+)/g)].map(([, flag]) => flag);
  const known = new Set([
    ...flagsIn(help(process.env.PIGEONHUB_BINARY)),
    ...[[], ['server', 'drain'], ['events'], ['events', 'summary'], ['doctor'], ['trace'], ['peers', 'list'], ['bans', 'add'], ['namespaces', 'policy', 'set']].flatMap((words) =>
      flagsIn(help(process.env.PIGEONCTL_BINARY, ...words))),
    ...['read-only', 'stop-timeout', 'allow-downgrades', 'from', 'to', 'standalone', 'now'], // docker's, apt's, Caddy's, certbot's, systemctl's
  ]);
  assert.deepEqual([...new Set(flagsIn(guide))].filter((flag) => !known.has(flag)), []);
});

test('every setting that the file of the package suggests is one, and together they make sense', () => {
  // Without what names files, which are not here, what needs one of them, and the policies at the end.
  const settings = [...read('packaging/pigeonhub.toml').matchAll(/^(?:# )?([a-z][a-z0-9-]* = .*)$/gm)].map(([, line]) => line);
  const file = settings.filter((line) => !/^(who|issuers|max-peers|webhook|ice-url|console-behind-proxy) = |\/(etc|var|run)\//.test(line)).join('\n');
  assert.ok(settings.length > 25);
  const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-docs-'));
  try {
    const path = join(folder, 'hub.toml');
    writeFileSync(path, file);
    const said = execFileSync(process.env.PIGEONHUB_BINARY, ['--config', path, '--check-config'], { encoding: 'utf8', env: { HOME: folder } });
    assert.equal(said, 'configuration ok\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('every command of pigeonctl it names is one', () => {
  const commands = [...guide.matchAll(/`pigeonctl\s([a-z-]+(?:\s[a-z][a-z-]*)*)/g)].map(([, words]) => words.split(/\s/));
  assert.ok(commands.length > 10);
  for (const words of commands) {
    assert.doesNotThrow(() => execFileSync(process.env.PIGEONCTL_BINARY, [...words, '--help'], { stdio: 'pipe' }), `pigeonctl ${words.join(' ')}`);
  }
});

test('its links lead somewhere', () => {
  const anchors = (text) => [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'));
  for (const [, path, anchor] of guide.matchAll(/\]\(([^)#]*)(?:#([^)]+))?\)/g)) {
    const text = path === '' ? guide : existsSync(new URL(path, at('docs/'))) && readFileSync(new URL(path, at('docs/')), 'utf8');
    assert.ok(text, path);
    if (anchor) assert.ok(anchors(text).includes(anchor), `${path}#${anchor}`);
  }
});
