// SPDX-License-Identifier: Apache-2.0
//
// The programs of docs/tokens.md as they stand there: pigeonctl accepts what they print. $PYTHON and
// $GO are the programs to use; without one its part is skipped.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const page = readFileSync(fileURLToPath(new URL('../../docs/tokens.md', import.meta.url)), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-tokens-'));
const { GO, PIGEONCTL_BINARY, PYTHON } = process.env;

// The blocks of code of a language.
const blocks = (language) =>
  [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter((block) => block[1] === language)
    .map((block) => block[2]);

const run = (program, words, options = {}) =>
  execFileSync(program, words, { cwd: folder, encoding: 'utf8', ...options });

const check = (token, key) =>
  run(
    PIGEONCTL_BINARY,
    [
      ...['token', 'check', '-', '--key', key, '-o', 'json'],
      ...['--audience', 'hub.example.org', '--issuer', 'https://app.example'],
    ],
    { input: token },
  );

before(() => {
  const [keys] = blocks('sh');
  run('sh', ['-e'], { input: keys });
});
after(() => rmSync(folder, { recursive: true }));

const languages = [
  {
    name: 'Node',
    block: 'js',
    file: 'mint.mjs',
    key: '2026-11.key',
    checks: '2026-11.pem',
    command: [process.execPath],
  },
  {
    name: 'Python',
    block: 'python',
    file: 'mint.py',
    key: 'app.keys',
    checks: 'app.keys',
    command: PYTHON && [PYTHON],
  },
  {
    name: 'Go',
    block: 'go',
    file: 'mint.go',
    key: '2026-11.key',
    checks: '2026-11.pem',
    command: GO && [GO, 'run'],
  },
];

for (const { name, block, file, key, checks, command } of languages) {
  test(`${name} makes a token that is good`, { skip: !command && `no ${name}` }, () => {
    const [program] = blocks(block);
    writeFileSync(join(folder, file), program);
    const [first, ...words] = command;
    const env = {
      ...process.env,
      GOCACHE: join(folder, 'go-cache'),
      GO111MODULE: 'off',
    };
    const token = run(first, [...words, file, key, 'user42'], { env });
    const { accepted, namespaces } = JSON.parse(check(token, checks));
    assert.equal(accepted, true);
    assert.deepEqual(namespaces, ['chat', 'game:*']);
    const claims = JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
    assert.equal(claims.sub, 'user42');
  });
}

test('pigeonctl makes the tokens of the page', () => {
  const [, commands] = blocks('sh');
  for (const line of commands.trim().split('\n')) {
    const token = run('sh', ['-ec', line.replace(/^pigeonctl/, '"$PIGEONCTL_BINARY"')]);
    const key = line.includes('app.keys') ? 'app.keys' : '2026-11.pem';
    const words = ['token', 'check', '-', '--key', key];
    assert.match(run(PIGEONCTL_BINARY, words, { input: token }), /^accepted/);
  }
});
