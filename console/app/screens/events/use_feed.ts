// SPDX-License-Identifier: Apache-2.0

import type { MessageInitShape } from '@bufbuild/protobuf';
import { useEffect, useRef, useState } from 'preact/hooks';

import type { WatchEventsRequestSchema } from '#proto/pigeonhub/v1/event_service_pb';

import { events } from '../../api/clients';
import { follow, type Follower } from '../../api/live';
import { problemText } from '../../api/problem';
import { EventFeed, oldestFirst, type FeedRow } from './feed';
import { FieldProblem, filterOf, startOf, type Filter } from './query';

const SHOWN_EVERY = 250; // milliseconds
const KEPT_AT_FIRST = 200;
const AGAIN = 2000; // milliseconds until a list that failed is asked for again

export interface Feed {
  rows: readonly FeedRow[];
  waiting: number; // events that came while it was paused
  problem?: string;
  isAsking: boolean;
  find: EventFeed['find'];
}

type Request = MessageInitShape<typeof WatchEventsRequestSchema>;

// What is in the address, live. Without a start the newest ones that are kept come first.
export function useFeed(hubId: string, params: URLSearchParams, isPaused: boolean, heard: Pick<Follower, 'onState' | 'onGap'>): Feed {
  const [rows, setRows] = useState<readonly FeedRow[]>([]);
  const [came, setCame] = useState(0);
  const [problem, setProblem] = useState<string>();
  const [isAsking, setAsking] = useState(true);
  const feed = useRef(new EventFeed());
  const paused = useRef({ is: isPaused, at: 0 });
  const total = useRef(0);
  const wanted = ['kinds', 'reasons', 'namespace', 'peer', 'address', 'from'].map((name) => params.get(name) ?? '').join('\n');

  useEffect(() => {
    paused.current = { is: isPaused, at: total.current };
    if (!isPaused) setRows(feed.current.newestFirst());
    setCame(total.current);
  }, [isPaused]);

  useEffect(() => {
    const abort = new AbortController();
    let stop: (() => void) | undefined;
    let shower: ReturnType<typeof setTimeout> | undefined;
    let again: ReturnType<typeof setTimeout> | undefined;
    const ours = new EventFeed();
    feed.current = ours;
    setRows([]);
    setProblem(undefined);
    setAsking(true);

    const show = () => {
      shower ??= setTimeout(() => {
        shower = undefined;
        setCame(total.current);
        if (!paused.current.is) setRows(ours.newestFirst());
      }, SHOWN_EVERY);
    };
    const watch = (request: Request) => {
      if (abort.signal.aborted) return;
      setAsking(false);
      stop = follow(request, {
        onEvent: (event) => {
          ours.addEvent(event);
          total.current += 1;
          show();
        },
        onGap: (gap) => {
          ours.addGap(gap);
          heard.onGap(gap);
          show();
        },
        onState: heard.onState,
      });
    };
    const listThenWatch = async (filter: Filter) => {
      try {
        const kept = await events.listEvents({ hubId, filter, newestFirst: true, pageSize: KEPT_AT_FIRST }, { signal: abort.signal });
        for (const event of oldestFirst(kept.events)) ours.addEvent(event);
        show();
        setProblem(undefined);
        if (kept.cursors.length > 0) watch({ hubId, filter, fromHubs: kept.cursors });
        else watch({ hubId, filter, start: kept.cursor ? { case: 'from', value: kept.cursor } : undefined });
      } catch (error) {
        if (abort.signal.aborted) return;
        setProblem(problemText(error));
        again = setTimeout(() => void listThenWatch(filter), AGAIN);
      }
    };
    try {
      const filter = filterOf(params);
      const start = startOf(params.get('from') ?? '', Date.now());
      if (start) watch({ hubId, filter, start });
      else void listThenWatch(filter);
    } catch (error) {
      setAsking(false);
      setProblem(error instanceof FieldProblem ? error.message : problemText(error));
    }
    return () => {
      abort.abort();
      stop?.();
      clearTimeout(shower);
      clearTimeout(again);
    };
  }, [hubId, wanted]);

  return { rows, waiting: isPaused ? came - paused.current.at : 0, problem, isAsking, find: (key) => feed.current.find(key) };
}
