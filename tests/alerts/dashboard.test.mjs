// SPDX-License-Identifier: Apache-2.0
//
// Every query of the dashboard, and every alert, finds something in what a hub really serves: promtool evaluates them over
// series made from scrape.txt, a recorded answer of /metrics. A renamed metric or label leaves a query empty, and this fails.
//
//   curl -s localhost:9090/metrics > tests/alerts/scrape.txt     records it anew

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const here = (path) => new URL(path, import.meta.url);
const dashboard = JSON.parse(readFileSync(here('../../helm/pigeonhub/files/dashboard.json')));
const alerts = readFileSync(here('../../helm/pigeonhub/files/alerts.yaml'), 'utf8');
const scrape = readFileSync(here('scrape.txt'), 'utf8');

// Lines of the text format: name, labels, value.
const samples = scrape
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.match(/^([a-z_]+)(?:\{(.*)\})? (\S+)$/i))
  .map(([, name, labels = '', value]) => ({ name, labels, value: Number(value) }));
const types = Object.fromEntries(
  [...scrape.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => [name, type]),
);

// Two hubs at which whatever counts goes on counting.
function series({ name, labels, value }) {
  const rising = !(name in types) || types[name] === 'counter';
  return ['hub-0', 'hub-1'].map((instance) => ({
    series: `${name}{${[`job="pigeonhub"`, `instance="${instance}"`, labels].filter(Boolean)}}`,
    values: rising ? `${value}+${Math.max(value, 1)}x60` : `${value}x60`,
  }));
}

// promtool says which of the expressions find nothing.
function evaluate(expressions) {
  const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-dashboard-'));
  try {
    const file = join(folder, 'queries.json'); // JSON is YAML
    writeFileSync(
      file,
      JSON.stringify({
        rule_files: [],
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: samples.flatMap(series),
            promql_expr_test: expressions.map((expr) => ({
              expr: `clamp_max(count(${expr}), 1)`,
              eval_time: '60m',
              exp_samples: [{ labels: '{}', value: 1 }],
            })),
          },
        ],
      }),
    );
    execFileSync('promtool', ['test', 'rules', file], { encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    assert.fail(`these find nothing in scrape.txt:\n${error.stdout}${error.stderr}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const filledIn = (expr) =>
  expr
    .replaceAll('$__rate_interval', '5m')
    .replaceAll('$job', '.+')
    .replaceAll('$instance', '.+');

test('every query of the dashboard finds something in a scrape', () => {
  const expressions = dashboard.panels.flatMap((panel) => panel.targets ?? []).map(({ expr }) => expr);
  assert.ok(expressions.length > 20, 'the dashboard has its queries');
  evaluate(expressions.map(filledIn));
});

test('a query that finds nothing fails', () => {
  assert.throws(() => evaluate(['pigeonhub_conections']), /find nothing/);
});

test('the panels do not overlap, and each has a name and a number of its own', () => {
  const taken = new Set();
  const titles = new Set();
  const ids = new Set();
  for (const { title, id, gridPos } of dashboard.panels) {
    assert.ok(!titles.has(title), `${title} stands there twice`);
    titles.add(title);
    assert.ok(!ids.has(id), `${title} has the number of another panel`);
    ids.add(id);
    assert.ok(gridPos.x + gridPos.w <= 24, `${title} is within the width`);
    for (let x = gridPos.x; x < gridPos.x + gridPos.w; ++x) {
      for (let y = gridPos.y; y < gridPos.y + gridPos.h; ++y) {
        assert.ok(!taken.has(`${x},${y}`), `${title} covers another panel`);
        taken.add(`${x},${y}`);
      }
    }
  }
});

test('every metric an alert asks for is served', () => {
  const served = new Set(samples.map(({ name }) => name).concat('up'));
  const asked = [...alerts.matchAll(/\b((?:pigeonhub|process)_[a-z_]+)\b/g)].map(([, name]) => name);
  assert.ok(asked.length > 20);
  assert.deepEqual([...new Set(asked)].filter((name) => !served.has(name)), []);
});

test('every state of links an alert asks for is served', () => {
  const asked = [...alerts.matchAll(/state=~?"([^"]+)"/g)].flatMap(([, names]) => names.split('|'));
  assert.ok(asked.length > 0 && !/state!/.test(alerts));
  assert.deepEqual(asked.filter((name) => !scrape.includes(`state="${name}"`)), []);
});

test('every reason an alert asks for is one', () => {
  const reasons = readFileSync(here('../../server/core/reason.cc'), 'utf8');
  const asked = [...alerts.matchAll(/reason=~?"([^"]+)"/g)].flatMap(([, names]) => names.split('|'));
  assert.ok(asked.length > 5);
  assert.deepEqual(asked.filter((name) => !reasons.includes(`"${name}"`)), []);
});

test('every alert says how bad it is, what it is and what to do, and has a unit test', () => {
  const tested = readFileSync(here('alerts_test.yaml'), 'utf8');
  const rules = alerts.split('- alert: ').slice(1);
  assert.ok(rules.length > 10);
  for (const rule of rules) {
    const name = rule.split('\n')[0];
    assert.match(rule, /labels: \{severity: (critical|warning|info)\}/, name);
    assert.match(rule, /\n {10}summary: ".+"\n {10}runbook: .+\.\n/, name);
    assert.ok(tested.includes(`labels: '{alertname="${name}"`), `${name} is tested`);
  }
});
