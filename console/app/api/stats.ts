// SPDX-License-Identifier: Apache-2.0
//
// Looks at the counts of a hub every 2 s, for as long as the page is open: the curves of the hub that served it go on while
// other screens are shown. Those of other hubs are looked at while somebody sees them.

import { useEffect, useReducer } from 'preact/hooks';

import type { GetStatsResponse } from '#proto/pigeonhub/v1/server_service_pb';

import { server } from './clients';
import { problemText } from './problem';
import { sampleOf, withSample, type Sample } from './stats_history';

const EVERY = 2_000; // milliseconds
const EVERY_HIDDEN = 10_000; // where nobody sees the page

export interface Stats {
  samples: Sample[];
  latest?: GetStatsResponse;
  problem?: string;
}

class Watch {
  stats: Stats = { samples: [] };
  readonly listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #abort: AbortController | undefined;

  constructor(readonly hubId: string) {}

  start(): void {
    if (this.#abort) return;
    this.#abort = new AbortController();
    void this.#look(this.#abort.signal);
  }

  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    clearTimeout(this.#timer);
  }

  async #look(signal: AbortSignal): Promise<void> {
    try {
      const latest = await server.getStats({ hubId: this.hubId }, { signal });
      if (signal.aborted) return;
      const samples = withSample(this.stats.samples, sampleOf(latest, Date.now() / 1000));
      this.stats = { samples, latest };
    } catch (error) {
      if (signal.aborted) return;
      this.stats = { ...this.stats, problem: problemText(error) };
    }
    for (const tell of this.listeners) tell();
    this.#timer = setTimeout(() => void this.#look(signal), document.hidden ? EVERY_HIDDEN : EVERY);
  }
}

const watches = new Map<string, Watch>();

function watchOf(hubId: string): Watch {
  const watch = watches.get(hubId) ?? new Watch(hubId);
  watches.set(hubId, watch);
  return watch;
}

// Looks at the hub that served the page until the answer is called, which forgets all that was seen.
export function watchOwnHub(): () => void {
  watchOf('').start();
  return () => {
    for (const watch of watches.values()) watch.stop();
    watches.clear();
  };
}

// Empty: the hub that served the page; `*`: all hubs.
export function useStats(hubId: string): Stats {
  const [, tell] = useReducer((count: number) => count + 1, 0);
  const watch = watchOf(hubId);
  useEffect(() => {
    const listen = () => tell(undefined);
    watch.listeners.add(listen);
    watch.start();
    return () => {
      watch.listeners.delete(listen);
      if (hubId !== '' && watch.listeners.size === 0) watch.stop();
    };
  }, [hubId]);
  return watch.stats;
}
