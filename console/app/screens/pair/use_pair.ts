// SPDX-License-Identifier: Apache-2.0

import type { ExplainPairResponse } from '#proto/pigeonhub/v1/peer_service_pb';

import { peers } from '../../api/clients';
import { usePoll, type Polled } from '../../api/poll';
import { idProblem, isWhole } from './ids';

const EVERY = 3_000; // milliseconds
const ALL_HUBS = '*'; // two peers are often at two

export interface Explained {
  first: string; // the whole ids
  second: string;
  answer: ExplainPairResponse;
}

// Of a peer that is here or at another hub, or that left a while ago. A whole id may be that of anybody.
async function wholeId(typed: string, signal: AbortSignal): Promise<string> {
  const problem = idProblem(typed);
  if (problem) throw new Error(problem);
  if (isWhole(typed)) return typed;
  const { peer, departure } = await peers.findPeer({ hubId: ALL_HUBS, peerId: typed }, { signal });
  return peer?.peerId ?? departure?.peerId ?? typed;
}

// What the hubs know of two peers, asked again and again. Undefined before both are given.
export function useExplanation(one: string, other: string, namespace: string): Polled<Explained | undefined> {
  const ask = async (signal: AbortSignal): Promise<Explained | undefined> => {
    if (one === '' || other === '') return undefined;
    const [first, second] = await Promise.all([wholeId(one, signal), wholeId(other, signal)]);
    if (first === second) throw new Error('A and B are the same peer; give two');
    const answer = await peers.explainPair(
      { hubId: ALL_HUBS, peerId: first, otherPeerId: second, namespace },
      { signal },
    );
    return { first, second, answer };
  };
  return usePoll(ask, EVERY, [one, other, namespace]);
}
