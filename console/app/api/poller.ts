// SPDX-License-Identifier: Apache-2.0
//
// Asks again and again: at a slow pace for figures, and soon where something happened.

const RETRY = 2_000; // milliseconds
const SOONEST = 250; // between two questions
const SHARE = 4; // what takes long to answer is asked for less often: a pause is so many times as long

export interface Asker<Answer> {
  ask(signal: AbortSignal): Promise<Answer>;
  onAnswer(answer: Answer): void;
  onProblem(error: unknown): void;
  isSeen(): boolean; // a page that nobody sees does not ask
}

export class Poller<Answer> {
  readonly #abort = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #soonest = 0; // when it may ask again, by performance.now()
  #isAsking = false;
  #isDue = false; // something happened since it began to ask

  // Asks `every` so many milliseconds after each answer, sooner where none came.
  constructor(readonly asker: Asker<Answer>, readonly every: number) {}

  start(): void {
    void this.#look();
  }

  stop(): void {
    this.#abort.abort();
    clearTimeout(this.#timer);
  }

  // Something happened: the answer may be another one now.
  wake(): void {
    if (this.#isAsking) this.#isDue = true;
    else this.#lookIn(Math.min(this.every, Math.max(0, this.#soonest - performance.now())));
  }

  #lookIn(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#look(), pause);
  }

  async #look(): Promise<void> {
    if (!this.asker.isSeen()) return this.#lookIn(this.every);
    const { signal } = this.#abort;
    const begun = performance.now();
    let failed = false;
    this.#isAsking = true;
    this.#isDue = false;
    try {
      const answer = await this.asker.ask(signal);
      if (signal.aborted) return;
      this.asker.onAnswer(answer);
    } catch (error) {
      if (signal.aborted) return;
      this.asker.onProblem(error);
      failed = true;
    }
    this.#isAsking = false;
    const now = performance.now();
    // How long it took that no answer came says nothing of what an answer costs.
    this.#soonest = failed ? now + RETRY : Math.max(begun + SOONEST, now + SHARE * (now - begun));
    if (failed || this.#isDue) this.wake();
    else this.#lookIn(this.every);
  }
}
