// SPDX-License-Identifier: Apache-2.0
//
// Which peers are shown, from the address, and what pigeonctl takes for it.

import { hubWords } from '../../parts/hub_words';
import type { PeerRow } from './rows';

// "chat": whatever has that in its name; "=chat": just that one.
export function matches(name: string, wanted: string): boolean {
  return wanted.startsWith('=') ? name === wanted.slice(1) : name.includes(wanted);
}

export function filterOf(params: URLSearchParams): (row: PeerRow) => boolean {
  const namespace = params.get('namespace') ?? '';
  const id = (params.get('id') ?? '').toLowerCase();
  const address = params.get('address') ?? '';
  const at = (params.get('at') ?? '').toLowerCase();
  return (row) =>
    row.peerId.toLowerCase().startsWith(id) &&
    (namespace === '' || matches(row.namespace, namespace)) &&
    row.remoteAddress.includes(address) &&
    row.hubId.startsWith(at);
}

export function listWords(params: URLSearchParams): string[] {
  const words = ['peers', 'list', ...hubWords(params)];
  const namespace = params.get('namespace') ?? '';
  if (namespace.startsWith('=')) words.push('--namespace', namespace.slice(1));
  else if (namespace !== '') words.push('--filter', `namespace~${namespace}`);
  const id = params.get('id') ?? '';
  if (id !== '') words.push('--id-prefix', id);
  const address = params.get('address') ?? '';
  if (address !== '') words.push('--filter', `remoteAddress~${address}`);
  const at = params.get('at') ?? '';
  if (at !== '') words.push('--filter', `hubId~${at}`);
  if (params.get('remote') === 'yes') words.push('--include-remote');
  const sort = params.get('sort') ?? '';
  if (sort !== '') words.push('--sort-by', sort);
  return words;
}
