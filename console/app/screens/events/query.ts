// SPDX-License-Identifier: Apache-2.0
//
// Which events are shown, and from where on: out of the address, for requests and for pigeonctl.

import type { MessageInitShape } from '@bufbuild/protobuf';

import { Reason } from '#proto/pigeonhub/v1/common_pb';
import type { EventFilterSchema, EventKind, WatchEventsRequestSchema } from '#proto/pigeonhub/v1/event_service_pb';

import { kindNames } from '../../parts/event_text';
import { hubWords } from '../../parts/hub_words';
import { parseSpan } from '../../parts/span';

export type Filter = MessageInitShape<typeof EventFilterSchema>;
export type Start = MessageInitShape<typeof WatchEventsRequestSchema>['start'];

const FIRST_MOMENT = Date.parse('0001-01-01T00:00:00Z'); // that a Timestamp can say

// What stands in a field and cannot be meant, with what can.
export class FieldProblem extends Error {}

function listed(params: URLSearchParams, name: string): string[] {
  return (params.get(name) ?? '').split(/[\s,]+/).filter((word) => word !== '');
}

function kindNamed(word: string): EventKind {
  const kind = kindNames.get(word);
  if (kind === undefined) throw new FieldProblem(`there is no kind of event "${word}"; there are ${[...kindNames.keys()].join(', ')}`);
  return kind;
}

function reasonNamed(word: string): Reason {
  const reason: unknown = Reason[word.toUpperCase() as keyof typeof Reason]; // A number leads to the name of a reason.
  if (typeof reason !== 'number') throw new FieldProblem(`there is no reason "${word}"; they are written as in transport_lost`);
  return reason as Reason;
}

// Throws FieldProblem.
export function filterOf(params: URLSearchParams): Filter {
  return {
    kinds: listed(params, 'kinds').map(kindNamed),
    reasons: listed(params, 'reasons').map(reasonNamed),
    namespace: params.get('namespace') ?? '',
    peerId: params.get('peer') ?? '',
    remoteAddress: params.get('address') ?? '',
  };
}

// Where the stream starts: undefined is the newest ones that are kept. "now", "earliest", "4711" (a number), "10m" (so long
// ago), "14:03" (the last one here), or a date and a time. Throws FieldProblem.
export function startOf(text: string, now: number): Start | undefined {
  if (text === '') return undefined;
  if (text === 'now') return { case: 'now', value: true };
  if (text === 'earliest') return { case: 'earliest', value: true };
  if (/^\d{1,19}$/.test(text)) return { case: 'from', value: { epoch: '', seq: BigInt(text) } };
  const millis = momentOf(text, now);
  if (millis === undefined || millis < FIRST_MOMENT) {
    throw new FieldProblem(`"${text}" is no start: now, earliest, a number, 10m, 14:03, or 2026-03-01 14:03`);
  }
  return { case: 'fromTime', value: { seconds: BigInt(Math.floor(millis / 1000)), nanos: (millis % 1000) * 1e6 } };
}

function momentOf(text: string, now: number): number | undefined {
  const ago = parseSpan(text);
  if (ago !== undefined) return now - ago * 1000;
  const clock = /^(\d\d?):(\d\d)(?::(\d\d))?$/.exec(text);
  if (clock) {
    const time = new Date(now);
    time.setHours(Number(clock[1]), Number(clock[2]), Number(clock[3] ?? 0), 0);
    if (time.getTime() > now) time.setDate(time.getDate() - 1);
    return time.getTime();
  }
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text.replace(' ', 'T')) : NaN;
  return Number.isNaN(date) ? undefined : date;
}

function startWords(text: string, now: number): string[] {
  let start: Start | undefined;
  try {
    start = startOf(text, now);
  } catch {
    return [];
  }
  switch (start?.case) {
    case 'earliest': return ['--earliest'];
    case 'from': return ['--from-seq', text];
    // pigeonctl takes times of day as UTC.
    case 'fromTime': return ['--since', parseSpan(text) === undefined ? new Date(momentOf(text, now)!).toISOString() : text];
    default: return [];
  }
}

export function eventsWords(params: URLSearchParams, now: number): string[] {
  const words = ['events', '-f', ...hubWords(params), ...startWords(params.get('from') ?? '', now)];
  for (const kind of listed(params, 'kinds')) words.push('--kind', kind);
  for (const reason of listed(params, 'reasons')) words.push('--reason', reason);
  for (const [name, flag] of [['namespace', '--namespace'], ['peer', '--peer'], ['address', '--address']] as const) {
    const value = params.get(name) ?? '';
    if (value !== '') words.push(flag, value);
  }
  return words;
}
