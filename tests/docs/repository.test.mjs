// SPDX-License-Identifier: Apache-2.0
//
// What holds for the repository as a whole: workflows, decision records and the links between pages.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const at = (path) => new URL(`../../${path}`, import.meta.url);
const read = (path) => readFileSync(at(path), 'utf8');
const filesIn = (folder, ending) => readdirSync(at(folder)).filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);

const workflows = filesIn('.github/workflows', '.yml');

test('every action of a workflow is pinned by digest, and its version stands beside it', () => {
  const uses = workflows.flatMap((path) => [...read(path).matchAll(/uses: (.*)/g)].map(([, action]) => `${path}: ${action}`));
  assert.ok(uses.length > 10);
  for (const action of uses) assert.match(action, /@[0-9a-f]{40}  # v\d+\.\d+\.\d+$/);
});

test('a workflow has no permission but those that a job asks for', () => {
  for (const path of workflows) assert.match(read(path), /^permissions: \{\}$/m, path);
});

test('every decision record has a number, a status with its date, and a consequence', () => {
  const records = filesIn('docs/decisions', '.md').sort();
  assert.ok(records.length > 10);
  records.forEach((path, index) => {
    const text = read(path);
    assert.match(path, new RegExp(`/${String(index + 1).padStart(4, '0')}-[a-z0-9-]+\\.md$`));
    assert.match(text, new RegExp(`^# ${index + 1}\\. .+\n\nStatus: (accepted|replaced by \\d+), \\d{4}-\\d{2}-\\d{2}\n`), path);
    assert.match(text, /^\*\*Consequence\.\*\* /m, path);
  });
});

test('links between pages lead somewhere', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...filesIn('docs', '.md'), ...filesIn('docs/decisions', '.md')];
  for (const page of pages) {
    for (const [, target] of read(page).replace(/^```.*?^```/gms, '').matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)) {
      assert.ok(existsSync(new URL(target, at(page))), `${page}: ${target}`);
    }
  }
});

test('files that a page names in its code spans exist', () => {
  const roots = ['', 'server/'];
  for (const page of ['CONTRIBUTING.md', 'docs/life_of_a_message.md', 'docs/threading.md', ...filesIn('docs/decisions', '.md')]) {
    for (const [, path] of read(page).matchAll(/`((?:core|wire|net|auth|runtime|base|server|control|cli|tests|proto|docs)\/[\w./]*\w\.(?:h|cc|proto|md))`/g)) {
      assert.ok(roots.some((root) => existsSync(at(root + path))), `${page}: ${path}`);
    }
  }
});
