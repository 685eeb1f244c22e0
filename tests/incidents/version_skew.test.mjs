// SPDX-License-Identifier: Apache-2.0
//
// One of two hubs was left behind by an update. Its program is a copy of this one that says an older
// version of itself: the first letters of the version are others wherever they stand in it.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { crash, folder, Search, SearchAfterwards, start } from './support/incident.mjs';

const OLD = '0.0.';

const versionOf = (program) => execFileSync(program, ['--version'], { encoding: 'utf8' }).trim().split(' ')[1];

function outdated(version) {
  const program = readFileSync(process.env.PIGEONHUB_BINARY);
  for (let at = 0; (at = program.indexOf(version.slice(0, OLD.length), at)) >= 0; ++at) program.write(OLD, at);
  const path = join(folder, 'pigeonhub-old');
  writeFileSync(path, program, { mode: 0o755 });
  return path;
}

test('hubs are of different versions', async (t) => {
  const version = versionOf(process.env.PIGEONHUB_BINARY);
  const program = outdated(version);
  const old = versionOf(program);
  if (old === version) return t.skip('this machine has the version in the program in another way');
  const hub = await start('hub', { links: [] });
  const behind = await start('behind', { links: [hub], program });
  await new Search(behind).finds('doctor -o short', new RegExp(`PH-D13 .*hub ${old}, pigeonctl ${version}`));
  await new Search(hub).finds('doctor -o short', /^(?!.*PH-D13)/);

  await crash(hub, behind);
  const search = new SearchAfterwards(hub, behind);
  await search.finds('events --kind started', new RegExp(`version ${version}$`, 'm'), new RegExp(`version ${old}$`, 'm'));
});
