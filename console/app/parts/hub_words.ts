// SPDX-License-Identifier: Apache-2.0

// The hub that a screen asks, as requests name it: empty for the one that served this page, an id, or `*` for all.
export function hubOf(params: URLSearchParams): string {
  return params.get('hub') ?? '';
}

// As pigeonctl takes it.
export function hubWords(params: URLSearchParams): string[] {
  const hub = hubOf(params);
  return hub === '' ? [] : ['--hub', hub];
}
