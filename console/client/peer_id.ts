// SPDX-License-Identifier: Apache-2.0

// Throws a TypeError for an id that the client would replace by another one without a word.
export function checkPeerId(peerId: unknown): void {
  if (peerId === undefined || peerId === null || peerId === '') return; // The client makes one.
  if (typeof peerId === 'string' && /^[0-9a-f]{40}$/i.test(peerId)) return;
  throw new TypeError(`PigeonHub: peerId has 40 hexadecimal digits; ${whatItIs(peerId)}`);
}

function whatItIs(peerId: unknown): string {
  if (typeof peerId !== 'string') return `this is a ${typeof peerId}`;
  const other = /[^0-9a-f]/i.exec(peerId)?.[0];
  return other === undefined ? `this has ${peerId.length}` : `'${other}' is none`;
}
