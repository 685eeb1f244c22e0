// SPDX-License-Identifier: Apache-2.0
//
// What a hub says in an `error` message (docs/protocol.md).

const BEGINNING = '{"type":"error",'; // Each of these messages has it, so the others need not be parsed.

// The client sends messages of its own that no hub passes on, in handshakes that go well.
const OF_THE_CLIENT = 'Signaling server does not route ';

// Undefined: it is none, or nothing for the page.
export function errorText(data: unknown): string | undefined {
  if (typeof data !== 'string' || !data.startsWith(BEGINNING)) return undefined;
  try {
    const { error } = JSON.parse(data) as { error?: unknown };
    return typeof error === 'string' && !error.startsWith(OF_THE_CLIENT) ? error : undefined;
  } catch {
    return undefined;
  }
}
