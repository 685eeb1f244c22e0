// SPDX-License-Identifier: Apache-2.0
//
// Where texts stand on the map: names above or below their hub, figures beside their link; off all links, off the hubs and off
// each other as far as there is room.

import { radiusOf, type Point } from './layout';
import type { Edge, Node } from './model';
import { nodeWords } from './words';

const SHARES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.23, 0.77]; // of the way from one end to the other
const LETTER = 6; // pixels
const LINE = 13;
const AIR = 4; // between a link and its figures

interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

interface Way {
  from: Point;
  to: Point;
}

// Of the middles of a name's lines, in pixels below the middle of its hub, which they may be above.
export interface NamePlace {
  name: number;
  words: number;
}

type Places = ReadonlyMap<string, Point>;

function waysOf(edges: readonly Edge[], places: Places): Way[] {
  return edges.flatMap((edge) => {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    return from && to ? [{ from, to }] : [];
  });
}

// Below, or above where fewer links run through it there.
export function namePlaces(nodes: readonly Node[], edges: readonly Edge[], places: Places): Map<string, NamePlace> {
  const ways = waysOf(edges, places);
  const found = new Map<string, NamePlace>();
  for (const node of nodes) {
    const at = places.get(node.id);
    if (!at || node.isBus) continue;
    const away = radiusOf(node) + 11;
    const hasWords = nodeWords(node).length > 0;
    const below = { name: away, words: away + LINE };
    const above = hasWords ? { name: -away - LINE, words: -away } : { name: -away, words: -away };
    const crossed = (place: NamePlace) => crossing(nameBox(node, at, place), ways);
    found.set(node.id, crossed(above) < crossed(below) ? above : below);
  }
  return found;
}

function nameBox(node: Node, at: Point, place: NamePlace): Box {
  const words = nodeWords(node).join(', ');
  const width = LETTER * Math.max(9, words.length);
  const [first, last] = words === '' ? [place.name, place.name] : [Math.min(place.name, place.words), Math.max(place.name, place.words)];
  return boxAround({ x: at.x, y: at.y + (first + last) / 2 }, width, last - first + LINE);
}

// The middles of the figures, by id of their link.
export function labelPlaces(
  labeled: readonly { edge: Edge; lines: string[] }[],
  { nodes, edges }: { nodes: readonly Node[]; edges: readonly Edge[] },
  places: Places,
  names: ReadonlyMap<string, NamePlace>,
): Map<string, Point> {
  const ways = waysOf(edges, places);
  const taken: Box[] = nodes.flatMap((node) => {
    const at = places.get(node.id);
    const name = names.get(node.id);
    const radius = radiusOf(node);
    return at ? [boxAround(at, 2 * radius, 2 * radius), ...(name ? [nameBox(node, at, name)] : [])] : [];
  });
  const found = new Map<string, Point>();
  for (const { edge, lines } of labeled) {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    if (!from || !to || lines.length === 0) continue;
    const width = LETTER * Math.max(...lines.map((line) => line.length));
    const height = LINE * lines.length;
    const candidates = SHARES.flatMap((share) => besides({ from, to }, share, width, height)).map((point) => {
      const box = boxAround(point, width, height);
      const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0) + LINE * crossing(box, ways);
      return { point, box, covered };
    });
    const best = candidates.reduce((a, b) => (b.covered < a.covered ? b : a));
    found.set(edge.id, best.point);
    taken.push(best.box);
  }
  return found;
}

// The two middles of a box of that size that touches no link, at that share of it: above it first.
function besides({ from, to }: Way, share: number, width: number, height: number): Point[] {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = Math.hypot(dx, dy) || 1;
  const up = dx > 0 ? -1 : 1;
  const [nx, ny] = [(-dy / length) * up, (dx / length) * up];
  const away = (width * Math.abs(nx) + height * Math.abs(ny)) / 2 + AIR;
  const middle = { x: from.x + dx * share, y: from.y + dy * share };
  return [away, -away].map((side) => ({ x: middle.x + nx * side, y: middle.y + ny * side }));
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

// How many pixels of links are in the box.
function crossing(box: Box, ways: readonly Way[]): number {
  return ways.reduce((sum, way) => sum + lengthInside(box, way), 0);
}

function lengthInside(box: Box, { from, to }: Way): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  let [begin, end] = [0, 1]; // shares of the way
  for (const [start, step, low, high] of [[from.x, dx, box.left, box.right], [from.y, dy, box.top, box.bottom]] as const) {
    if (step === 0) {
      if (start <= low || start >= high) return 0;
      continue;
    }
    const [one, other] = [(low - start) / step, (high - start) / step];
    begin = Math.max(begin, Math.min(one, other));
    end = Math.min(end, Math.max(one, other));
  }
  return end > begin ? (end - begin) * Math.hypot(dx, dy) : 0;
}
