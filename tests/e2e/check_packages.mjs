// SPDX-License-Identifier: Apache-2.0
//
// Says in one line what the end-to-end tests lack, before a dozen of them say it in a hundred.

import { existsSync, readFileSync } from 'node:fs';

const { dependencies } = JSON.parse(readFileSync(new URL('package.json', import.meta.url)));
const missing = Object.entries(dependencies).filter(([name, version]) => {
  const installed = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return !existsSync(installed) || JSON.parse(readFileSync(installed)).version !== version;
});
if (missing.length > 0) {
  const names = missing.map((dependency) => dependency.join('@')).join(', ');
  console.error(`tests/e2e/node_modules lacks ${names}: run ./dev test, which installs them`);
  process.exit(1);
}
