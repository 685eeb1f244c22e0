// SPDX-License-Identifier: Apache-2.0
//
// The newest events, with the gaps between them; older ones are forgotten.

import type { Event, Gap } from '#proto/pigeonhub/v1/event_service_pb';

import { toMillis } from '../../parts/units';

export type FeedRow = { key: string; event: Event } | { key: string; gap: Gap };

export const MOST_ROWS = 5000;

export function eventKey(event: Event): string {
  return `${event.hubId}.${event.epoch}.${event.seq}`;
}

export class EventFeed {
  readonly #most: number;
  #rows: FeedRow[] = []; // the oldest first
  #known = new Set<string>();
  #gaps = 0;

  constructor(most = MOST_ROWS) {
    this.#most = most;
  }

  get size(): number {
    return this.#rows.length;
  }

  // An event that came before, by a list or in a stream that was resumed, is left out.
  addEvent(event: Event): void {
    const key = eventKey(event);
    if (!this.#known.has(key)) this.#add({ key, event });
  }

  addGap(gap: Gap): void {
    this.#gaps += 1;
    this.#add({ key: `gap ${this.#gaps}`, gap });
  }

  #add(row: FeedRow): void {
    this.#rows.push(row);
    this.#known.add(row.key);
    // Not one by one, as that moves all the others each time.
    if (this.#rows.length < this.#most * 1.2) return;
    for (const old of this.#rows.splice(0, this.#rows.length - this.#most)) this.#known.delete(old.key);
  }

  // The newest first, at most so many as it keeps.
  newestFirst(): FeedRow[] {
    return this.#rows.slice(-this.#most).reverse();
  }

  find(key: string): Event | undefined {
    const row = this.#rows.findLast((one) => one.key === key);
    return row && 'event' in row ? row.event : undefined;
  }
}

// Lists of several hubs come hub by hub.
export function oldestFirst(events: readonly Event[]): Event[] {
  const at = ({ time }: Event): number => (time ? toMillis(time) : 0);
  return events.toReversed().sort((a, b) => at(a) - at(b));
}
