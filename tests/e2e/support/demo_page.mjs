// SPDX-License-Identifier: Apache-2.0
//
// What a visitor of /demo does and sees, in any browser: `run(function, ...given)` runs a function in the page.

import { until } from './wait.mjs';

export class DemoPage {
  #run;

  constructor(run) {
    this.#run = run;
  }

  // The lamps that are lit.
  lamps() {
    return this.#run(() => [...document.querySelectorAll('[data-lamp].on')].map((lamp) => lamp.dataset.lamp));
  }

  steps() {
    return this.#run(() => [...document.querySelectorAll('.steps li')].map((step) => step.innerText.replace(/\s+/g, ' ')));
  }

  async isChatting() {
    return (await this.lamps()).includes('channel');
  }

  // Types as a user does, and presses the button.
  async say(text) {
    await until('the page lets its visitor speak', () => this.#run(() => !document.querySelector('form button').disabled));
    await this.#run((words) => {
      const input = document.querySelector('form input');
      input.value = words;
      input.dispatchEvent(new Event('input', { bubbles: true }));
    }, text);
    // The field is empty once the page has said them; a page that has not taken them over yet keeps them there. A tab in the
    // background has hardly any frames that one could wait for.
    await until('the page takes the words', () =>
      this.#run(() => {
        if (document.querySelector('form input').value === '') return true;
        document.querySelector('form').requestSubmit();
        return false;
      }),
    );
  }

  hears(text) {
    return until(`the page shows "${text}"`, () =>
      this.#run((words) => [...document.querySelectorAll('.said li')].some((line) => line.innerText.includes(words)), text),
    );
  }

  shows(text) {
    return until(`the page says "${text}"`, () => this.#run((words) => document.body.innerText.includes(words), text));
  }
}

// Each hears the other.
export async function chat(one, other, words) {
  const pages = [one, other];
  for (const page of pages) {
    await until('the page has a channel', () => page.isChatting()).catch(async (error) => {
      const told = await Promise.all(pages.map(async (each) => (await each.steps()).join('\n')));
      throw new Error(`${error.message}; the pages tell:\n${told.join('\n-- the other:\n')}`);
    });
  }
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    const text = `${words} ${Math.random().toString(36).slice(2, 8)}`;
    await from.say(text);
    await to.hears(text);
  }
}
