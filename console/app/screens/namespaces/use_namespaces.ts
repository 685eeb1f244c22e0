// SPDX-License-Identifier: Apache-2.0

import { useRef } from 'preact/hooks';

import type { Namespace } from '#proto/pigeonhub/v1/namespace_service_pb';

import { namespaces } from '../../api/clients';
import { usePoll } from '../../api/poll';
import { rowsOf, type NamespaceRow } from './rows';

const EVERY = 3000;
const PAGE = 1000;

async function listAll(hubId: string, signal: AbortSignal): Promise<Namespace[]> {
  const all: Namespace[] = [];
  let pageToken = '';
  do {
    const page = await namespaces.listNamespaces({ hubId, pageSize: PAGE, pageToken }, { signal });
    all.push(...page.namespaces);
    pageToken = page.nextPageToken;
  } while (pageToken !== '');
  return all;
}

// All namespaces, again and again.
export function useNamespaces(hubId: string) {
  const last = useRef<{ hubId: string; at: number; rows: NamespaceRow[] }>(undefined);
  const { answer, problem } = usePoll(async (signal) => {
    const all = await listAll(hubId, signal);
    const at = performance.now();
    const before = last.current?.hubId === hubId ? last.current : undefined;
    const rows = rowsOf(all, hubId === '*', before && { rows: before.rows, seconds: (at - before.at) / 1000 });
    last.current = { hubId, at, rows };
    return rows;
  }, EVERY, [hubId]);
  return { rows: answer, problem };
}
