// SPDX-License-Identifier: Apache-2.0
//
// A key that a hub uses, in words.

import { KeyKind, type Key } from '#proto/pigeonhub/v1/access_service_pb';

import { ageText, DASH, timeText } from '../../parts/units';

// "token key"; one that only a newer hub has is its number.
export function kindText(kind: KeyKind): string {
  return KeyKind[kind]?.toLowerCase().replaceAll('_', ' ') ?? String(kind);
}

// How old it is: since its file changed, or since the hub made it.
export function keyAge(key: Key, now: number): { text: string; hint: string } {
  const text = ageText(key.fileTime ?? key.loadedTime, now);
  const facts = [
    key.fileTime && `its file changed ${timeText(key.fileTime)}`,
    key.loadedTime && `in use since ${timeText(key.loadedTime)}`,
  ];
  return { text, hint: facts.filter((fact) => fact !== undefined).join(', ') };
}

// Hubs see of keys of tokens alone when they are used.
export function usedText(key: Key, now: number): string {
  if (key.kind !== KeyKind.TOKEN_KEY) return DASH;
  return key.lastUsedTime ? `${ageText(key.lastUsedTime, now)} ago` : 'never';
}

// One hub may have several keys of one kind without a name.
export function keyId(key: Key, index: number): string {
  return [key.hubId, kindText(key.kind), key.name, key.source, index].join(' ');
}
