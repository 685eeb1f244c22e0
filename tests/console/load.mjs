// SPDX-License-Identifier: Apache-2.0
//
// A module of console/, bundled as the build does it, for a test to import.

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../console/', import.meta.url));
const { build } = createRequire(`${folder}build.mjs`)('esbuild');

// `path` is below console/; `define` is what the build puts in place of names.
export async function load(path, define = {}) {
  const { outputFiles } = await build({
    entryPoints: [`${folder}${path}`],
    bundle: true,
    write: false,
    format: 'esm',
    target: ['es2022'],
    define,
    logLevel: 'warning',
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString('base64')}`);
}
