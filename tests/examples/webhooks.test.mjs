// SPDX-License-Identifier: Apache-2.0
//
// The receivers of webhooks in Node and Python against the hub as it is shipped.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { Hub } from '../e2e/support/hub.mjs';
import { until, within } from '../e2e/support/wait.mjs';
import { WirePeer } from '../e2e/support/wire_peer.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-webhook-examples-'));
const { PYTHON } = process.env;
const key = `whsec_${randomBytes(32).toString('base64')}`;
const keyFile = join(folder, 'webhook.keys');
writeFileSync(keyFile, `# of the test\n${key}\n`, { mode: 0o600 });

const running = new Set();
after(() => {
  running.forEach((child) => child.kill('SIGKILL'));
  rmSync(folder, { recursive: true });
});

// Starts an example; `lines` grows.
async function receive(program, file, port, place) {
  const child = spawn(program, [join(root, file), port, keyFile, place], {
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
  });
  running.add(child);
  const receiver = { lines: [], said: '' };
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (said) => (receiver.said += said));
  child.stdout.setEncoding('utf8').on('data', (more) => {
    const parts = (text + more).split('\n');
    text = parts.pop();
    receiver.lines.push(...parts);
  });
  const closed = new Promise((resolve) => child.once('close', resolve));
  receiver.sees = (line) =>
    until(`${file} prints ${line}`, () => {
      assert.equal(child.exitCode, null, receiver.said);
      return receiver.lines.some((each) => line.test(each));
    });
  receiver.kill = async () => {
    child.kill('SIGKILL');
    await within('the receiver is gone', closed);
    running.delete(child);
  };
  await receiver.sees(/^listening on \d+$/);
  receiver.port = Number(receiver.lines[0].split(' ').at(-1));
  return receiver;
}

const languages = [
  { name: 'Node', program: process.execPath, file: 'examples/node/webhook.mjs' },
  { name: 'Python', program: PYTHON, file: 'examples/python/webhook.py' },
];

for (const { name, program, file } of languages) {
  describe(name, { skip: !program && `no ${name}` }, () => {
    test('takes each event once and in order, through restarts of itself and of the hub', async () => {
      const place = join(folder, `${name}-place`);
      const first = await receive(program, file, 0, place);
      const flags = ['--webhook', `http://127.0.0.1:${first.port}/hook`, '--webhook-key', keyFile, '--control-listen', 'off'];
      let hub = await Hub.start({ flags });
      await first.sees(/^1 started \d{4}-/);
      await until('it has noted how far it is', () => existsSync(place));
      await first.kill();
      const { port } = first;
      const peer = await WirePeer.connect(hub);
      peer.socket.close();
      await until('the peer has left', async () => (await hub.health()).connections === 0);

      const second = await receive(program, file, port, place);
      await second.sees(/^3 peerDisconnected /);
      assert.deepEqual(second.lines.slice(1).map((line) => line.split(' ').slice(0, 2).join(' ')), ['2 peerConnected', '3 peerDisconnected']);
      await hub.kill();
      hub = await Hub.start({ flags });
      await second.sees(/^1 started /);
      await hub.kill();
      await second.kill();
    });

    test('believes nobody but who has the key, and nothing that is old', async () => {
      const receiver = await receive(program, file, 0, join(folder, `${name}-other-place`));
      const body = JSON.stringify({ type: 'started', timestamp: 't', data: { epoch: 'a', seq: '1' } });
      const send = async ({ secret = key, time = Math.floor(Date.now() / 1000), text = body, id = 'a-1' }) => {
        const mac = createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(`${id}.${time}.${body}`).digest('base64');
        const headers = { 'webhook-id': id, 'webhook-timestamp': String(time), 'webhook-signature': `v1,AAAA v1,${mac}` };
        return (await fetch(`http://127.0.0.1:${receiver.port}/`, { method: 'POST', body: text, headers })).status;
      };
      assert.equal(await send({ secret: `whsec_${randomBytes(32).toString('base64')}` }), 401);
      assert.equal(await send({ text: body.replace('started', 'stopped') }), 401);
      assert.equal(await send({ time: Math.floor(Date.now() / 1000) - 3600 }), 401);
      assert.equal((await fetch(`http://127.0.0.1:${receiver.port}/`, { method: 'POST', body })).status, 401);
      assert.equal(await send({}), 204);
      assert.equal(await send({}), 204);
      assert.deepEqual(receiver.lines.slice(1), ['1 started t'], 'what comes twice is taken once');
      await receiver.kill();
    });
  });
}
