// SPDX-License-Identifier: Apache-2.0
//
// One stream of events for all of a page that wants to know when to look again: a browser has six connections to one server, and
// all its tabs share them.

import type { EventKind } from '#proto/pigeonhub/v1/event_service_pb';

import type { follow } from './live';

export interface Sleeper {
  hubId: string; // whose events: empty for the hub that served the page, `*` for all
  kinds: readonly EventKind[];
  onWake(): void;
}

export class Waker {
  readonly #sleepers = new Set<Sleeper>();
  #hubId = ''; // of the stream
  #kinds = new Set<EventKind>(); // that the stream has
  #stop: (() => void) | undefined;
  #isUp = false;

  constructor(readonly followEvents: typeof follow) {}

  // Wakes it at each event of its kinds, and whenever some may be missing. The answer ends that.
  add(sleeper: Sleeper): () => void {
    this.#sleepers.add(sleeper);
    this.#fit();
    return () => {
      this.#sleepers.delete(sleeper);
      this.#fit();
    };
  }

  #fit(): void {
    const wanted = new Set([...this.#sleepers].flatMap(({ kinds }) => kinds));
    if (wanted.size === 0) return this.#end();
    // Who waits for one hub is woken by the others, too, where the page shows several.
    const hubs = new Set([...this.#sleepers].map(({ hubId }) => hubId));
    const hubId = hubs.size === 1 ? [...hubs][0]! : '*';
    const has = this.#hubId === '*' || this.#hubId === hubId;
    if (this.#stop && has && [...wanted].every((kind) => this.#kinds.has(kind))) return;
    this.#end();
    this.#hubId = hubId;
    this.#kinds = wanted;
    this.#stop = this.followEvents({ hubId, filter: { kinds: [...wanted] } }, {
      onEvent: ({ kind }) => this.#wake((sleeper) => sleeper.kinds.includes(kind)),
      onGap: () => this.#wake(() => true),
      onState: (problem) => {
        const isUp = problem === undefined;
        // What happened before it was up is not told.
        if (isUp && !this.#isUp) this.#wake(() => true);
        this.#isUp = isUp;
      },
    });
  }

  #end(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#isUp = false;
  }

  #wake(which: (sleeper: Sleeper) => boolean): void {
    for (const sleeper of this.#sleepers) if (which(sleeper)) sleeper.onWake();
  }
}
