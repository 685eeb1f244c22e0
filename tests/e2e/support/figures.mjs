// SPDX-License-Identifier: Apache-2.0
//
// Figures for a person who reads the test's output; what a test asserts does not hang on time.

import { readFileSync } from 'node:fs';

// Rounded to a tenth.
export function percentile(values, percent) {
  const sorted = [...values].sort((a, b) => a - b);
  const place = Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100));
  return Math.round(sorted[place] * 10) / 10;
}

// The most that a hub's process has had in memory.
export function peakBytes({ pid }) {
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) * 1024;
}

// The figure of /metrics whose line begins with `name`; 0 if there is none.
export async function counted({ metricsPort }, name) {
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(name));
  return Number(line?.split(' ').at(-1) ?? 0);
}
