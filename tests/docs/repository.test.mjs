// SPDX-License-Identifier: Apache-2.0
//
// What holds for the repository as a whole: workflows, decision records and the links between pages.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const at = (path) => new URL(`../../${path}`, import.meta.url);
const read = (path) => readFileSync(at(path), 'utf8');
const filesIn = (folder, ending) => readdirSync(at(folder)).filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);

const workflows = filesIn('.github/workflows', '.yml');

test('every action of a workflow is pinned by digest, and its version stands beside it', () => {
  // Those of this repository come with the commit.
  const uses = workflows.flatMap((path) => [...read(path).matchAll(/uses: (?!\.\/)(.*)/g)].map(([, action]) => `${path}: ${action}`));
  assert.ok(uses.length > 10);
  for (const action of uses) assert.match(action, /@[0-9a-f]{40}  # v\d+\.\d+\.\d+$/);
});

test('a workflow has no permission but those that a job asks for', () => {
  for (const path of workflows) assert.match(read(path), /^permissions: \{\}$/m, path);
});

test('a job that hangs is ended', () => {
  const jobs = workflows.flatMap((path) => read(path).split(/^ {2}(?=\w+:$)/m)).filter((job) => job.includes('runs-on:'));
  assert.ok(jobs.length > 5);
  for (const job of jobs) assert.match(job, /^ {4}timeout-minutes: \d+/m, job);
});

test('all that a release publishes says by an attestation where it was built', () => {
  const attested = (path) => read(path).match(/subject-(?:name|path): .+/g);
  assert.deepEqual(attested('.github/workflows/image.yml'), ['subject-name: ${{ env.IMAGE }}']);
  assert.deepEqual(attested('.github/workflows/release.yml'), ['subject-name: ${{ env.CHARTS }}/pigeonhub', "subject-path: 'release/*'}"]);
  // And the image says what it was made of.
  assert.match(read('.github/workflows/image.yml'), /BASE=\$\{\{ steps\.source\.outputs\.base \}\}/);
});

test('no checkout leaves its credentials behind', () => {
  for (const path of workflows) {
    const [, ...afterCheckouts] = read(path).split(/uses: actions\/checkout@.*\n/);
    for (const rest of afterCheckouts) assert.match(rest, /^ +with: \{persist-credentials: false[,}]/, path);
  }
});

test('a job that lints what changed has git before it checks out, and the commit before', () => {
  const jobs = workflows.flatMap((path) => read(path).split(/^ {2}(?=\w+:$)/m)).filter((job) => job.includes('run: .ci/run'));
  assert.equal(jobs.length, 2);
  for (const job of jobs) assert.match(job, /apt-get install .* git\n[^]*uses: actions\/checkout[^]*fetch-depth: 2\}[^]*run: \.ci\/run/);
});

test('in CI, a lint of what changed fails where there is no history to compare with', () => {
  const folder = mkdtempSync(join(tmpdir(), 'no-history-'));
  copyFileSync(at('dev'), join(folder, 'dev'));
  const run = spawnSync('sh', ['dev', 'lint', 'changed'], { cwd: folder, encoding: 'utf8', env: { PATH: process.env.PATH, CI: '1' } });
  rmSync(folder, { recursive: true });
  assert.equal(run.stderr, 'dev: git knows no commit HEAD~1 to compare with; fetch the history that it is in\n');
  assert.equal(run.status, 1);
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

test('every test that the page on security names is one', () => {
  const names = [...read('docs/security.md').matchAll(/`(\w+)\.(\w+)`/g)].filter(([, suite]) => /^[A-Z]/.test(suite));
  assert.ok(names.length > 7);
  const folders = readdirSync(at('tests'), { withFileTypes: true }).filter((entry) => entry.isDirectory() && !['e2e', 'helm'].includes(entry.name));
  const tests = folders
    .flatMap(({ name }) => readdirSync(at(`tests/${name}`), { recursive: true }).map((file) => `tests/${name}/${file}`))
    .filter((path) => path.endsWith('_test.cc'))
    .map(read)
    .join('');
  for (const [, suite, name] of names) assert.match(tests, new RegExp(`\\(${suite},\\s+${name}\\)`));
});

test('every page that a refusal names is there', () => {
  const pages = new Set([...read('server/core/reason.cc').matchAll(/"(docs\/[\w./-]+)#([\w-]+)"/g)].map(([, page, anchor]) => `${page}#${anchor}`));
  assert.ok(pages.size > 4);
  for (const name of pages) {
    const [page, anchor] = name.split('#');
    const text = read(page);
    const titles = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => title.toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-'));
    assert.ok(titles.includes(anchor) || text.includes(`id="${anchor}"`), name);
  }
});

test('links between pages lead somewhere, and pictures are there', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...filesIn('docs', '.md'), ...filesIn('docs/decisions', '.md')];
  for (const page of pages) {
    const text = read(page).replace(/^```.*?^```/gms, '');
    for (const [, link, picture] of text.matchAll(/\]\((?!https?:|#)([^)#\s]+)|<img[^>]* src="(?!https?:)([^"]+)"/g)) {
      assert.ok(existsSync(new URL(link ?? picture, at(page))), `${page}: ${link ?? picture}`);
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
