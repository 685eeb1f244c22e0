// SPDX-License-Identifier: Apache-2.0

const HOW = 'brave calm clever eager fair gentle glad keen kind lively lucky merry mild neat proud quick quiet swift warm wise'.split(' ');
const WHO = 'crane crow dove duck eagle finch goose hawk heron jay kite lark owl raven robin stork swan tern thrush wren'.split(' ');

// A room that nobody else is in: two words and a number, easy to read out.
export function newRoom(random: () => number = Math.random): string {
  const one = (words: readonly string[]) => words[Math.floor(random() * words.length)];
  return `${one(HOW)}-${one(WHO)}-${10 + Math.floor(random() * 90)}`;
}

// The room that an address names, if any.
export function roomOf(search: string): string | undefined {
  return new URLSearchParams(search).get('room')?.trim() || undefined;
}
