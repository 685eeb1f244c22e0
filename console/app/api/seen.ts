// SPDX-License-Identifier: Apache-2.0
//
// A browser has 6 connections to a hub for all its tabs, and a stream takes one for as long as it lasts. A page that nobody
// sees gives its streams back, or the seventh tab would wait for ever.

const HIDDEN_FOR = 5_000; // milliseconds; who looks into another tab and comes back misses nothing

// Resolves when the page can be seen, or when `signal` is aborted.
export function seen(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      signal.removeEventListener('abort', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
    look();
  });
}

// A signal that is aborted with `signal`, and when nobody has seen the page for a while. `end` lets go of it.
export function whileSeen(signal: AbortSignal): { signal: AbortSignal; end: () => void } {
  const abort = new AbortController();
  const give = () => abort.abort();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(give, HIDDEN_FOR);
  };
  if (signal.aborted) give();
  signal.addEventListener('abort', give);
  document.addEventListener('visibilitychange', look);
  look();
  return {
    signal: abort.signal,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', give);
      document.removeEventListener('visibilitychange', look);
    },
  };
}
