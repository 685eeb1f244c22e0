// SPDX-License-Identifier: Apache-2.0

const UNITS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

// Seconds of "90s", "1h30m" or "7d"; undefined for what is none.
export function parseSpan(text: string): number | undefined {
  if (!/^(\d+[smhd])+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([smhd])/g)) seconds += Number(count) * UNITS[unit!]!;
  return seconds;
}
