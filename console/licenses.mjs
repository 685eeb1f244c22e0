// SPDX-License-Identifier: Apache-2.0
//
// The notices of all that the bundles for browsers are made of.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

// Its bundle has these inside.
const IN_PEERPIGEON = ['unsea', '@noble/curves', '@noble/hashes', 'idb-keyval'];

// The packages that `names` need in the end, with themselves, in the order of their names. PeerPigeon comes as a bundle of
// its own; what npm installs beside it is for Node.js.
function closure(folder, names) {
  const found = new Map();
  const visit = (name) => {
    const path = join(folder, 'node_modules', name, 'package.json');
    if (found.has(name) || !existsSync(path)) return;
    const about = JSON.parse(readFileSync(path, 'utf8'));
    found.set(name, about);
    (name === 'peerpigeon' ? IN_PEERPIGEON : Object.keys(about.dependencies ?? {})).forEach(visit);
  };
  names.forEach(visit);
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function notice(folder, about) {
  const at = join(folder, 'node_modules', about.name);
  const file = readdirSync(at).find((name) => /^licen[cs]e(\.|$)/i.test(name));
  const author = typeof about.author === 'object' ? about.author.name : about.author;
  return file ? readFileSync(join(at, file), 'utf8').trim() : `License: ${about.license}${author ? `, by ${author}` : ''}`;
}

// One text, the PeerPigeon client first.
export function licenses(folder) {
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const packages = closure(folder, Object.keys(dependencies));
  packages.sort((a, b) => Number(b.name === 'peerpigeon') - Number(a.name === 'peerpigeon'));
  const line = '-'.repeat(80);
  const texts = packages.map((about) => `${line}\n${about.name} ${about.version}\n${line}\n\n${notice(folder, about)}\n`);
  return `What the hub serves to browsers has these packages inside. They are unmodified.\n\n${texts.join('\n')}`;
}
