// SPDX-License-Identifier: Apache-2.0

import { useRef } from 'preact/hooks';

import { namespaces } from '../../api/clients';
import { allPages } from '../../api/pages';
import { usePoll } from '../../api/poll';
import { ofNamespaces } from '../../api/wakes';
import { rowsOf, type NamespaceRow } from './rows';

const EVERY = 3000;

// All namespaces, again and again.
export function useNamespaces(hubId: string) {
  const last = useRef<{ hubId: string; at: number; rows: NamespaceRow[] }>(undefined);
  const { answer, problem } = usePoll(async (signal) => {
    const all = await allPages(
      (place) => namespaces.listNamespaces({ hubId, ...place }, { signal }), (page) => page.namespaces,
    );
    const at = performance.now();
    const before = last.current?.hubId === hubId ? last.current : undefined;
    const rows = rowsOf(all, hubId === '*', before && { rows: before.rows, seconds: (at - before.at) / 1000 });
    last.current = { hubId, at, rows };
    return rows;
  }, EVERY, [hubId], { hubId, kinds: ofNamespaces });
  return { rows: answer, problem };
}
