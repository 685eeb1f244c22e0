// SPDX-License-Identifier: Apache-2.0
//
// Two hubs are linked, and the peers of one do not see those of the other: the server that was
// dialed is no hub, or it does not let the other one in.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { until } from '../e2e/support/wait.mjs';
import { crash, folder, Search, SearchAfterwards, start } from './support/incident.mjs';

function key(name) {
  const path = join(folder, name);
  writeFileSync(path, `${name.repeat(32)}\n`, { mode: 0o600 });
  return path;
}

const isDialed = (hub) =>
  until('its link is decided', async () => {
    const { links } = await hub.ctl.json('links', 'list');
    return ['LINK_STATE_UP', 'LINK_STATE_NOT_ADMITTED'].includes(links[0].state);
  });

test('linked but peers unseen: the other server is no hub', async () => {
  const plain = await start('plain');
  const hub = await start('hub', { links: [plain] });
  await isDialed(hub);
  await new Search(hub).finds('doctor -o short', new RegExp(`PH-D08 .*${plain.url}.* is no hub`));
  await new Search(hub).finds('links list', /bootstrap +up .* is no hub/);

  await crash(hub);
  await new SearchAfterwards(hub).finds('events --kind linkUp', /which is no hub/);
});

test('linked but peers unseen: the hubs have different keys', async () => {
  const one = await start('one', { links: [], flags: ['--hub-key', key('a')] });
  const other = await start('other', { links: [one], flags: ['--hub-key', key('b')] });
  await isDialed(other);
  const cause = /does not admit this one: hub_token_bad_signature/;
  const search = new Search(other);
  await search.finds('links list', cause);
  await search.finds('errors hub_token_bad_signature', /with a key that this hub does not\s+have/);
  await new Search(one).finds('doctor -o short', /hubs were refused or lost lately, or links to them broke: .*hub_token_bad_signature x\d+, from 127\.0\.0\.1/);

  await crash(one, other);
  await new SearchAfterwards(other).finds('events --kind bootstrapDisconnected', cause);
  await new SearchAfterwards(one).finds('events --kind hubRefused', /hub_token_bad_signature, from 127\.0\.0\.1/);
});
