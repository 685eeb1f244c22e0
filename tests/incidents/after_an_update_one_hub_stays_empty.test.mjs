// SPDX-License-Identifier: Apache-2.0
//
// One of two hubs was updated, and nobody comes back to it: its new configuration knows the pages of
// an application by another name. All the checks of the update were green.

import { test } from 'node:test';

import { refusal, WirePeer } from '../e2e/support/wire_peer.mjs';
import { crash, Search, SearchAfterwards, start } from './support/incident.mjs';

const PAGE = 'https://app.example.org';

test('after an update one hub stays empty', async () => {
  const good = await start('good', { flags: ['--allow-origin', PAGE] });
  const updated = await start('updated', { flags: ['--allow-origin', 'https://new.example.org'] });
  for (let i = 0; i < 5; ++i) {
    await WirePeer.connect(good, { origin: PAGE });
    await refusal(updated, { origin: PAGE });
  }
  const search = new Search(updated);
  await search.finds('doctor -o short', /newcomers were turned away lately: .*origin_not_allowed/);
  await search.finds(
    `doctor --outside --origin ${PAGE} -o short ${good.url} ${updated.url}`,
    new RegExp(`PH-D17 ${updated.url}: .*${PAGE}`),
  );
  await search.finds('errors origin_not_allowed', /name that origin by\s+--allow-origin/);

  await crash(updated);
  await new SearchAfterwards(updated).finds('events summary --by reason', /^origin_not_allowed +\d/m);
});
