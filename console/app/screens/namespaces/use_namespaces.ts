// SPDX-License-Identifier: Apache-2.0

import { useEffect, useRef, useState } from 'preact/hooks';

import { EventKind } from '#proto/pigeonhub/v1/event_service_pb';
import type { Namespace } from '#proto/pigeonhub/v1/namespace_service_pb';

import { namespaces } from '../../api/clients';
import { follow } from '../../api/live';
import { usePoll } from '../../api/poll';
import { ofNamespaces } from '../../api/wakes';
import { useStreamState } from '../../parts/stream_state';
import { countAnnounce, rowsOf, type NamespaceRow } from './rows';

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

// All namespaces, and what was announced in each since this page looks: `since`, in milliseconds since 1970.
export function useNamespaces(hubId: string) {
  const last = useRef<{ hubId: string; at: number; rows: NamespaceRow[] }>(undefined);
  const { answer, problem } = usePoll(async (signal) => {
    const all = await listAll(hubId, signal);
    const at = performance.now();
    const before = last.current?.hubId === hubId ? last.current : undefined;
    const rows = rowsOf(all, hubId === '*', before && { rows: before.rows, seconds: (at - before.at) / 1000 });
    last.current = { hubId, at, rows };
    return rows;
  }, EVERY, [hubId], { hubId, kinds: ofNamespaces });

  const [announces, setAnnounces] = useState<ReadonlyMap<string, number>>(new Map());
  const [since, setSince] = useState(Date.now);
  const { facts, heard, forget } = useStreamState();
  useEffect(() => {
    const counts = new Map<string, number>();
    let shower: ReturnType<typeof setTimeout> | undefined;
    setAnnounces(new Map());
    setSince(Date.now());
    const stop = follow({ hubId, filter: { kinds: [EventKind.PEER_ANNOUNCED] } }, {
      ...heard,
      onEvent: (event) => {
        countAnnounce(counts, event);
        shower ??= setTimeout(() => {
          shower = undefined;
          setAnnounces(new Map(counts));
        }, 500);
      },
    });
    return () => {
      stop();
      clearTimeout(shower);
    };
  }, [hubId]);
  return { rows: answer, problem, announces, since, facts, forget };
}
