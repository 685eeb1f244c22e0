// SPDX-License-Identifier: Apache-2.0

import type { Event } from '#proto/pigeonhub/v1/event_service_pb';

const MOST = 8;

// The peers that events of `peerId` name beside it: those of its pairs and of its signals.
export function othersIn(events: readonly Event[], peerId: string): string[] {
  const found = new Set<string>();
  for (const { body } of events) {
    if (body.case === 'pairConnected') found.add(body.value.peerId).add(body.value.otherPeerId);
    if (body.case === 'signalRelayed' || body.case === 'signalDropped' || body.case === 'bootstrapSignaling') {
      found.add(body.value.fromPeerId).add(body.value.targetPeerId);
    }
  }
  found.delete(peerId);
  found.delete('');
  return [...found].slice(0, MOST);
}
