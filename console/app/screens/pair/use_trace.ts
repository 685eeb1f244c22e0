// SPDX-License-Identifier: Apache-2.0

import { useCallback, useEffect, useState } from 'preact/hooks';

import type { HandshakeHub, HandshakeStep } from '#proto/pigeonhub/v1/trace_service_pb';

import { traces } from '../../api/clients';
import { needsSignIn, problemText } from '../../api/problem';
import { useStreamState, type StreamFacts } from '../../parts/stream_state';

const MOST_STEPS = 1000; // kept; older ones go
const FIRST_PAUSE = 500; // milliseconds
const LONGEST_PAUSE = 15_000;

export interface Trace {
  steps: HandshakeStep[];
  hubs: Map<string, HandshakeHub>; // what is known of those that are asked, by id
  stream: StreamFacts;
  forgetGaps: () => void;
  clear: () => void;
}

// The steps of handshakes of two peers, by whole id, from now on. Nothing is watched before both are known.
export function useTrace(first: string | undefined, second: string | undefined): Trace {
  const [steps, setSteps] = useState<HandshakeStep[]>([]);
  const [hubs, setHubs] = useState(new Map<string, HandshakeHub>());
  const { facts, heard, forget } = useStreamState();

  useEffect(() => {
    setSteps([]);
    setHubs(new Map());
    forget();
    if (!first || !second) return;
    const abort = new AbortController();
    const watch = async () => {
      let pause = FIRST_PAUSE;
      while (!abort.signal.aborted) {
        try {
          const stream = traces.watchHandshake({ peerId: first, otherPeerId: second }, { signal: abort.signal });
          for await (const { item } of stream) {
            pause = FIRST_PAUSE;
            heard.onState(undefined);
            if (item.case === 'step') setSteps((now) => [...now.slice(1 - MOST_STEPS), item.value]);
            if (item.case === 'hub') setHubs((now) => new Map(now).set(item.value.hubId, item.value));
            if (item.case === 'gap') heard.onGap(item.value);
            if (item.case === 'unreachable') heard.onState(`hub ${item.value.hubId.slice(0, 8)}: ${item.value.reason}`);
          }
          if (!abort.signal.aborted) heard.onState('the stream ended');
        } catch (error) {
          if (abort.signal.aborted) return;
          heard.onState(problemText(error));
          if (needsSignIn(error)) return;
        }
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    };
    void watch();
    return () => abort.abort();
  }, [first, second]);

  const clear = useCallback(() => setSteps([]), []);
  return { steps, hubs, stream: facts, forgetGaps: forget, clear };
}
