// SPDX-License-Identifier: Apache-2.0

import type { MessageInitShape } from '@bufbuild/protobuf';
import { useEffect, useState } from 'preact/hooks';

import { EventKind, type WatchEventsRequestSchema } from '#proto/pigeonhub/v1/event_service_pb';
import type { ListPeersResponse } from '#proto/pigeonhub/v1/peer_service_pb';

import { peers } from '../../api/clients';
import { follow } from '../../api/live';
import { problemText } from '../../api/problem';
import { useStreamState, type StreamFacts } from '../../parts/stream_state';
import { PeerRows, type PeerRow } from './rows';

export interface PeersState {
  rows: readonly PeerRow[];
  isLoading: boolean; // for the first time
  problem?: string;
  unreachable: string[]; // hubs that did not answer, with the reason
}

const PAGE = 1000;
const SOONEST_AGAIN = 15_000; // milliseconds until the list is asked for again
const SHARE_OF_LOADING = 20; // it is not asked for more than so rarely, in times of what it took
const KINDS = [
  EventKind.PEER_CONNECTED, EventKind.PEER_DISCONNECTED, EventKind.PEER_ANNOUNCED, EventKind.PEER_GOODBYE,
  EventKind.HUB_REGISTERED, EventKind.HUB_UNREGISTERED, EventKind.HUB_LOST,
];

type WatchRequest = MessageInitShape<typeof WatchEventsRequestSchema>;

// Nothing between the list and the stream is missed.
function watchFrom(hubId: string, page: ListPeersResponse): WatchRequest {
  const request: WatchRequest = { hubId, filter: { kinds: KINDS } };
  if (page.cursors.length > 0) return { ...request, fromHubs: page.cursors };
  return page.cursor ? { ...request, start: { case: 'from', value: page.cursor } } : request;
}

// All peers, loaded page by page and then kept up to date.
export function usePeers(ownHub: string, hubId: string, includeRemote: boolean): PeersState & {
  facts: StreamFacts;
  forget: () => void;
} {
  const [state, setState] = useState<PeersState>({ rows: [], isLoading: true, unreachable: [] });
  const { facts, heard, forget } = useStreamState();
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    const table = new PeerRows(hubId === '' || hubId === '*' ? ownHub : hubId);
    let stop: (() => void) | undefined;
    let shower: ReturnType<typeof setTimeout> | undefined;
    let next: ReturnType<typeof setTimeout> | undefined;
    let isLoading = true; // for the first time
    let isAsking = false;
    let isDue = false; // it is to be asked for again at once

    const show = () => {
      // A large table is put in order less often.
      shower ??= setTimeout(() => {
        shower = undefined;
        setState((now) => ({ ...now, isLoading, rows: table.snapshot() }));
      }, 300 + table.size / 100);
    };
    const watch = (page: ListPeersResponse) => {
      stop ??= follow(watchFrom(hubId, page), {
        onEvent: (event) => {
          table.apply(event);
          show();
        },
        onState: heard.onState,
        onGap: (gap) => {
          heard.onGap(gap);
          again(0);
        },
      });
    };
    const load = async () => {
      const begun = performance.now();
      isAsking = true;
      isDue = false;
      table.begin();
      try {
        let pageToken = '';
        do {
          const page = await peers.listPeers({ hubId, includeRemote, pageSize: PAGE, pageToken }, { signal });
          if (signal.aborted) return;
          watch(page);
          table.take(page.peers);
          if (isLoading) show();
          pageToken = page.nextPageToken;
          const unreachable = page.unreachable.map((hub) => `hub ${hub.hubId.slice(0, 8)}: ${hub.reason}`);
          setState((now) => ({ ...now, problem: undefined, unreachable }));
        } while (pageToken !== '');
        table.finish();
        isLoading = false;
        show();
      } catch (error) {
        if (signal.aborted) return;
        table.abandon();
        setState((now) => ({ ...now, problem: problemText(error) }));
      }
      isAsking = false;
      again(isDue ? 0 : Math.max(SOONEST_AGAIN, SHARE_OF_LOADING * (performance.now() - begun)));
    };
    const again = (pause: number) => {
      if (isAsking) {
        isDue = true;
        return;
      }
      clearTimeout(next);
      next = setTimeout(() => (document.hidden ? again(SOONEST_AGAIN) : void load()), pause);
    };
    setState({ rows: [], isLoading: true, unreachable: [] });
    void load();
    return () => {
      abort.abort();
      stop?.();
      clearTimeout(shower);
      clearTimeout(next);
    };
  }, [ownHub, hubId, includeRemote]);
  return { ...state, facts, forget };
}
