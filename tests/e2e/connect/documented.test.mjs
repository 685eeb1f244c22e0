// SPDX-License-Identifier: Apache-2.0
//
// The lines of curl in docs/control-api.md and docs/console.md, as they stand there; only the
// addresses and the token are put in their places.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';

import { Callers, startWithConsole } from '../support/console_port.mjs';
import { until, within } from '../support/wait.mjs';
import { WirePeer } from '../support/wire_peer.mjs';

const EXAMPLES = /^(?:curl|printf) (?:[^\\\n]|\\\n|\\[^\n])*$/gm;
const linesOf = (page) => {
  const text = readFileSync(new URL(`../../../docs/${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block]) => block.match(EXAMPLES) ?? []);
};

const callers = new Callers();
let hub; // Where whoever is on the machine may call.
let guarded; // Where a token says who calls.
before(async () => {
  hub = await startWithConsole();
  guarded = await startWithConsole({ flags: callers.flags });
  for (let i = 0; i < 7; ++i) await WirePeer.join(hub, 'room');
});
after(async () => {
  await hub?.kill();
  await guarded?.kill();
  callers.remove();
});

function start(line) {
  const asked = line.includes('TOKEN') ? guarded : hub;
  const here = line
    .replaceAll(/http:\/\/127\.0\.0\.1:50080|https:\/\/console\.example\.org/g, asked.console)
    .replaceAll('TOKEN', Callers.TOKENS.ada);
  assert.ok(here.includes(asked.console), `an address stands in ${line}`);
  const child = spawn('sh', ['-c', here], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { out: '', err: '', child, ended: once(child, 'close') };
  child.stdout.setEncoding('latin1').on('data', (text) => (run.out += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (run.err += text));
  return run;
}

async function answerOf(line) {
  const run = start(line);
  const [code] = await within(line, run.ended);
  assert.equal(code, 0, run.err);
  return JSON.parse(run.out);
}

// What each is to say, by what it asks.
const CHECKS = {
  'ServerService/GetStats': ({ servingState, peers }) => {
    assert.equal(servingState, 'SERVING_STATE_SERVING');
    assert.equal(peers, '7');
  },
  'PeerService/ListPeers': ({ peers, nextPageToken }, line) => {
    const size = Number(/"pageSize":(\d+)/.exec(line)[1]);
    assert.equal(peers.length, size);
    assert.ok(nextPageToken);
  },
  'Health/Check': (answer) => assert.deepEqual(answer, { status: 'SERVING' }),
  'AccessService/ListBans': (answer) => assert.deepEqual(answer.bans ?? [], []),
  'AccessService/Ban': ({ expireTime }) => {
    const left = (Date.parse(expireTime) - Date.now()) / 1000;
    assert.ok(left > 86_000 && left < 86_500, `${left} s`);
  },
};

const STREAM = 'EventService/WatchEvents';

for (const [page, count] of [
  ['control-api.md', 4],
  ['console.md', 4],
]) {
  test(`docs/${page}: each line does what it says`, async (t) => {
    const lines = linesOf(page);
    assert.equal(lines.length, count, 'all are found');
    for (const line of lines) {
      const [, method] = /\/[\w.]+\.v1\.(\w+\/\w+)/.exec(line);
      if (method === STREAM) continue;
      await t.test(line.split('\n')[0], async () => CHECKS[method](await answerOf(line), line));
    }
  });
}

test('docs/control-api.md: the stream goes on until it is ended, with what happens', async () => {
  const [line] = linesOf('control-api.md').filter((each) => each.includes(STREAM));
  const run = start(line);
  try {
    await until('a bookmark', () => /^\0[^]{4}\{"bookmark":/.test(run.out));
    const { id } = await WirePeer.join(hub, 'room');
    await until('the event', () => run.out.includes(`"peerId":"${id}"`));
    assert.equal(run.child.exitCode, null, 'it goes on');
  } finally {
    process.kill(-run.child.pid);
    await run.ended;
  }
});
