// SPDX-License-Identifier: Apache-2.0
//
// What is said of hubs and links beside their marks.

import { bytesText, millisText, rateText } from '../../parts/units';
import type { Edge, Node } from './model';

// "1.2 ms · 340/s · 4 KiB queued"
export function edgeWords({ kind, roundTrip, rate, queueBytes, problem }: Edge): string[] {
  if (kind === 'down') return [problem ? `down: ${problem}` : 'down'];
  const words = kind === 'one way' ? ['told by one end only'] : [];
  if (roundTrip !== undefined) words.push(millisText(roundTrip));
  if (rate !== undefined) words.push(rateText(rate));
  if (queueBytes > 0) words.push(`${bytesText(queueBytes)} queued`);
  return words;
}

export function nodeWords({ island, isSelf, isQuarantined }: Node): string[] {
  const words = [];
  if (isSelf) words.push('this hub');
  if (island > 0) words.push(`island ${island}`);
  if (isQuarantined) words.push('in quarantine');
  return words;
}
