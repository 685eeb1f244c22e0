// SPDX-License-Identifier: Apache-2.0
//
// What a page gave that can never work, told at once: the client, the browser or the hub would tell it late, or nobody.

import type { JoinOptions } from './client';

// Throws a TypeError.
export function checkOptions(options: unknown): asserts options is JoinOptions {
  if (typeof options !== 'object' || options === null) throw new TypeError(`PigeonHub: give options, as {room: 'chat'}; this is ${kindOf(options)}`);
  const { room, token, iceServers, peerId } = options as Record<string, unknown>;
  checkRoom(room);
  checkPeerId(peerId);
  if (!isNone(token) && typeof token !== 'string' && typeof token !== 'function') {
    throw new TypeError(`PigeonHub: token is a text or a function; this is ${kindOf(token)}`);
  }
  if (!isNone(iceServers) && !Array.isArray(iceServers)) {
    throw new TypeError(`PigeonHub: iceServers is a list, as [{urls: 'stun:stun.example.org'}]; this is ${kindOf(iceServers)}`);
  }
}

export function checkMesh(mesh: unknown): void {
  if (typeof mesh === 'object' && mesh !== null && 'on' in mesh && 'connectionManager' in mesh) return;
  throw new TypeError(`PigeonHub: attach takes a PeerPigeonMesh; this is ${kindOf(mesh)}`);
}

// How long a name may be is the hub's to say.
function checkRoom(room: unknown): void {
  if (isNone(room)) return;
  if (typeof room !== 'string') throw new TypeError(`PigeonHub: room is a text; this is ${kindOf(room)}`);
  if (/[\x00-\x1f\x7f]/.test(room)) throw new TypeError('PigeonHub: room has no control characters, and no end of a line');
}

const isNone = (value: unknown): value is undefined | null => value === undefined || value === null;

// "a number", in a sentence.
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

// Throws a TypeError for an id that the client would replace by another one without a word.
export function checkPeerId(peerId: unknown): void {
  if (peerId === undefined || peerId === null || peerId === '') return; // The client makes one.
  if (typeof peerId === 'string' && /^[0-9a-f]{40}$/i.test(peerId)) return;
  throw new TypeError(`PigeonHub: peerId has 40 hexadecimal digits; ${whatItIs(peerId)}`);
}

function whatItIs(peerId: unknown): string {
  if (typeof peerId !== 'string') return `this is ${kindOf(peerId)}`;
  const other = /[^0-9a-f]/i.exec(peerId)?.[0];
  return other === undefined ? `this has ${peerId.length}` : `'${other}' is none`;
}
