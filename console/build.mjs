// SPDX-License-Identifier: Apache-2.0
//
// node build.mjs OUT PROTOC PROTO_FOLDER
//
// Bundles what the hub serves to browsers into the folder OUT, and writes OUT/files.cc, which holds
// it all, packed, for the program. The messages are generated from the protos of the control API.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build, transform } from 'esbuild';

import { licenses } from './licenses.mjs';
import { closeReasons } from './reasons.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const [out, protoc, protos] = process.argv.slice(2);
const site = join(out, 'site');
const generated = join(here, 'proto');

// What a browser of the console loads at once, gzipped, in bytes.
const CONSOLE_LIMIT = 150 * 1024;

const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function generateMessages() {
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated);
  const inputs = filesBelow(join(protos, 'pigeonhub')).filter((file) => file.endsWith('.proto'));
  execFileSync(
    protoc,
    [
      `--plugin=protoc-gen-es=${join(here, 'node_modules/.bin/protoc-gen-es')}`,
      `--es_out=${generated}`,
      '--es_opt=target=ts,import_extension=none',
      `--proto_path=${protos}`,
      ...inputs,
      ...filesBelow(join(protos, 'google')).filter((file) => file.endsWith('.proto')),
    ],
    { stdio: 'inherit' },
  );
}

const common = {
  bundle: true,
  minify: true,
  target: ['es2022'],
  legalComments: 'linked',
  logLevel: 'warning',
  absWorkingDir: here,
  alias: { '#proto': generated },
  jsx: 'automatic',
  jsxImportSource: 'preact',
};

async function bundle() {
  rmSync(site, { recursive: true, force: true });
  mkdirSync(join(site, 'console'), { recursive: true });
  mkdirSync(join(site, 'peers'), { recursive: true });
  await build({
    ...common,
    entryPoints: { app: 'app/main.tsx' },
    outdir: join(site, 'console'),
    format: 'esm',
  });
  for (const file of ['index.html', 'icon.svg']) cpSync(join(here, 'app', file), join(site, 'console', file));
  await buildForPeers();
}

const PEERPIGEON = 'node_modules/peerpigeon/dist/peerpigeon-browser.js';
const text = (path) => readFileSync(join(here, path), 'utf8');

// What pages of peers load from the port of the peers: the unmodified client, minified, ours on top, and a page to try it.
async function buildForPeers() {
  const peers = join(site, 'peers');
  const notice = `/*! PeerPigeon ${JSON.parse(text('node_modules/peerpigeon/package.json')).version}\n\n${text('node_modules/peerpigeon/LICENSE')}*/\n`;
  const { code } = await transform(text(PEERPIGEON), { minify: true, target: common.target, legalComments: 'eof' });
  writeFileSync(join(peers, 'peerpigeon.js'), notice + code);
  const { outputFiles } = await build({
    ...common,
    entryPoints: ['client/client.ts'],
    legalComments: 'none',
    write: false,
    format: 'iife',
    define: { CLOSE_REASONS: JSON.stringify(closeReasons(text('../docs/operations.md'))) },
  });
  // A page that loads it twice has one client.
  writeFileSync(join(peers, 'client.js'), `${notice}if(!globalThis.PigeonHub){\n${code}${outputFiles[0].text}}\n`);
  await build({ ...common, entryPoints: ['demo/demo.tsx', 'demo/demo.css'], outdir: peers, format: 'esm', legalComments: 'none' });
  cpSync(join(here, 'demo/demo.html'), join(peers, 'demo.html'));
  writeFileSync(join(peers, 'LICENSES.txt'), licenses(here));
}

// A string literal of C++ that is these bytes.
function literal(bytes) {
  let text = '';
  for (const byte of bytes) {
    text += byte >= 32 && byte < 127 && byte !== 34 && byte !== 92 && byte !== 63
      ? String.fromCharCode(byte)
      : '\\' + byte.toString(8).padStart(3, '0');
  }
  return text.replace(/.{1,16000}?(?:(?=\\)|$)/gs, '"$&"\n');
}

function embed() {
  const rows = filesBelow(site).map((file) => {
    const content = readFileSync(file);
    const packed = gzipSync(content, { level: 9 });
    const type = TYPES[file.slice(file.lastIndexOf('.'))];
    if (!type) throw new Error(`${file}: no content type is known for it`);
    return {
      path: relative(site, file),
      type,
      tag: createHash('sha256').update(content).digest('hex').slice(0, 32),
      size: content.length,
      packed,
    };
  });
  const first = rows.filter((row) => /^console\/(index\.html|app\.(js|css))$/.test(row.path));
  const weight = first.reduce((sum, row) => sum + row.packed.length, 0);
  console.log(`console: ${weight} bytes gzipped, of at most ${CONSOLE_LIMIT}`);
  if (weight > CONSOLE_LIMIT) throw new Error('the console became too large');
  const members = rows.map(
    (row) =>
      `    {"${row.path}", "${row.type}", "\\"${row.tag}\\"", ${row.size},\n` +
      `     std::string_view(${literal(row.packed)}, ${row.packed.length})},\n`,
  );
  writeFileSync(
    join(out, 'files.cc'),
    `// Made by build.mjs.\n#include "console/embedded_files.h"\n\nnamespace pigeonhub {\nnamespace {\n\n` +
      `constexpr EmbeddedFile kFiles[] = {\n${members.join('')}};\n\n}  // namespace\n\n` +
      `std::span<const EmbeddedFile> EmbeddedFiles() { return kFiles; }\n\n}  // namespace pigeonhub\n`,
  );
}

generateMessages();
await bundle();
embed();
