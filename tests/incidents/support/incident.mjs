// SPDX-License-Identifier: Apache-2.0
//
// What an operator has at night: hubs that keep an event log, and pigeonctl. A search for the cause
// may take three commands.

import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import { Hub } from '../../e2e/support/hub.mjs';
import { Pigeonctl } from '../../e2e/support/pigeonctl.mjs';
import { until } from '../../e2e/support/wait.mjs';

const MOST_COMMANDS = 3;

export const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-incident-'));
const hubs = [];
const lines = [];
after(async () => {
  for (const line of lines) line.close();
  await Promise.all(hubs.map((hub) => hub.kill()));
  rmSync(folder, { recursive: true });
});

// A hub with `ctl` to ask it and `eventLog`, its file. `links` are hubs, or lines to hubs, that it dials.
export async function start(name, { links, flags = [], ...options } = {}) {
  const control = `unix:${join(folder, name)}`;
  const eventLog = join(folder, `${name}.jsonl`);
  const mesh = links && ['--hub', ...dials(links)];
  const hub = await Hub.start({
    ...options,
    flags: ['--control-listen', control, '--event-log', eventLog, ...(mesh ?? []), ...flags],
  });
  hubs.push(hub);
  return Object.assign(hub, { ctl: new Pigeonctl(control), eventLog });
}

// Kills hubs when all that they tell of is in their event logs, which are a moment behind.
export async function crash(...crashing) {
  for (const { ctl, eventLog } of crashing) {
    const { out } = await ctl.run('events', '-o', 'jsonl');
    const last = Math.max(...[...out.matchAll(/"seq":"(\d+)"/g)].map(([, seq]) => Number(seq)));
    await until('the event log has it all', () => readFileSync(eventLog, 'utf8').includes(`"seq":"${last}"`));
  }
  await Promise.all(crashing.map((hub) => hub.kill()));
}

const dials = (links) =>
  links.length > 0 ? links.flatMap(({ url }) => ['--bootstrap-hub', url]) : ['--no-auto-connect'];

// Closed at the end of the test file.
export async function closing(line) {
  lines.push(await line);
  return lines.at(-1);
}

// The commands that somebody needs to find a cause.
export class Search {
  #ctl;
  #asked = [];

  constructor({ ctl }) {
    this.#ctl = ctl;
  }

  // A command, and what its output must say.
  async finds(words, ...patterns) {
    this.#asked.push(words);
    assert.ok(this.#asked.length <= MOST_COMMANDS, `more than ${MOST_COMMANDS} commands: ${this.#asked.join('; ')}`);
    const { out, err } = await this.#ctl.run(...words.split(' '));
    for (const pattern of patterns) assert.match(out, pattern, `pigeonctl ${words}\n${out}${err}`);
    return out;
  }
}

// As above, with nothing but what hubs wrote while they ran.
export class SearchAfterwards extends Search {
  #files;

  constructor(...hubs) {
    super({ ctl: new Pigeonctl('unix:/nobody/listens/here') });
    this.#files = hubs.map(({ eventLog }) => `--file ${eventLog}`).join(' ');
  }

  finds(words, ...patterns) {
    return super.finds(/^(events|explain) ?/.test(words) ? `${words} ${this.#files}` : words, ...patterns);
  }
}
