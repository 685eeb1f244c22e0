// SPDX-License-Identifier: Apache-2.0
//
// The table of values in the chart's README.md, from values.yaml: `# -- text` says what the key below is for, and
// `# @default -- text` stands for a value too long for a table. Without --write it only says whether they agree.

import { readFileSync, writeFileSync } from 'node:fs';
import { load } from 'js-yaml';

const chart = new URL('../../helm/pigeonhub/', import.meta.url);
const source = readFileSync(new URL('values.yaml', chart), 'utf8');
const values = load(source);

function rows() {
  const path = [];
  const found = [];
  let text;
  let shown;
  for (const line of source.split('\n')) {
    const comment = line.match(/^ *# (?:(@default) )?-- (.*)$/);
    if (comment) {
      if (comment[1]) shown = comment[2];
      else text = comment[2];
      continue;
    }
    const key = line.match(/^( *)([A-Za-z_-]+):/);
    if (!key) continue;
    path.splice(key[1].length / 2, path.length, key[2]);
    if (text === undefined) continue;
    const value = path.reduce((within, name) => within[name], values);
    found.push(`| ${path.join('.')} | ${shown ?? `\`${JSON.stringify(value)}\``} | ${text} |`);
    text = shown = undefined;
  }
  return found;
}

// Values without a word about them would be missing from the table.
function undocumented(within = values, path = []) {
  return Object.entries(within).flatMap(([key, value]) => {
    const here = [...path, key];
    if (documented.has(here.join('.'))) return [];
    const inside = value !== null && typeof value === 'object' && !Array.isArray(value);
    return inside && Object.keys(value).length > 0 ? undocumented(value, here) : [here.join('.')];
  });
}

const table = rows();
const documented = new Set(table.map((row) => row.split(' | ')[0].slice(2)));
const forgotten = undocumented();
if (forgotten.length > 0) {
  console.error(`values.yaml says nothing about ${forgotten.join(', ')}`);
  process.exit(1);
}

const path = new URL('README.md', chart);
const before = readFileSync(path, 'utf8');
const begin = '<!-- values -->\n';
const end = '<!-- end of values -->\n';
const after = [
  before.slice(0, before.indexOf(begin) + begin.length),
  '| value | default | |\n| --- | --- | --- |\n',
  ...table.map((row) => `${row}\n`),
  before.slice(before.indexOf(end)),
].join('');
if (process.argv.includes('--write')) {
  writeFileSync(path, after);
} else if (after !== before) {
  console.error("the chart's README.md is not that of values.yaml: run  node tests/helm/values_readme.mjs --write");
  process.exit(1);
}
