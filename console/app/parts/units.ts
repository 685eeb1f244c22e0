// SPDX-License-Identifier: Apache-2.0
//
// Figures as people read them, written as pigeonctl writes them. What is not known is a dash.

import { Reason } from '#proto/pigeonhub/v1/common_pb';

// A google.protobuf.Timestamp or Duration.
export interface ProtoTime {
  seconds: bigint;
  nanos: number;
}

export const DASH = '–';

// Milliseconds; of a timestamp since 1970.
export function toMillis(time: ProtoTime): number {
  return Number(time.seconds) * 1000 + time.nanos / 1e6;
}

// "1,234", the same in every country.
export function countText(count: number | bigint): string {
  return count.toLocaleString('en-US', { maximumFractionDigits: 0 });
}

// "1 connection", "2,000 connections".
export function counted(count: number | bigint, noun: string): string {
  return `${countText(count)} ${noun}${Number(count) === 1 ? '' : 's'}`;
}

// A number of three digits or so: "0.4", "12", "1,234".
export function shortNumber(value: number): string {
  if (value === 0) return '0';
  return Math.abs(value) < 9.95 ? value.toFixed(1) : countText(Math.round(value));
}

// "3.2/s"
export function rateText(perSecond: number): string {
  return `${shortNumber(perSecond)}/s`;
}

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

// "512 B", "1.5 KiB", "44 MiB"
export function bytesText(bytes: number | bigint): string {
  let value = Number(bytes);
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < SIZES.length - 1) {
    value /= 1024;
    ++unit;
  }
  const digits = unit > 0 && Math.abs(value) < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${SIZES[unit]}`;
}

// What was measured: "0.04 ms", "1.2 ms", "40 ms", "1.5 s".
export function millisText(millis: number): string {
  const size = Math.abs(millis);
  if (size === 0) return '0 ms';
  if (size < 0.095) return `${millis.toFixed(2)} ms`;
  if (size < 9.95) return `${millis.toFixed(1)} ms`;
  if (size < 999.5) return `${millis.toFixed(0)} ms`;
  return `${(millis / 1000).toFixed(size < 99_500 ? 1 : 0)} s`;
}

// The same of a duration that may be absent.
export function durationText(duration: ProtoTime | undefined): string {
  return duration ? millisText(toMillis(duration)) : DASH;
}

const DAY = 86_400;

// How long, in whole units: "42s", "5m", "3h12m", "2d4h".
export function spanText(millis: number): string {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 60) return `${seconds}s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m`;
  const [large, small, ofLarge, ofSmall] = seconds < DAY ? ['h', 'm', 3600, 60] as const : ['d', 'h', DAY, 3600] as const;
  const rest = Math.floor((seconds % ofLarge) / ofSmall);
  return `${Math.floor(seconds / ofLarge)}${large}${rest === 0 ? '' : `${rest}${small}`}`;
}

// How long ago. `now` is in milliseconds, as Date.now().
export function ageText(time: ProtoTime | undefined, now: number): string {
  return time ? spanText(now - toMillis(time)) : DASH;
}

const two = (value: number): string => String(value).padStart(2, '0');

// The time of day here: "14:03:07", or "14:03:07.250".
export function clockText(millis: number, withMillis = false): string {
  const time = new Date(millis);
  const seconds = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return withMillis ? `${seconds}.${String(time.getMilliseconds()).padStart(3, '0')}` : seconds;
}

// The day and the time here: "2026-03-01 14:03:07".
export function timeText(time: ProtoTime | undefined): string {
  if (!time) return DASH;
  const millis = toMillis(time);
  const date = new Date(millis);
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${clockText(millis)}`;
}

// The name of a member of an enum, in words: "memory limit" of Reason.MEMORY_LIMIT.
export function enumWords(names: Record<number, string | undefined>, value: number): string {
  return names[value]?.toLowerCase().replaceAll('_', ' ') ?? String(value);
}

// As pigeonctl, counters and close frames write it: "memory_limit".
export function reasonText(reason: Reason): string {
  return Reason[reason]?.toLowerCase() ?? String(reason);
}

// The beginning of an id, as ShortId shows it.
export function shortId(id: string): string {
  return id.slice(0, 8);
}
