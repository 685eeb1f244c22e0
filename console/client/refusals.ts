// SPDX-License-Identifier: Apache-2.0
//
// What the hub refuses to a page that is connected: its room is full, or the token does not name it.

export interface Refusal {
  message: string; // as the hub says it
  reason: string; // a name of the table of reasons
}

// The refusal in a frame of the hub; undefined for any other frame, also for errors that concern a single message.
export function refusalOf(frame: unknown): Refusal | undefined {
  if (typeof frame !== 'string' || !frame.startsWith('{"type":"error"')) return undefined;
  try {
    const { error, data } = JSON.parse(frame) as { error?: unknown; data?: { reason?: unknown } };
    return typeof error === 'string' && typeof data?.reason === 'string' ? { message: error, reason: data.reason } : undefined;
  } catch {
    return undefined;
  }
}
