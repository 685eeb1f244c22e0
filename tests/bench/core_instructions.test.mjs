// SPDX-License-Identifier: Apache-2.0
//
// The guard of what the core costs, with a valgrind that says what the test wants.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const guard = fileURLToPath(new URL('core_instructions.mjs', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'core-instructions-'));
after(() => rm(folder, { recursive: true }));
const recordFile = join(folder, 'record.json');

async function script(name, text) {
  await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
  await chmod(join(folder, name), 0o755);
}
await script('core_cost', "printf 'signal\\nannounce\\ncompiler 12.2.0\\n'");

// Of a program that takes 5,000 instructions to start, and `each` for an operation.
async function check(each, ...flags) {
  await script('valgrind', `echo "== Collected : $((5000 + ${each} * $6))" >&2`);
  const env = { PATH: `${folder}:${process.env.PATH}`, PIGEONHUB_CORE_INSTRUCTIONS: recordFile };
  return new Promise((done) => {
    execFile(process.execPath, [guard, join(folder, 'core_cost'), ...flags], { env },
      (error, stdout, stderr) => done({ code: error?.code ?? 0, stdout, stderr }));
  });
}

const by = `g++ 12.2.0 for ${process.arch}`;
function record(operations, compiler = by) {
  return writeFile(recordFile, JSON.stringify({ by: compiler, operations }));
}

test('what takes up to 10 % more than recorded passes', async () => {
  await record({ signal: 1000, announce: 1090 });
  const { code, stdout } = await check(1100);
  assert.equal(code, 0);
  assert.match(stdout, /signal +1000 +1100/);
});

test('what takes more is named, with the way to record it', async () => {
  await record({ signal: 1000, announce: 2000 });
  const { code, stderr } = await check(1200);
  assert.equal(code, 1);
  assert.match(stderr, /^signal: takes 1200 instructions, 20 % more than the 1000 recorded$/m);
  assert.match(stderr, /\.\/dev bench core instructions --record/);
  assert.doesNotMatch(stderr, /announce/);
});

test('an operation that is not recorded does not pass', async () => {
  await record({ signal: 1000 });
  const { code, stderr } = await check(1000);
  assert.equal(code, 1);
  assert.match(stderr, /^announce: is not recorded$/m);
});

test('what another compiler made is not compared', async () => {
  await record({ signal: 1000, announce: 1000 }, 'g++ 11.1.0 for x64');
  const { code, stderr } = await check(1000);
  assert.equal(code, 1);
  assert.match(stderr, /two compilers do not compare/);
});

test('a record that was written is what the next run compares with', async () => {
  assert.equal((await check(700, '--record')).code, 0);
  assert.deepEqual(JSON.parse(await readFile(recordFile, 'utf8')),
    { by, operations: { signal: 700, announce: 700 } });
  assert.equal((await check(700)).code, 0);
  assert.equal((await check(800)).code, 1);
});
