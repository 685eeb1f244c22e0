// SPDX-License-Identifier: Apache-2.0
//
// Events as they happen. A stream that breaks is resumed where it was; what is missing then is told as a gap.

import { create, type MessageInitShape } from '@bufbuild/protobuf';

import {
  EventCursorSchema,
  HubCursorSchema,
  type EventCursor,
} from '#proto/pigeonhub/v1/common_pb';
import type { Event, Gap, WatchEventsRequestSchema } from '#proto/pigeonhub/v1/event_service_pb';

import { events } from './clients';
import { needsSignIn, problemText } from './problem';
import { seen, whileSeen } from './seen';

export interface Follower {
  onEvent(event: Event): void;
  onGap(gap: Gap): void;
  // Undefined: the stream is up.
  onState(problem: string | undefined): void;
}

const FIRST_PAUSE = 500; // milliseconds
const LONGEST_PAUSE = 15_000;

// Follows until the answer is called.
export function follow(
  request: MessageInitShape<typeof WatchEventsRequestSchema>,
  follower: Follower,
): () => void {
  const abort = new AbortController();
  const places = new Map<string, EventCursor>(); // by hub; '' is the hub that is asked
  let pause = FIRST_PAUSE;

  const resumed = (): MessageInitShape<typeof WatchEventsRequestSchema> => {
    if (places.size === 0) return request;
    const here = places.get('');
    if (here) return { ...request, start: { case: 'from', value: here } };
    const fromHubs = [...places].map(([hubId, cursor]) =>
      create(HubCursorSchema, { hubId, cursor }),
    );
    return { ...request, fromHubs };
  };

  const run = async () => {
    while (!abort.signal.aborted) {
      await seen(abort.signal);
      const watch = whileSeen(abort.signal);
      try {
        // It is up before anything happens.
        const onHeader = () => follower.onState(undefined);
        for await (const answer of events.watchEvents(resumed(), { signal: watch.signal, onHeader })) {
          pause = FIRST_PAUSE;
          follower.onState(undefined);
          const { item } = answer;
          if (item.case === 'event') {
            const { epoch, seq } = item.value;
            places.set(answer.hubId, create(EventCursorSchema, { epoch, seq: seq + 1n }));
            follower.onEvent(item.value);
          } else if (item.case === 'bookmark' && item.value.cursor) {
            places.set(answer.hubId, item.value.cursor);
          } else if (item.case === 'gap') {
            if (item.value.resume) places.set(answer.hubId, item.value.resume);
            follower.onGap(item.value);
          } else if (item.case === 'unreachable') {
            follower.onState(`hub ${item.value.hubId.slice(0, 8)}: ${item.value.reason}`);
          }
        }
        if (!watch.signal.aborted) follower.onState('the stream ended; resuming');
      } catch (error) {
        if (abort.signal.aborted) return;
        if (watch.signal.aborted) {
          follower.onState('nobody saw this page');
          continue;
        }
        follower.onState(problemText(error));
        if (needsSignIn(error)) return;
      } finally {
        watch.end();
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    }
  };
  void run();
  return () => abort.abort();
}
