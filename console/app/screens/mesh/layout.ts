// SPDX-License-Identifier: Apache-2.0
//
// Where hubs stand: near those of their region, linked ones not far from each other. The same graph always gives the same picture.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY, type SimulationNodeDatum } from 'd3-force';

import type { Graph, Node } from './model';

export interface Point {
  x: number;
  y: number;
}

export interface Region extends Point {
  name: string;
  width: number;
  height: number;
}

export interface Layout {
  places: Map<string, Point>; // by id of a node; the middle is 0, 0
  regions: Region[]; // x, y: the upper left corner
  box: { x: number; y: number; width: number; height: number };
}

const ROOM = 64; // around a hub, for its label
const FRAME = 56; // from hubs to the frame of their region
const MARGIN = 40;
const CAPTION = 22; // above the hubs of a region, for its name

interface Body extends SimulationNodeDatum {
  id: string;
  centre: Point;
  isBus: boolean;
}

// By how many peers it has.
export function radiusOf({ isBus, peers }: Pick<Node, 'isBus' | 'peers'>): number {
  return isBus ? 12 : Math.min(26, 10 + 2.2 * Math.log10(1 + peers) ** 1.5);
}

// `ratio` is the wished width by height.
export function layoutOf(graph: Graph, ratio: number): Layout {
  const nodes = [...graph.nodes].sort((a, b) => (a.id < b.id ? -1 : 1));
  const centres = regionCentres(nodes, ratio);
  const bodies = nodes.map((node, i): Body => {
    const centre = node.isBus ? { x: 0, y: 0 } : centres.get(node.region)!;
    const angle = i * 2.4; // the golden angle: no two begin in one place
    const away = 14 * Math.sqrt(i + 1);
    return {
      id: node.id, isBus: node.isBus, centre,
      x: centre.x + away * Math.cos(angle), y: centre.y + away * Math.sin(angle),
    };
  });
  const links = graph.edges.map(({ from, to }) => ({ source: from, target: to }));
  const pull = centres.size > 1 ? 0.35 : 0.06;
  forceSimulation(bodies)
    .force('link', forceLink<Body, { source: string | Body; target: string | Body }>(links)
      .id((body) => body.id).distance(150).strength(centres.size > 1 ? 0.03 : 0.4))
    .force('apart', forceManyBody<Body>().strength(-420))
    .force('room', forceCollide<Body>(ROOM))
    .force('x', forceX<Body>((body) => body.centre.x).strength(pull / Math.max(1, ratio)))
    .force('y', forceY<Body>((body) => body.centre.y).strength(pull * Math.min(1, ratio)))
    .stop()
    .tick(bodies.length > 150 ? 80 : 300);

  const places = new Map(bodies.map(({ id, x = 0, y = 0 }) => [id, { x: Math.round(x), y: Math.round(y) }]));
  if (links.length <= MOST_CLEARED) clearLinks(graph, places);
  separate(nodes, places);
  const regions = regionsOf(nodes, places);
  return { places, regions, box: boxOf([...places.values()], regions) };
}

// Regions stand in a circle, drawn out as the picture is; each has room for its hubs.
function regionCentres(nodes: Node[], ratio: number): Map<string, Point> {
  const sizes = new Map<string, number>();
  for (const { isBus, region } of nodes) if (!isBus) sizes.set(region, (sizes.get(region) ?? 0) + 1);
  const names = [...sizes.keys()].sort();
  const largest = Math.max(1, ...sizes.values());
  const room = 2 * ROOM * (1 + 0.75 * Math.sqrt(largest)) + CAPTION;
  if (names.length < 2) return new Map(names.map((name) => [name, { x: 0, y: 0 }]));
  const radius = room / (2 * Math.sin(Math.PI / names.length));
  const stretch = Math.sqrt(Math.min(2.2, Math.max(0.45, ratio)));
  // With two, side by side or one above the other, as there is room.
  const first = ratio >= 1 ? Math.PI : -Math.PI / 2;
  return new Map(
    names.map((name, i) => {
      const angle = first + (2 * Math.PI * i) / names.length;
      return [name, { x: radius * stretch * Math.cos(angle), y: (radius / stretch) * Math.sin(angle) }];
    }),
  );
}

const MOST_CLEARED = 30; // links; of more nobody could follow each
const CLEAR = 42; // from a link to the hubs that it only passes, for their names

// Moves hubs that stand in the way of a link aside, where there is room.
function clearLinks(graph: Graph, places: Map<string, Point>): void {
  for (const { from, to } of graph.edges) {
    const [a, b] = [places.get(from)!, places.get(to)!];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = Math.hypot(dx, dy) || 1;
    for (const { id } of graph.nodes) {
      if (id === from || id === to) continue;
      const { x, y } = places.get(id)!;
      const along = ((x - a.x) * dx + (y - a.y) * dy) / length;
      const aside = ((x - a.x) * dy - (y - a.y) * dx) / length; // how far, and on which side
      if (along <= 0 || along >= length || Math.abs(aside) >= CLEAR) continue;
      const step = aside < 0 ? -CLEAR - aside : CLEAR - aside;
      const there = { x: Math.round(x + (step * dy) / length), y: Math.round(y - (step * dx) / length) };
      const isFree = [...places].every(([other, at]) => other === id || Math.hypot(at.x - there.x, at.y - there.y) > ROOM);
      if (isFree) places.set(id, there);
    }
  }
}

const GAP = 24; // between regions

// Moves regions as a whole until no frame lies on another; those without a region count as one.
function separate(nodes: Node[], places: Map<string, Point>): void {
  const members = new Map<string, string[]>();
  for (const { id, isBus, region } of nodes) {
    if (!isBus) members.set(region, [...(members.get(region) ?? []), id]);
  }
  const groups = [...members.values()];
  const frameOf = (ids: string[]) => frameAround(ids.map((id) => places.get(id)!), '');
  const move = (ids: string[], dx: number, dy: number) => {
    for (const id of ids) {
      const { x, y } = places.get(id)!;
      places.set(id, { x: Math.round(x + dx), y: Math.round(y + dy) });
    }
  };
  for (let round = 0, moved = true; moved && round < 60; ++round) {
    moved = false;
    for (const [i, one] of groups.entries()) {
      for (const other of groups.slice(i + 1)) {
        const [a, b] = [frameOf(one), frameOf(other)];
        const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) + GAP;
        const high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) + GAP;
        if (wide <= 0 || high <= 0) continue;
        moved = true;
        const toRight = a.x + a.width / 2 <= b.x + b.width / 2 ? 1 : -1;
        const down = a.y + a.height / 2 <= b.y + b.height / 2 ? 1 : -1;
        const [dx, dy] = wide < high ? [(toRight * wide) / 2 + toRight, 0] : [0, (down * high) / 2 + down];
        move(one, -dx, -dy);
        move(other, dx, dy);
      }
    }
  }
}

// The frames of the regions that have names.
function regionsOf(nodes: Node[], places: Map<string, Point>): Region[] {
  const members = new Map<string, Point[]>();
  for (const { id, isBus, region } of nodes) {
    if (isBus || region === '') continue;
    members.set(region, [...(members.get(region) ?? []), places.get(id)!]);
  }
  return [...members].map(([name, points]) => frameAround(points, name));
}

function frameAround(points: Point[], name: string): Region {
  const { x, y, width, height } = around(points, FRAME);
  return { name, x, y: y - CAPTION, width, height: height + CAPTION };
}

function around(points: Point[], margin: number): Region {
  const xs = points.map(({ x }) => x);
  const ys = points.map(({ y }) => y);
  const [left, top] = [Math.min(...xs) - margin, Math.min(...ys) - margin];
  return { name: '', x: left, y: top, width: Math.max(...xs) + margin - left, height: Math.max(...ys) + margin - top };
}

function boxOf(points: Point[], regions: Region[]): Layout['box'] {
  const corners = regions.flatMap(({ x, y, width, height }) => [{ x, y }, { x: x + width, y: y + height }]);
  const all = [...points.flatMap(({ x, y }) => [{ x: x - MARGIN, y: y - MARGIN }, { x: x + MARGIN, y: y + MARGIN }]), ...corners];
  const { x, y, width, height } = around(all.length > 0 ? all : [{ x: 0, y: 0 }], 12);
  return { x, y, width, height };
}
