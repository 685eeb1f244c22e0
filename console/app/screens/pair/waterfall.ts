// SPDX-License-Identifier: Apache-2.0
//
// Steps of a handshake as bars: what one hub passed on and another delivered is one bar over both. pigeonctl trace --draw
// draws the same.

import {
  HandshakeStage,
  HandshakeStepKind,
  type HandshakeStep,
} from '#proto/pigeonhub/v1/trace_service_pb';

import { toMillis } from '../../parts/units';

export interface Bar {
  first: HandshakeStep;
  heard: number; // milliseconds since 1970, on the clock of the hub that is asked
  sent?: number; // on to another hub
  came?: number; // to its target
  hubs: string[]; // that it passed, in order
}

export function endOf({ heard, sent, came }: Bar): number {
  return came ?? sent ?? heard;
}

const at = (step: HandshakeStep): number => (step.time ? toMillis(step.time) : 0);

function cameFromHub({ stage, otherHubId }: HandshakeStep): boolean {
  return stage === HandshakeStage.DELIVERED && otherHubId !== '';
}

export function barsOf(steps: readonly HandshakeStep[]): Bar[] {
  const bars: Bar[] = [];
  const underWay = new Map<string, Bar[]>(); // passed on, by their way
  const wayOf = (step: HandshakeStep, from: string, to: string) =>
    [step.fromPeerId, step.targetPeerId, step.kind, from, to].join(' ');

  // What a hub sent on before what came there: by their clocks the two may have changed places.
  for (const step of steps) {
    if (cameFromHub(step)) continue;
    const bar: Bar = { first: step, heard: at(step), hubs: [step.hubId] };
    if (step.stage === HandshakeStage.PASSED_ON) {
      bar.sent = bar.heard + (step.queue ? toMillis(step.queue) : 0);
      if (step.otherHubId !== '') bar.hubs.push(step.otherHubId);
      const way = wayOf(step, step.hubId, step.otherHubId);
      underWay.set(way, [...(underWay.get(way) ?? []), bar]);
    } else if (step.stage === HandshakeStage.DELIVERED) {
      bar.came = bar.heard;
    }
    bars.push(bar);
  }
  for (const step of steps) {
    if (!cameFromHub(step)) continue;
    // Hubs pass signals of a pair on in their order.
    const open = underWay.get(wayOf(step, step.otherHubId, step.hubId))?.shift();
    if (open) {
      // Clocks of two hubs agree to a part of the way between them, and nothing comes before it was sent.
      open.came = Math.max(at(step), open.sent ?? open.heard);
      continue;
    }
    // The other hub does not tell when it heard it.
    const sent = step.line ? at(step) - toMillis(step.line) : undefined;
    bars.push({ first: step, heard: sent ?? at(step), sent, came: at(step), hubs: [step.otherHubId, step.hubId] });
  }
  return bars.sort((a, b) => a.heard - b.heard);
}

const QUIET = 3_000; // ms: a handshake is over when nothing came for so long

// Handshake by handshake, the oldest first.
export function handshakesOf(bars: readonly Bar[]): Bar[][] {
  const handshakes: Bar[][] = [];
  let last = -Infinity;
  for (const bar of bars) {
    if (bar.heard - last > QUIET) handshakes.push([]);
    handshakes.at(-1)!.push(bar);
    last = Math.max(last, endOf(bar));
  }
  return handshakes;
}

// Round values on a scale from 0 to `end`: about `wished` of them.
export function ticksOf(end: number, wished: number): number[] {
  if (!(end > 0)) return [0];
  const rough = end / wished;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!;
  const ticks = [];
  for (let i = 0; i * step <= end; ++i) ticks.push(Number((i * step).toPrecision(6)));
  return ticks;
}

const kinds: Record<number, string> = {
  [HandshakeStepKind.ANNOUNCED]: 'announced',
  [HandshakeStepKind.DISCOVERED]: 'discovered',
  [HandshakeStepKind.OFFER]: 'offer',
  [HandshakeStepKind.ANSWER]: 'answer',
  [HandshakeStepKind.ICE_CANDIDATE]: 'candidate',
  [HandshakeStepKind.CONNECTED]: 'connected',
};

export function kindText(kind: HandshakeStepKind): string {
  return kinds[kind] ?? String(kind);
}

// "A → B"; of a discovery the target hears: "A ← B".
export function waySaid({ kind, fromPeerId, targetPeerId }: HandshakeStep, first: string): string {
  const letter = (id: string) => (id === first ? 'A' : 'B');
  if (targetPeerId === '') return letter(fromPeerId);
  const arrow = kind === HandshakeStepKind.DISCOVERED ? '←' : '→';
  return `${letter(fromPeerId)} ${arrow} ${letter(targetPeerId)}`;
}
