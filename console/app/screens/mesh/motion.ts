// SPDX-License-Identifier: Apache-2.0

import { useEffect, useRef, useState } from 'preact/hooks';

import type { Layout, Point } from './layout';

const LASTS = 450; // milliseconds

// The places of a layout, on their way there from those before; at once where the reader wants no motion.
export function useMotion(layout: Layout): Map<string, Point> {
  const [places, setPlaces] = useState(layout.places);
  const shown = useRef(places);
  shown.current = places;
  useEffect(() => {
    const from = shown.current;
    if (from === layout.places) return;
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return setPlaces(layout.places);
    const began = performance.now();
    let frame = 0;
    const step = (now: number) => {
      const share = Math.min(1, Math.max(0, (now - began) / LASTS));
      setPlaces(share === 1 ? layout.places : between(from, layout.places, 1 - (1 - share) ** 3));
      if (share < 1) frame = requestAnimationFrame(step);
    };
    frame = requestAnimationFrame(step);
    return () => cancelAnimationFrame(frame);
  }, [layout]);
  return places;
}

// Who was not there before stands where it will.
export function between(from: Map<string, Point>, to: Map<string, Point>, share: number): Map<string, Point> {
  return new Map(
    [...to].map(([id, end]) => {
      const start = from.get(id) ?? end;
      return [id, { x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share }];
    }),
  );
}
