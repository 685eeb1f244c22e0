// SPDX-License-Identifier: Apache-2.0
//
// await bundle('app/parts/units.ts') is that module of console/, as the pages have it: TypeScript, with the messages that
// building the console generates. `define` is what the build puts in place of names.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const console_ = fileURLToPath(new URL('../../../console', import.meta.url));
const messages = join(console_, 'proto');

export async function bundle(path, define = {}) {
  if (!existsSync(messages)) throw new Error('console/proto is missing: build the console first, as ./dev build does');
  const { build } = createRequire(join(console_, 'package.json'))('esbuild');
  const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-console-'));
  try {
    const outfile = join(folder, 'module.mjs');
    await build({
      absWorkingDir: console_,
      entryPoints: [path],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'neutral',
      mainFields: ['module', 'main'],
      conditions: ['import'],
      target: 'es2022',
      define,
      loader: { '.css': 'empty' },
      alias: { '#proto': messages },
      jsx: 'automatic',
      jsxImportSource: 'preact',
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
