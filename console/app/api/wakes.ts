// SPDX-License-Identifier: Apache-2.0
//
// Which events make a screen ask again at once.

import { EventKind } from '#proto/pigeonhub/v1/event_service_pb';

import { follow } from './live';
import { Waker, type Sleeper } from './waker';

export interface Wakes {
  hubId: string; // whose events: empty for the hub that served the page, `*` for all
  kinds: readonly EventKind[];
}

// Which hubs there are, and what they run.
export const ofHubs: readonly EventKind[] = [
  EventKind.STARTED, EventKind.STOPPED, EventKind.HUB_REGISTERED, EventKind.HUB_UNREGISTERED, EventKind.HUB_DISCOVERED,
  EventKind.HUB_LOST,
];

// Their links, and what becomes of them: a quarantine and its end are changes that somebody made.
export const ofMesh: readonly EventKind[] = [
  ...ofHubs, EventKind.LINK_UP, EventKind.LINK_DOWN, EventKind.BOOTSTRAP_CONNECTED, EventKind.BOOTSTRAP_DISCONNECTED,
  EventKind.BUS_UP, EventKind.BUS_DOWN, EventKind.DRAIN_STARTED, EventKind.DRAIN_FINISHED, EventKind.DRAIN_CANCELLED,
  EventKind.AUDIT,
];

// What somebody changed by a call, as bans, policies and settings.
export const ofChanges: readonly EventKind[] = [EventKind.AUDIT];

export const ofSettings: readonly EventKind[] = [...ofHubs, ...ofChanges];

export const ofNamespaces: readonly EventKind[] = [
  EventKind.NAMESPACE_CREATED, EventKind.NAMESPACE_REMOVED, ...ofChanges,
];

export const ofLimits: readonly EventKind[] = [EventKind.LIMIT_HIT, ...ofChanges];

const wakers = new Map<string, Waker>(); // by hub

function tellWhetherSeen(): void {
  for (const waker of wakers.values()) waker.setSeen(!document.hidden);
}

// Until the answer is called.
export function wakeOn({ hubId, ...sleeper }: Sleeper & Wakes): () => void {
  if (wakers.size === 0) document.addEventListener('visibilitychange', tellWhetherSeen);
  const waker = wakers.get(hubId) ?? new Waker(hubId, follow);
  wakers.set(hubId, waker);
  waker.setSeen(!document.hidden);
  const remove = waker.add(sleeper);
  return () => {
    remove();
    if (waker.isIdle) wakers.delete(hubId);
    if (wakers.size === 0) document.removeEventListener('visibilitychange', tellWhetherSeen);
  };
}
