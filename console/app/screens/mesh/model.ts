// SPDX-License-Identifier: Apache-2.0
//
// The mesh as a graph: what hubs there are, how they are linked, and which no way leads to.

import { LinkState, type GetTopologyResponse, type Link, type LostHub, type TopologyHub } from '#proto/pigeonhub/v1/mesh_service_pb';
import type { QuarantinedHub } from '#proto/pigeonhub/v1/hub_service_pb';

import { toMillis } from '../../parts/units';

export interface Node {
  id: string;
  isBus: boolean; // a bus that hubs share; its id is the name of the bus
  region: string;
  peers: number;
  isSelf: boolean;
  island: number; // 0: where the asked hub is; 1, 2 … : no way leads from there to it
  isQuarantined: boolean;
  hub?: TopologyHub; // not of a bus, nor of a hub in quarantine that the map has not
  lost?: LostHub; // of one that no way leads to any more
}

// up: both ends tell of it; one way: one end does; down: it is dialed and does not come about; bus: hears the others there.
export type EdgeKind = 'up' | 'one way' | 'down' | 'bus';

export interface Edge {
  id: string;
  from: string;
  to: string;
  kind: EdgeKind;
  roundTrip?: number; // milliseconds, the longer of what its ends measure
  queueBytes: number; // at both ends
  messages: number; // so many were received at both ends since it is up
  rate?: number; // of these in a second; undefined: not known yet
  problem?: string; // why it is not up
}

export interface Graph {
  nodes: Node[];
  edges: Edge[];
  islands: number; // beside the one of the asked hub
}

const busId = (name: string): string => `bus ${name}`;
const edgeId = (one: string, other: string): string => (one < other ? `${one} ${other}` : `${other} ${one}`);

export function graphOf(mesh: GetTopologyResponse, links: Link[], quarantined: QuarantinedHub[]): Graph {
  const closedOut = new Set(quarantined.map((hub) => hub.peerId));
  const nodes = new Map<string, Node>();
  const put = (id: string, facts: Partial<Node> = {}) => {
    nodes.set(id, {
      id, isBus: false, region: '', peers: 0, isSelf: false, island: 0, isQuarantined: closedOut.has(id), ...facts,
    });
  };
  for (const hub of mesh.hubs) {
    put(hub.peerId, { region: hub.region, peers: Number(hub.peers), isSelf: hub.self, hub });
  }
  for (const lost of mesh.lostHubs) {
    if (!nodes.has(lost.peerId)) put(lost.peerId, { region: lost.region, peers: Number(lost.peers), lost });
  }
  for (const id of closedOut) if (!nodes.has(id)) put(id);

  const edges = new Map<string, Edge>();
  const draw = (from: string, to: string, kind: EdgeKind) => {
    const id = edgeId(from, to);
    if (nodes.has(from) && nodes.has(to)) edges.set(id, { id, from, to, kind, queueBytes: 0, messages: 0 });
  };
  for (const { peerId, otherPeerId } of mesh.edges) draw(peerId, otherPeerId, 'up');
  for (const { peerId, otherPeerId } of mesh.oneWayEdges) draw(peerId, otherPeerId, 'one way');
  for (const hub of mesh.hubs) {
    if (hub.bus === '') continue;
    const bus = busId(hub.bus);
    if (!nodes.has(bus)) put(bus, { isBus: true });
    draw(hub.peerId, bus, 'bus');
  }
  for (const [from, to] of linksOfLost([...nodes.values()])) draw(from, to, 'up');
  const self = mesh.hubs.find((hub) => hub.self)?.peerId ?? '';
  for (const link of links) addLink(link, link.hubId || self, edges, draw);

  const islands = markIslands([...nodes.values()], [...edges.values()], self);
  return { nodes: [...nodes.values()], edges: [...edges.values()], islands };
}

// Two lost hubs are likely to be linked still if each named the other. A hub in quarantine says nothing here.
function linksOfLost(nodes: Node[]): [string, string][] {
  const named = new Map(nodes.map(({ id, lost }) => [id, new Set(lost?.neighbors)]));
  const isSilent = new Set(nodes.filter(({ hub, lost, isQuarantined }) => isQuarantined && !hub && !lost).map(({ id }) => id));
  return nodes.flatMap(({ id, lost }) => (lost?.neighbors ?? [])
    .filter((other) => named.get(other)?.has(id) || isSilent.has(other))
    .map((other): [string, string] => [id, other]));
}

// What the hub `from` says of its link.
function addLink(
  link: Link,
  from: string,
  edges: Map<string, Edge>,
  draw: (from: string, to: string, kind: EdgeKind) => void,
): void {
  if (link.hubPeerId === '' || link.hubPeerId === from) return;
  const id = edgeId(from, link.hubPeerId);
  if (link.state !== LinkState.UP) {
    if (!edges.has(id)) draw(from, link.hubPeerId, 'down');
    const edge = edges.get(id);
    if (edge?.kind === 'down') edge.problem ??= link.lastError;
    return;
  }
  const edge = edges.get(id);
  if (!edge) return;
  const roundTrip = link.roundTrip && toMillis(link.roundTrip);
  if (roundTrip !== undefined) edge.roundTrip = Math.max(edge.roundTrip ?? 0, roundTrip);
  edge.queueBytes += Number(link.queueBytes);
  edge.messages += Number(link.messageCount);
}

// Numbers what hangs together. Returns how many islands there are beside that of `self`. Hubs in quarantine are none.
function markIslands(nodes: Node[], edges: Edge[], self: string): number {
  const neighbors = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to, kind } of edges) {
    if (kind === 'down') continue;
    neighbors.get(from)!.push(to);
    neighbors.get(to)!.push(from);
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const visit = (start: string, island: number) => {
    const next = [start];
    seen.add(start);
    for (let id = next.pop(); id !== undefined; id = next.pop()) {
      byId.get(id)!.island = island;
      for (const other of neighbors.get(id)!) {
        if (seen.has(other)) continue;
        seen.add(other);
        next.push(other);
      }
    }
  };
  if (byId.has(self)) visit(self, 0);
  let islands = 0;
  const ids = nodes.map(({ id }) => id).sort();
  for (const id of ids) {
    const node = byId.get(id)!;
    if (!seen.has(id) && !(node.isQuarantined && neighbors.get(id)!.length === 0)) visit(id, ++islands);
  }
  return islands;
}

// The graph with rates of its edges, from what was counted `seconds` before. A link that came anew counts from 0.
export function withRates(graph: Graph, before: Graph | undefined, seconds: number): Graph {
  if (!before || seconds <= 0) return graph;
  const known = new Map(before.edges.map((edge) => [edge.id, edge]));
  const edges = graph.edges.map((edge) => {
    const was = known.get(edge.id);
    if (!was || edge.kind === 'down' || edge.kind === 'bus') return edge;
    const grown = edge.messages < was.messages ? edge.messages : edge.messages - was.messages;
    return { ...edge, rate: grown / seconds };
  });
  return { ...graph, edges };
}

// Where the hubs and their links are the same ones, the picture stays as it is.
export function shapeOf({ nodes, edges }: Graph): string {
  const parts = [...nodes.map(({ id, region }) => `${id}@${region}`), ...edges.map(({ id }) => id)];
  return parts.sort().join('\n');
}
