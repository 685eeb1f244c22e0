// SPDX-License-Identifier: Apache-2.0

// Characters that have no shape of their own: they turn the text around them, or make two names look like one.
const DECEPTIVE = /[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

// What peers call themselves and their rooms, so that all of it can be seen; logs and pigeonctl write it so, too.
export function visible(text: string): string {
  return text.replace(DECEPTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
