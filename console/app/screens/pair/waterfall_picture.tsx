// SPDX-License-Identifier: Apache-2.0

import { useRef } from 'preact/hooks';

import { HandshakeStage, HandshakeStepKind } from '#proto/pigeonhub/v1/trace_service_pb';

import { millisText, reasonText } from '../../parts/units';
import { useWidth } from '../../parts/use_width';
import { endOf, kindText, ticksOf, waySaid, type Bar } from './waterfall';

const ROW = 24;
const NARROW_ROW = 34; // who sends to whom stands below what is sent
const TOP = 22; // the scale
const LETTER = 6.6; // pixels
const TOOK = 62; // right of the bars

interface PictureProps {
  bars: Bar[]; // of one handshake
  first: string; // the id of A
  numbers: Map<string, number>; // of hubs, as the list below names them
}

// One handshake, from its first step on; times in ms.
export function Waterfall({ bars, first, numbers }: PictureProps) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const began = bars[0]?.heard ?? 0;
  const took = Math.max(0, ...bars.map((bar) => endOf(bar) - began));
  const isNarrow = width < 560;
  const label = isNarrow ? 96 : 210;
  const row = isNarrow ? NARROW_ROW : ROW;
  const room = Math.max(80, width - label - TOOK);
  const xOf = (time: number): number => label + (took === 0 ? 0 : ((time - began) / took) * (room - 8));
  const height = TOP + bars.length * row + 4;
  return (
    <div class="waterfall" ref={frame}>
      {width > 0 && (
        <svg viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={
          `Waterfall of ${bars.length} steps within ${millisText(took)}; the table below says the same`}>
          {ticksOf(took, Math.max(2, room / 110)).map((tick) => (
            <g key={tick} class="tick">
              <line x1={xOf(began + tick)} x2={xOf(began + tick)} y1={TOP - 4} y2={height} />
              <text x={xOf(began + tick)} y={TOP - 9}>{millisText(tick)}</text>
            </g>
          ))}
          {bars.map((bar, i) => (
            <g key={i} transform={`translate(0 ${TOP + i * row})`}>
              <Row bar={bar} first={first} numbers={numbers} xOf={xOf} width={width} label={label} row={row} />
            </g>
          ))}
        </svg>
      )}
    </div>
  );
}

interface RowProps extends Omit<PictureProps, 'bars'> {
  bar: Bar;
  xOf: (time: number) => number;
  width: number;
  label: number;
  row: number;
}

function Row({ bar, first, numbers, xOf, width, label, row }: RowProps) {
  const { first: step, heard, sent, came, hubs } = bar;
  const middle = row / 2;
  const isNarrow = row === NARROW_ROW;
  const [above, below] = isNarrow ? [13, 27] : [middle + 4, middle + 4];
  const [from, until] = [xOf(heard), xOf(endOf(bar))];
  const left = sent === undefined ? until : xOf(sent);
  const isDropped = step.stage === HandshakeStage.DROPPED;
  const isConnected = step.kind === HandshakeStepKind.CONNECTED;
  const tone = isDropped ? 'dropped' : isConnected ? 'connected' : step.fromPeerId === first ? 'of-a' : 'of-b';
  const why = isDropped ? reasonText(step.reason) : '';
  const whyWidth = LETTER * why.length;
  // Beside the mark, where there is room; else below it.
  const whyLeft = from + 10 + whyWidth > width ? from - 10 - whyWidth : from + 10;
  const [whyX, whyY] = isNarrow ? [Math.max(label, Math.min(from - whyWidth / 2, width - whyWidth)), row - 2] : [whyLeft, middle + 4];
  return (
    <g class={`bar ${tone}`}>
      <rect class="hit" x="0" y="0" width={width} height={row} />
      <text class="kind" x="4" y={above}>{kindText(step.kind)}</text>
      <text class="way" x={isNarrow ? 4 : label - 104} y={below}>{waySaid(step, first)}</text>
      <text class="quiet" x={label - 10} y={below} text-anchor="end">
        {hubs.map((hub) => numbers.get(hub)).join('›')}
      </text>
      {left > from && <rect class="waits" x={from} y={middle - 5} width={Math.max(1, left - from)} height="10" />}
      {sent !== undefined && came !== undefined && <line class="line" x1={left} x2={until} y1={middle} y2={middle} />}
      {isDropped && <path class="drop" d={`M${from - 5} ${middle - 5}l10 10m0 -10l-10 10`} />}
      {!isDropped && came !== undefined && step.kind !== HandshakeStepKind.DISCOVERED &&
        <path class="came" d={`M${until} ${middle}m-3 -6l7 6l-7 6z`} />}
      {!isDropped && (came === undefined || step.kind === HandshakeStepKind.DISCOVERED) && sent === undefined &&
        <rect class="moment" x={from - 1.5} y={middle - 7} width="3" height="14" />}
      {isDropped && (
        <text class="why" x={whyX} y={whyY}>
          {why}
        </text>
      )}
      {sent !== undefined &&
        <text class="took" x={width - 4} y={middle + 4} text-anchor="end">{millisText(endOf(bar) - heard)}</text>}
    </g>
  );
}
