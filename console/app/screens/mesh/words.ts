// SPDX-License-Identifier: Apache-2.0
//
// What is said of hubs and links beside their marks.

import { ageText, bytesText, millisText, rateText } from '../../parts/units';
import type { Edge, Node } from './model';

// "1.2 ms · 340/s", and below it "4.0 KiB queued".
export function edgeLines({ kind, roundTrip, rate, queueBytes }: Edge): string[] {
  if (kind === 'down') return ['down'];
  const figures = [];
  if (roundTrip !== undefined) figures.push(millisText(roundTrip));
  if (rate !== undefined) figures.push(rateText(rate));
  const lines = kind === 'one way' ? ['one way'] : [];
  if (figures.length > 0) lines.push(figures.join(' · '));
  if (queueBytes > 0) lines.push(`${bytesText(queueBytes)} queued`);
  return lines;
}

export function nodeWords({ island, isSelf, isQuarantined }: Node): string[] {
  const words = [];
  if (isSelf) words.push('this hub');
  if (island > 0) words.push(`island ${island}`);
  if (isQuarantined) words.push('in quarantine');
  return words;
}

// Of a hub that is lost: since when.
export function lostWords({ lost }: Node, now: number): string[] {
  return lost ? [`no way leads there since ${ageText(lost.lostTime, now)}`] : [];
}
