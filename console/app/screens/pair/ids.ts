// SPDX-License-Identifier: Apache-2.0
//
// Ids as people give them: whole, or a beginning that no other has.

const DIGITS = 40;

// What is wrong with it, in a line; undefined: it may be the beginning of an id.
export function idProblem(typed: string): string | undefined {
  if (typed === '') return undefined;
  if (typed.length <= DIGITS && /^[0-9a-f]+$/i.test(typed)) return undefined;
  return `${typed} is no id of a peer, which has 40 hexadecimal digits`;
}

// As tables show it with an ellipsis behind, too.
export function trimmedId(typed: string): string {
  return typed.trim().replace(/…$/, '').toLowerCase();
}

export function isWhole(id: string): boolean {
  return id.length === DIGITS;
}
