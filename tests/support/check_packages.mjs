// SPDX-License-Identifier: Apache-2.0
//
// check_packages.mjs FOLDER says in one line which of the npm packages of FOLDER/package.json are
// not installed there, before a dozen tests say it in a hundred.

import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = process.argv[2];
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(folder, 'package.json')));
const missing = Object.entries({ ...dependencies, ...devDependencies }).filter(
  ([name, version]) => {
    const installed = join(folder, 'node_modules', name, 'package.json');
    return !existsSync(installed) || JSON.parse(readFileSync(installed)).version !== version;
  },
);
if (missing.length > 0) {
  const names = missing.map((dependency) => dependency.join('@')).join(', ');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  console.error(`${relative(root, folder)} lacks ${names}: run ./dev test, which installs them`);
  process.exit(1);
}
