// SPDX-License-Identifier: Apache-2.0
//
// Runs $PIGEONCTL_BINARY, the command line client, as a shell would.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

import { until, within } from './wait.mjs';

const binary = process.env.PIGEONCTL_BINARY ?? '';
if (!existsSync(binary)) {
  console.error(`PIGEONCTL_BINARY='${binary}' is not there; set it to a pigeonctl program`);
  process.exit(1);
}

// The user's own contexts and variables are not meant for it, nor can it write any.
const environment = { PATH: process.env.PATH, HOME: '/dev/null' };

const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class Pigeonctl {
  constructor(address, flags = []) {
    this.flags = ['--server', address, ...flags];
  }

  // Resolves with {code, out, err} once it has ended.
  async run(...words) {
    const call = this.start(...words);
    await call.ended;
    return call;
  }

  // The answer as JSON; rejects if the exit code is not 0.
  async json(...words) {
    const { code, out, err } = await this.run(...words, '-o', 'json');
    if (code !== 0) throw new Error(`pigeonctl ${words.join(' ')} ended with ${code}: ${err}`);
    return JSON.parse(out);
  }

  // A line that was copied from somewhere, with its words as a shell takes them.
  startLine(line) {
    const [program, ...words] = execFileSync('sh', ['-c', `printf '%s\\n' ${line}`], { encoding: 'utf8' }).trimEnd().split('\n');
    assert.equal(program, 'pigeonctl');
    return this.start(...words);
  }

  // A call that may take long: `out` and `err` grow, `code` is set at the end.
  start(...words) {
    const child = spawn(binary, [...this.flags, ...words.map(String)], { env: environment });
    running.add(child);
    const call = { out: '', err: '', code: null };
    child.stdout.setEncoding('utf8').on('data', (text) => (call.out += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (call.err += text));
    const closed = once(child, 'close').then(([code]) => {
      running.delete(child);
      call.code = code;
    });
    call.ended = within(`pigeonctl ${words.join(' ')} ends`, closed);
    call.ended.catch(() => {});
    call.interrupt = () => child.kill('SIGINT');
    call.prints = (pattern) =>
      until(`pigeonctl ${words.join(' ')} prints ${pattern}`, () => pattern.test(call.out));
    return call;
  }
}
