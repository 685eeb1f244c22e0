// SPDX-License-Identifier: Apache-2.0
//
// One stream of the events of a hub, for all of a page that wants to know when to look again: a browser has few connections to
// one server.

import type { EventKind } from '#proto/pigeonhub/v1/event_service_pb';

import type { follow } from './live';

export interface Sleeper {
  kinds: readonly EventKind[];
  onWake(): void;
}

export class Waker {
  readonly #sleepers = new Set<Sleeper>();
  #kinds = new Set<EventKind>(); // that the stream has
  #stop: (() => void) | undefined;
  #isUp = false;
  #isSeen = true;

  constructor(readonly hubId: string, readonly followEvents: typeof follow) {}

  // Wakes it at each event of its kinds, and whenever some may be missing. The answer ends that.
  add(sleeper: Sleeper): () => void {
    this.#sleepers.add(sleeper);
    this.#fit();
    return () => {
      this.#sleepers.delete(sleeper);
      this.#fit();
    };
  }

  // There is no stream while nobody sees the page.
  setSeen(isSeen: boolean): void {
    this.#isSeen = isSeen;
    this.#fit();
  }

  get isIdle(): boolean {
    return this.#sleepers.size === 0;
  }

  #fit(): void {
    const wanted = new Set([...this.#sleepers].flatMap(({ kinds }) => kinds));
    if (!this.#isSeen || wanted.size === 0) return this.#end();
    if (this.#stop && [...wanted].every((kind) => this.#kinds.has(kind))) return;
    this.#end();
    this.#kinds = wanted;
    this.#stop = this.followEvents({ hubId: this.hubId, filter: { kinds: [...wanted] } }, {
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
