// SPDX-License-Identifier: Apache-2.0

import { useEffect, useRef, useState } from 'preact/hooks';

import { Poller } from './poller';
import { problemText } from './problem';
import { wakeOn, type Wakes } from './wakes';

export interface Polled<Answer> {
  answer?: Answer; // the last one that came
  problem?: string; // why none comes now
  again: () => void; // asks at once
  wake: () => void; // something happened: asks soon
}

// Asks now, then `every` so many milliseconds after each answer, sooner where none came, soon after an event of those in
// `wakes`, and anew when `inputs` change. A page that nobody sees does not ask.
export function usePoll<Answer>(
  ask: (signal: AbortSignal) => Promise<Answer>,
  every: number,
  inputs: readonly unknown[],
  wakes?: Wakes,
): Polled<Answer> {
  const [state, setState] = useState<{ answer?: Answer; problem?: string }>({});
  const [round, setRound] = useState(0);
  const poller = useRef<Poller<Answer>>(undefined);
  useEffect(() => {
    const ours = new Poller<Answer>({
      ask,
      onAnswer: (answer) => setState({ answer }),
      onProblem: (error) => setState((before) => ({ ...before, problem: problemText(error) })),
      isSeen: () => !document.hidden,
    }, every);
    poller.current = ours;
    ours.start();
    return () => ours.stop();
  }, [...inputs, every, round]);
  useEffect(
    () => wakes && wakeOn({ ...wakes, onWake: () => poller.current?.wake() }),
    [wakes?.hubId, wakes?.kinds],
  );
  return { ...state, again: () => setRound((before) => before + 1), wake: () => poller.current?.wake() };
}
