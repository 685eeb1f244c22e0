// SPDX-License-Identifier: Apache-2.0
//
// What GetStats said in the last 15 minutes, and the curves that follow from it.

import type { Reason } from '#proto/pigeonhub/v1/common_pb';
import type { GetStatsResponse } from '#proto/pigeonhub/v1/server_service_pb';

import { isRefusal } from './refusals';
import { toMillis } from '../parts/units';

export const SPAN = 15 * 60; // seconds
const LEAST_SPAN = 2 * 60;
// Nobody looked for so long: what was between is not drawn.
const HOLE = 30; // seconds

// One look.
export interface Sample {
  at: number; // seconds since 1970, by this machine
  sources: string; // the hubs that are in it, and since when they count; others cannot be compared
  peers: number;
  remotePeers: number;
  opened: number;
  offered: number;
  answered: number;
  connected: number;
  signals: number;
  refused: Map<Reason, number>; // without how connections end when nothing is wrong
  queueBytes: number;
  linkBytes: number;
  lagP99: number; // milliseconds
  lagMax: number;
  memory: number; // bytes
}

export function sampleOf(stats: GetStatsResponse, at: number): Sample {
  const { traffic, resources } = stats;
  const hubs = stats.perHub.length > 0 ? stats.perHub : [stats];
  return {
    at,
    sources: hubs.map((hub) => hub.hubPeerId).sort().join(' '),
    peers: Number(stats.peers),
    remotePeers: Number(stats.remotePeers),
    opened: Number(traffic?.connectionsOpened ?? 0n),
    offered: Number(traffic?.handshakesOffered ?? 0n),
    answered: Number(traffic?.handshakesAnswered ?? 0n),
    connected: Number(traffic?.handshakesConnected ?? 0n),
    signals: Number((traffic?.signalsDelivered ?? 0n) + (traffic?.signalsRelayed ?? 0n)),
    refused: new Map(
      (traffic?.reasons ?? [])
        .filter(({ reason }) => isRefusal(reason))
        .map(({ reason, count }) => [reason, Number(count)]),
    ),
    queueBytes: Number(resources?.queueBytes ?? 0n),
    linkBytes: Number(resources?.linkBytes ?? 0n),
    lagP99: resources?.loopLagP99 ? toMillis(resources.loopLagP99) : 0,
    lagMax: resources?.loopLagMax ? toMillis(resources.loopLagMax) : 0,
    memory: Number(resources?.residentBytes ?? 0n),
  };
}

// The samples with one more, and without those that became too old.
export function withSample(samples: readonly Sample[], sample: Sample): Sample[] {
  return [...samples.filter(({ at }) => at > sample.at - SPAN && at < sample.at), sample];
}

// A counter's growth in a second; null where the two cannot be compared, as after a restart.
export function rateBetween(before: Sample, after: Sample, count: (sample: Sample) => number): number | null {
  const grown = count(after) - count(before);
  const seconds = after.at - before.at;
  return before.sources !== after.sources || grown < 0 || seconds <= 0 ? null : grown / seconds;
}

export function refusedOf(sample: Sample): number {
  let sum = 0;
  for (const count of sample.refused.values()) sum += count;
  return sum;
}

type Column = (number | null)[];

// Each has a value, or a hole, for each time.
export interface Columns {
  times: number[];
  peers: Column;
  remotePeers: Column;
  joins: Column; // a second, as are the rates below
  offered: Column;
  answered: Column;
  connected: Column;
  signals: Column;
  refusals: Column;
  queueBytes: Column;
  linkBytes: Column;
  lagP99: Column;
  lagMax: Column;
  memory: Column;
}

const GAUGES = ['peers', 'remotePeers', 'queueBytes', 'linkBytes', 'lagP99', 'lagMax', 'memory'] as const;
const COUNTERS = {
  joins: (sample: Sample) => sample.opened,
  offered: (sample: Sample) => sample.offered,
  answered: (sample: Sample) => sample.answered,
  connected: (sample: Sample) => sample.connected,
  signals: (sample: Sample) => sample.signals,
  refusals: refusedOf,
} as const;
const RATES = Object.keys(COUNTERS) as (keyof typeof COUNTERS)[];

export function columnsOf(samples: readonly Sample[]): Columns {
  const columns: Columns = {
    times: [], peers: [], remotePeers: [], joins: [], offered: [], answered: [], connected: [],
    signals: [], refusals: [], queueBytes: [], linkBytes: [], lagP99: [], lagMax: [], memory: [],
  };
  samples.forEach((sample, i) => {
    const before = samples[i - 1];
    if (before && sample.at - before.at > HOLE) {
      columns.times.push((before.at + sample.at) / 2);
      for (const name of [...GAUGES, ...RATES]) columns[name].push(null);
    }
    columns.times.push(sample.at);
    for (const name of GAUGES) columns[name].push(sample[name]);
    for (const name of RATES) columns[name].push(before ? rateBetween(before, sample, COUNTERS[name]) : null);
  });
  return columns;
}

// How many seconds curves show, in whole minutes: what there is, not an empty quarter of an hour.
export function spanOf(times: readonly number[]): number {
  const known = (times.at(-1) ?? 0) - (times[0] ?? 0);
  return Math.min(SPAN, Math.max(LEAST_SPAN, Math.ceil(known / 60) * 60));
}

export interface Refusal {
  reason: Reason;
  lately: number; // within the samples
  total: number; // since the process started
}

// By reason, those that happened most lately first.
export function refusalsOf(samples: readonly Sample[]): Refusal[] {
  const lately = new Map<Reason, number>();
  samples.forEach((sample, i) => {
    const before = samples[i - 1];
    if (!before || before.sources !== sample.sources) return;
    for (const [reason, count] of sample.refused) {
      const grown = count - (before.refused.get(reason) ?? 0);
      if (grown > 0) lately.set(reason, (lately.get(reason) ?? 0) + grown);
    }
  });
  return [...(samples.at(-1)?.refused ?? [])]
    .map(([reason, total]) => ({ reason, total, lately: lately.get(reason) ?? 0 }))
    .sort((a, b) => b.lately - a.lately || b.total - a.total || a.reason - b.reason);
}
