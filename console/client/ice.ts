// SPDX-License-Identifier: Apache-2.0
//
// The ICE servers that a hub names at /ice, fetched again before their credentials expire.

const PATIENCE_MS = 3_000; // a page waits no longer before it connects
const RETRY_MS = 30_000;
const MOST_MS = 24 * 3600 * 1000;

// When to fetch again credentials that are good for so many seconds.
export function renewAfter(ttl: unknown): number {
  const seconds = typeof ttl === 'number' && ttl > 0 ? ttl : 3600;
  return Math.min(Math.max(seconds * 750, 5_000), MOST_MS);
}

// Returns what takes it back.
export type Later = (then: () => void, ms: number) => () => void;

export interface IceAnswer {
  status: number;
  json(): Promise<unknown>;
}

export class IceServers {
  // Undefined until a hub named some (it may name none at all): what the client came with counts.
  servers: RTCIceServer[] | undefined;

  readonly #ask: (patience: AbortSignal) => Promise<IceAnswer>;
  readonly #later: Later;
  #absent = false;
  #paused = false;
  #due = 0; // when to fetch again, in ms of Date.now
  #cancel: (() => void) | undefined; // of the timer for it

  constructor(
    ask: (patience: AbortSignal) => Promise<IceAnswer>,
    later: Later = (then, ms) => {
      const timer = setTimeout(then, ms);
      return () => clearTimeout(timer);
    },
  ) {
    this.#ask = ask;
    this.#later = later;
  }

  // Never rejects. A hub without /ice is not asked again. Where it fails, what was known stays.
  async fetch(): Promise<void> {
    const ms = await this.#fetchOnce().catch(() => RETRY_MS);
    this.#due = Date.now() + ms;
    this.#fetchIn(ms);
  }

  // When the hub is there again. One that never named any was asked in vain; known ones are kept as long as they are good.
  async fetchIfMissing(): Promise<void> {
    this.#paused = false;
    if (this.servers) this.#fetchIn(Math.max(this.#due - Date.now(), 0));
    else if (!this.#absent) await this.fetch();
  }

  // Nobody needs them, until `fetchIfMissing`.
  pause(): void {
    this.#paused = true;
    this.#cancel?.();
  }

  #fetchIn(ms: number): void {
    this.#cancel?.();
    if (this.servers && !this.#paused) this.#cancel = this.#later(() => void this.fetch(), ms);
  }

  async #fetchOnce(): Promise<number> {
    const answer = await this.#ask(AbortSignal.timeout(PATIENCE_MS));
    this.#absent = answer.status === 404;
    if (answer.status !== 200) return RETRY_MS;
    const { iceServers, ttl } = (await answer.json()) as { iceServers?: unknown; ttl?: unknown };
    if (!Array.isArray(iceServers)) return RETRY_MS;
    this.servers = iceServers as RTCIceServer[];
    return renewAfter(ttl);
  }
}
