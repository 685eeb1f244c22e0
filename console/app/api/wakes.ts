// SPDX-License-Identifier: Apache-2.0
//
// Which events make a screen ask again at once.

import { EventKind } from '#proto/pigeonhub/v1/event_service_pb';

import { follow } from './live';
import { Waker, type Sleeper } from './waker';

export type Wakes = Pick<Sleeper, 'hubId' | 'kinds'>;

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

const waker = new Waker(follow);

// Until the answer is called.
export function wakeOn(sleeper: Sleeper): () => void {
  return waker.add(sleeper);
}
