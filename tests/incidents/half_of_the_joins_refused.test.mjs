// SPDX-License-Identifier: Apache-2.0
//
// Every other join fails. It is the users of one office: their application kept an old token.

import { test } from 'node:test';

import { TokenMaker } from '../e2e/support/token_maker.mjs';
import { randomId, refusal, WirePeer } from '../e2e/support/wire_peer.mjs';
import { crash, Search, SearchAfterwards, start } from './support/incident.mjs';

const OLD = 1_500_000_000;

test('half of the joins are refused', async (t) => {
  const tokens = new TokenMaker();
  t.after(() => tokens.remove());
  const hub = await start('hub', { flags: ['--auth', 'required', '--token-key', tokens.keyFile] });
  for (let i = 0; i < 10; ++i) {
    await WirePeer.connect(hub, { query: `?peerId=${randomId()}&token=${tokens.make()}` });
    const old = `?peerId=${randomId()}&token=${tokens.make({ exp: OLD })}`;
    await refusal(hub, { query: old, localAddress: '127.0.0.2' });
  }
  const search = new Search(hub);
  await search.finds('doctor -o short', /newcomers were turned away lately: .*token_expired x\d+, from 127\.0\.0\.2/);
  await search.finds('stats', /^token_expired +10$/m);
  await search.finds('errors token_expired', /have it\s+fetch a new one/);

  await crash(hub);
  const afterwards = new SearchAfterwards(hub);
  await afterwards.finds('events summary --kind peerRefused --by reason', /^token_expired /m);
  await afterwards.finds('events summary --kind peerRefused --by address', /^127\.0\.0\.2 /m);
});
