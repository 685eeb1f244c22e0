// SPDX-License-Identifier: Apache-2.0
//
// A hub works hard although few are there: the clients of one namespace send far too much.

import { test } from 'node:test';

import { until } from '../e2e/support/wait.mjs';
import { WirePeer } from '../e2e/support/wire_peer.mjs';
import { crash, Search, SearchAfterwards, start } from './support/incident.mjs';

const join = (hub, count, network) =>
  Promise.all(Array.from({ length: count }, () => WirePeer.join(hub, network)));

test('one namespace is noisy', async (t) => {
  // The default, which holds for peers at loopback addresses only if it is said.
  const hub = await start('hub', { flags: ['--message-rate', '100/s,500'] });
  await join(hub, 40, 'quiet');
  const noisy = await join(hub, 4, 'noisy');
  const noise = setInterval(() => {
    for (const [i, peer] of noisy.entries()) {
      for (let n = 0; n < 60; ++n) peer.signal('ice-candidate', noisy[(i + 1) % noisy.length], 'noisy', { n });
    }
  }, 20);
  t.after(() => clearInterval(noise));
  await until('they come to the limit', async () => /rate_limit/.test((await hub.ctl.run('events', '--kind', 'limitHit')).out));

  const search = new Search(hub);
  await search.finds('doctor -o short', /limits were reached lately: .*message-rate x\d/);
  await search.finds('events summary --kind limitHit --by namespace', /^noisy +\d/m);

  await crash(hub);
  const afterwards = new SearchAfterwards(hub);
  await afterwards.finds('events summary --kind limitHit --by namespace', /^noisy +\d/m);
  await afterwards.finds('events --kind limitHit --namespace noisy', /rate_limit, .* in noisy \d+, by /);
});
