// SPDX-License-Identifier: Apache-2.0
//
// Waiting, always for something and never for ever. Nothing in these tests sleeps for a while and
// hopes: it names what must become true and how long that may take at worst.

// Long enough for a sanitizer build on a busy machine; a passing test waits for almost none of it.
export const PATIENCE_MS = 60_000;

const GLANCE_MS = 5;

// Resolves with the first truthy answer of `condition`, which may be asynchronous and is asked over
// and over. Rejects after `patience` milliseconds, naming `what` never came.
//
// This process reads its sockets before the first question: a loop that waits again and again for what
// is so already would keep it from all that comes meanwhile, such as pings.
export async function until(what, condition, patience = PATIENCE_MS) {
  const deadline = Date.now() + patience;
  await new Promise((resolve) => setImmediate(resolve));
  for (;;) {
    const answer = await condition();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${patience} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, GLANCE_MS));
  }
}

// The outcome of `promise`, or a rejection that names `what` once `patience` has run out.
export async function within(what, promise, patience = PATIENCE_MS) {
  let timer;
  const tooLate = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${patience} ms in vain: ${what}`)), patience);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
