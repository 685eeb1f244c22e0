// SPDX-License-Identifier: Apache-2.0
//
// The examples in Python and Node against the hub as it is shipped. $PYTHON, $PROTOC and
// $GRPC_PYTHON_PLUGIN are the programs to use; without a Python its half is skipped.

import assert from 'node:assert/strict';
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { Hub } from '../e2e/support/hub.mjs';
import { until, within } from '../e2e/support/wait.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-examples-'));
const stubs = join(folder, 'stubs');
const address = `unix:${join(folder, 'control')}`;
const { PYTHON, PROTOC, GRPC_PYTHON_PLUGIN } = process.env;
const HUB_ID = 'ffeeddccbbaa99887766554433221100ffeeddcc';

const startHub = () => Hub.start({ flags: ['--control-listen', address] });

const watchers = new Set();
after(() => {
  watchers.forEach((watcher) => watcher.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

// As docs/control-api.md says it.
function generateStubs() {
  mkdirSync(stubs);
  const protos = readdirSync(join(root, 'proto/pigeonhub/v1')).map(
    (name) => `pigeonhub/v1/${name}`,
  );
  execFileSync(
    PROTOC,
    [
      '-I',
      'proto',
      `--python_out=${stubs}`,
      `--grpc_out=${stubs}`,
      `--plugin=protoc-gen-grpc=${GRPC_PYTHON_PLUGIN}`,
    ].concat(protos),
    { cwd: root },
  );
}

const languages = [
  {
    name: 'Python',
    program: PYTHON,
    folder: 'examples/python',
    ending: 'py',
    prepare: generateStubs,
  },
  { name: 'Node', program: process.execPath, folder: 'examples/node', ending: 'mjs', prepare() {} },
];

for (const language of languages) {
  const command = (example, ...words) => [
    language.program,
    [join(root, language.folder, `${example}.${language.ending}`), address, ...words],
    { env: { ...process.env, PYTHONPATH: stubs, PYTHONDONTWRITEBYTECODE: '1' } },
  ];
  const run = (...words) => promisify(execFile)(...command(...words));

  // Starts the watching example; `lines` grows.
  function watch(place) {
    const child = spawn(...command('watch_events', place));
    watchers.add(child);
    const watcher = { lines: [], said: '' };
    let text = '';
    child.stderr.setEncoding('utf8').on('data', (said) => (watcher.said += said));
    child.stdout.setEncoding('utf8').on('data', (more) => {
      const parts = (text + more).split('\n');
      text = parts.pop();
      watcher.lines.push(...parts);
    });
    const closed = new Promise((resolve) => child.once('close', resolve));
    watcher.sees = (line) =>
      until(`${language.name} prints ${line}`, () => {
        assert.equal(child.exitCode, null, watcher.said);
        return watcher.lines.some((each) => line.test(each));
      });
    watcher.kill = async () => {
      child.kill('SIGKILL');
      await within('the watcher is gone', closed);
      watchers.delete(child);
    };
    return watcher;
  }

  describe(language.name, { skip: !language.program && `no ${language.name}` }, () => {
    let hub;
    before(async () => {
      language.prepare();
      hub = await startHub();
    });
    after(() => hub?.kill());

    test('prints the statistics', async () => {
      const { stdout } = await run('stats');
      assert.equal(stdout, '0 connections, 0 peers, 0 hubs\n');
    });

    test('registers a hub, and says why not', async () => {
      const { stdout } = await run('register_hub', HUB_ID, 'eu-west');
      assert.equal(stdout, `${HUB_ID} is a hub, not connected yet\n`);
      await assert.rejects(run('register_hub', 'nonsense', 'eu-west'), {
        code: 1,
        stderr: 'INVALID_ARGUMENT: peer_id is not 40 hexadecimal digits; give the whole id, as lists show it\n',
      });
    });

    test('watches events, each once, through restarts of itself and of the hub', async () => {
      const place = join(folder, `${language.name}-place`);
      const first = watch(place);
      await first.sees(/^1 STARTED$/);
      await run('register_hub', HUB_ID, 'eu-north');
      await first.sees(/^\d+ AUDIT$/);
      const next = Number(first.lines.at(-1).split(' ')[0]) + 1;
      await until('the place is kept', () => existsSync(place) && new RegExp(`\\b${next}\\b`).test(readFileSync(place, 'utf8')));
      await first.kill();

      await run('register_hub', HUB_ID, 'eu-south');
      const second = watch(place);
      await second.sees(/^\d+ AUDIT$/);
      const numbers = [...first.lines, ...second.lines].map((line) => Number(line.split(' ')[0]));
      assert.deepEqual(
        numbers,
        numbers.map((_, i) => i + 1),
      );

      await hub.kill();
      hub = await startHub();
      await second.sees(/^gap, missing: unknown$/);
      await second.sees(/^1 STARTED$/);
      await second.kill();
    });
  });
}
