// SPDX-License-Identifier: Apache-2.0
//
// Nothing is wrong yet: the certificate expires tomorrow.

import { test } from 'node:test';

import { Authority } from '../e2e/support/certificate.mjs';
import { folder, Search, start } from './support/incident.mjs';

test('the certificate expires tomorrow', async () => {
  const authority = new Authority(folder);
  const { cert, key } = authority.make('hub');
  const begin = () => start('hub', { flags: ['--tls-cert', cert, '--tls-key', key] });
  const looks = async (hub) => {
    const search = new Search(hub);
    await search.finds('doctor -o short', /PH-D10 .* the certificate for peers ends soon: .*, in 23h/);
    await search.finds(
      `doctor --outside --peer-ca ${authority.path} -o short wss://localhost:${hub.port}`,
      /PH-D15 .* its certificate ends soon: it ends .*, in 23h/,
    );
  };
  const hub = await begin();
  await looks(hub);
  await hub.kill();
  await looks(await begin());
});
