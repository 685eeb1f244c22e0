// SPDX-License-Identifier: Apache-2.0
//
// Where the figures of links stand: on their link, off the hubs and off each other as far as there is room.

import { radiusOf, type Point } from './layout';
import type { Edge, Node } from './model';

const SHARES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.23, 0.77]; // of the way from one end to the other
const LETTER = 6; // pixels
const LINE = 13;

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

export function labelPlaces(
  edges: { edge: Edge; lines: string[] }[],
  nodes: readonly Node[],
  places: Map<string, Point>,
): Map<string, Point> {
  const taken: Box[] = nodes.flatMap((node) => {
    const at = places.get(node.id);
    const radius = radiusOf(node);
    return at ? [boxAround(at, 2 * radius, 2 * radius), boxAround({ x: at.x, y: at.y + radius + 16 }, 64, 28)] : [];
  });
  const found = new Map<string, Point>();
  for (const { edge, lines } of edges) {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    if (!from || !to || lines.length === 0) continue;
    const width = LETTER * Math.max(...lines.map((line) => line.length));
    const candidates = SHARES.map((share) => {
      const point = { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
      const box = boxAround(point, width, LINE * lines.length);
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
      return { point, box, covered };
    });
    const best = candidates.reduce((a, b) => (b.covered < a.covered ? b : a));
    found.set(edge.id, best.point);
    taken.push(best.box);
  }
  return found;
}

function boxAround({ x, y }: Point, width: number, height: number): Box {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

// In square pixels.
function overlap(a: Box, b: Box): number {
  const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return wide > 0 && high > 0 ? wide * high : 0;
}
