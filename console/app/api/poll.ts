// SPDX-License-Identifier: Apache-2.0

import { useEffect, useState } from 'preact/hooks';

import { problemText } from './problem';

export interface Polled<Answer> {
  answer?: Answer; // the last one that came
  problem?: string; // why none comes now
  again: () => void; // asks at once
}

const RETRY = 2_000; // milliseconds

// Asks now, then `every` so many milliseconds after each answer, sooner where none came, and anew when `inputs` change. A page
// that nobody sees does not ask.
export function usePoll<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  every: number,
  inputs: readonly unknown[],
): Polled<Answer> {
  const [state, setState] = useState<{ answer?: Answer; problem?: string }>({});
  const [round, setRound] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      let pause = every;
      if (!document.hidden) {
        try {
          const answer = await ask(abort.signal);
          if (abort.signal.aborted) return;
          setState({ answer });
        } catch (error) {
          if (abort.signal.aborted) return;
          setState((before) => ({ ...before, problem: problemText(error) }));
          pause = Math.min(every, RETRY);
        }
      }
      timer = setTimeout(look, pause);
    };
    void look();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [...inputs, every, round]);
  return { ...state, again: () => setRound((before) => before + 1) };
}
