// SPDX-License-Identifier: Apache-2.0
//
// A curve of the last minutes. Its colours are those of the theme, and follow the system's.

import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

import { clockText } from './units';

export interface Curve {
  label: string;
  values: (number | null)[]; // null: a hole
}

export interface ChartProps {
  title: string;
  times: number[]; // seconds since 1970, rising
  curves: Curve[]; // at most 3
  format: (value: number) => string;
  span: number; // seconds that the chart shows
  height?: number;
  binary?: boolean; // bytes: the scale goes by powers of two
}

const INKS = ['--accent', '--warn', '--good'];
const MINUTES = [60, 120, 300, 900];
const POWERS_OF_TWO = Array.from({ length: 50 }, (_, i) => 2 ** i);
const DASHES = [[], [6, 4], [2, 3]];

export function Chart({ title, times, curves, format, span, height = 110, binary = false }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const data = [times, ...curves.map((curve) => curve.values)] as uPlot.AlignedData;
  const end = times.at(-1) ?? 0;
  const names = curves.map((curve) => curve.label).join('\n');

  useEffect(() => {
    const parent = place.current!;
    const made = new uPlot(optionsFor(parent, names.split('\n'), format, height, binary), data, parent);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: parent.clientWidth, height }));
    resized.observe(parent);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const redraw = () => made.redraw(false, true);
    dark.addEventListener('change', redraw);
    return () => {
      resized.disconnect();
      dark.removeEventListener('change', redraw);
      made.destroy();
    };
  }, [names, height]);

  useEffect(() => {
    plot.current?.batch(() => {
      plot.current!.setData(data, false);
      plot.current!.setScale('x', { min: end - span, max: end });
    });
  }, [times, curves, span]);

  return (
    <figure class="chart">
      <figcaption>
        <span class="chart-title">{title}</span>
        {curves.map((curve, i) => (
          <span key={curve.label}>
            <svg class={`swatch ink-${i}`} viewBox="0 0 18 4" width="18" height="4" aria-hidden="true">
              <line x1="0" x2="18" y1="2" y2="2" stroke="currentColor" stroke-width="2"
                stroke-dasharray={DASHES[i]!.join(' ')} />
            </svg>
            {curve.label !== '' && <span class="quiet"> {curve.label}</span>} <b>{latest(curve, format)}</b>
          </span>
        ))}
      </figcaption>
      <div ref={place} role="img" aria-label={inWords(title, curves, format, span)} />
    </figure>
  );
}

function latest(curve: Curve, format: (value: number) => string): string {
  const value = curve.values.at(-1);
  return value === undefined || value === null ? '–' : format(value);
}

// What the picture shows, for who does not see it.
export function inWords(
  title: string,
  curves: Curve[],
  format: (value: number) => string,
  span: number,
): string {
  const parts = curves.map((curve) => {
    const known = curve.values.filter((value) => value !== null);
    if (known.length === 0) return 'nothing yet';
    const [least, most] = [Math.min(...known), Math.max(...known)];
    return `${curve.label || 'it is'}: now ${latest(curve, format)}, from ${format(least)} to ${format(most)}`;
  });
  return `${title}, the last ${Math.round(span / 60)} minutes. ${parts.join('. ')}`;
}

// A variable of the theme as a canvas takes it.
function ink(parent: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  parent.append(probe);
  const color = getComputedStyle(probe).color;
  probe.remove();
  return color;
}

function optionsFor(
  parent: HTMLElement,
  labels: string[],
  format: (value: number) => string,
  height: number,
  binary: boolean,
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => ink(parent, '--quiet'),
    font: '11px system-ui, sans-serif',
    grid: { stroke: () => ink(parent, '--line'), width: 1 },
    ticks: { show: false },
  };
  return {
    width: parent.clientWidth,
    height,
    padding: [6, 6, 0, 0],
    legend: { show: false },
    cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
    scales: { y: { range: (_, __, most) => [0, most > 0 ? most * 1.1 : 1] } },
    axes: [
      { ...axis, size: 22, space: 50, incrs: MINUTES, values: (_, ticks) => ticks.map((tick) => clockText(tick * 1000).slice(0, 5)) },
      {
        ...axis,
        size: 62,
        space: 26,
        values: (_, ticks) => ticks.map(format),
        ...(binary && { incrs: POWERS_OF_TWO }),
      },
    ],
    series: [
      {},
      ...labels.map((label, i) => ({
        label,
        stroke: () => ink(parent, INKS[i]!),
        width: 1.5,
        dash: DASHES[i],
        points: { show: false },
      })),
    ],
  };
}
