// SPDX-License-Identifier: Apache-2.0
//
// How a stream of live data is doing, in a line: live, resuming, and what is missing.

import { useMemo, useState } from 'preact/hooks';

import type { Follower } from '../api/live';
import { counted } from './units';

export interface StreamFacts {
  up: boolean;
  problem?: string; // why it is not up
  missing: bigint; // since the page looks
  restarted: boolean; // the hub was, so nobody knows how many are missing
}

export const newStream: StreamFacts = { up: false, missing: 0n, restarted: false };

// What a Follower hears of its stream, for StreamState. Spread `heard` into the follower.
export function useStreamState(): {
  facts: StreamFacts;
  heard: Pick<Follower, 'onState' | 'onGap'>;
  forget: () => void; // the gaps
} {
  const [facts, setFacts] = useState(newStream);
  const fixed = useMemo(() => {
    const heard: Pick<Follower, 'onState' | 'onGap'> = {
      onState: (problem) =>
        setFacts((now) =>
          now.problem === problem && now.up === (problem === undefined)
            ? now
            : { ...now, up: problem === undefined, problem },
        ),
      onGap: (gap) =>
        setFacts((now) => ({
          ...now,
          missing: now.missing + gap.missing,
          restarted: now.restarted || gap.epochChanged,
        })),
    };
    return { heard, forget: () => setFacts((now) => ({ ...now, missing: 0n, restarted: false })) };
  }, []);
  return { facts, ...fixed };
}

export function StreamState({ facts, onForget }: { facts: StreamFacts; onForget?: () => void }) {
  const { up, problem, missing, restarted } = facts;
  const hasGap = missing > 0n || restarted;
  return (
    <span class="stream" role="status">
      {up ? (
        <span class="good"><i class="mark" aria-hidden="true">●</i> live</span>
      ) : (
        <span class="warn">
          <i class="mark" aria-hidden="true">◌</i> {problem === undefined ? 'connecting' : `resuming: ${problem}`}
        </span>
      )}
      {hasGap && (
        <span class="warn">
          <i class="mark" aria-hidden="true">▲</i>{' '}
          {missing > 0n ? `${counted(missing, 'event')} missing` : 'events are missing'}
          {restarted && ', the hub was started anew'}
          {onForget && <button class="small" onClick={onForget}>Seen</button>}
        </span>
      )}
    </span>
  );
}
