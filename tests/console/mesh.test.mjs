// SPDX-License-Identifier: Apache-2.0

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { graphOf, shapeOf, withRates } = await bundle('app/screens/mesh/model.ts');
const { layoutOf } = await bundle('app/screens/mesh/layout.ts');
const { labelPlaces, namePlaces } = await bundle('app/screens/mesh/labels.ts');
const { edgeLines, lostWords, nodeWords } = await bundle('app/screens/mesh/words.ts');
const { between } = await bundle('app/screens/mesh/motion.ts');
const { LinkState } = await bundle('proto/pigeonhub/v1/mesh_service_pb.ts');

const hub = (peerId, more = {}) => ({ peerId, region: '', peers: 1n, self: false, hops: 1, bus: '', busUnheard: [], ...more });
const edge = (peerId, otherPeerId) => ({ peerId, otherPeerId });
const link = (hubId, hubPeerId, more = {}) => ({
  hubId, hubPeerId, state: LinkState.UP, queueBytes: 0n, messageCount: 0n, lastError: '', ...more,
});
const mesh = (hubs, edges, { oneWayEdges = [], lostHubs = [] } = {}) => ({ hubs, edges, oneWayEdges, lostHubs });
const lost = (peerId, neighbors, more = {}) => ({ peerId, region: '', url: '', peers: 1n, neighbors, ...more });
const node = (graph, id) => graph.nodes.find((one) => one.id === id);

test('hubs that no way leads to are islands, each with its number', () => {
  const graph = graphOf(mesh([hub('a', { self: true }), hub('b'), hub('c'), hub('d'), hub('e')], [edge('a', 'b'), edge('c', 'd')]), [], []);
  assert.equal(graph.islands, 2);
  assert.deepEqual(graph.nodes.map(({ island }) => island), [0, 0, 1, 1, 2]);
});

test('a bus links its hubs', () => {
  const graph = graphOf(mesh([hub('a', { self: true, bus: 'x' }), hub('b', { bus: 'x' })], []), [], []);
  assert.equal(graph.islands, 0);
  assert.equal(node(graph, 'bus x').isBus, true);
  assert.deepEqual(graph.edges.map(({ kind }) => kind), ['bus', 'bus']);
});

test('a hub in quarantine is on the map and is no island', () => {
  const graph = graphOf(mesh([hub('a', { self: true })], []), [], [{ peerId: 'q' }]);
  assert.equal(graph.islands, 0);
  assert.equal(node(graph, 'q').isQuarantined, true);
  assert.deepEqual(nodeWords(node(graph, 'q')), ['in quarantine']);
});

test('a link has the longer round trip and both queues of its ends', () => {
  const links = [
    link('', 'b', { roundTrip: { seconds: 0n, nanos: 2_000_000 }, queueBytes: 10n, messageCount: 4n }),
    link('b', 'a', { roundTrip: { seconds: 0n, nanos: 3_000_000 }, queueBytes: 5n, messageCount: 6n }),
  ];
  const [found] = graphOf(mesh([hub('a', { self: true }), hub('b')], [edge('a', 'b')]), links, []).edges;
  assert.equal(found.roundTrip, 3);
  assert.equal(found.queueBytes, 15);
  assert.equal(found.messages, 10);
});

test('what is dialed and does not come about is drawn, with the reason, and links nothing', () => {
  const links = [link('a', 'b', { state: LinkState.WAITING, lastError: 'refused' })];
  const graph = graphOf(mesh([hub('a', { self: true }), hub('b')], []), links, []);
  assert.equal(graph.edges[0].kind, 'down');
  assert.equal(graph.edges[0].problem, 'refused');
  assert.equal(graph.islands, 1);
});

test('a link of which one end tells is marked', () => {
  const graph = graphOf(mesh([hub('a', { self: true }), hub('b')], [edge('a', 'b')], { oneWayEdges: [edge('a', 'b')] }), [], []);
  assert.equal(graph.edges[0].kind, 'one way');
  assert.deepEqual(edgeLines(graph.edges[0]), ['one way']);
});

test('rates come from two looks; a link that came anew counts from 0', () => {
  const at = (count) => graphOf(
    mesh([hub('a', { self: true }), hub('b')], [edge('a', 'b')]), [link('a', 'b', { messageCount: count })], []);
  assert.equal(withRates(at(30n), at(10n), 2).edges[0].rate, 10);
  assert.equal(withRates(at(4n), at(10n), 2).edges[0].rate, 2);
  assert.equal(withRates(at(4n), undefined, 0).edges[0].rate, undefined);
});

const large = graphOf(
  mesh(
    Array.from({ length: 24 }, (_, i) => hub(`h${i}`, { self: i === 0, region: `r${i % 4}`, peers: BigInt(i * 100) })),
    Array.from({ length: 23 }, (_, i) => edge(`h${i}`, `h${i + 1}`)),
  ), [], []);

for (const ratio of [0.75, 1.9]) {
  test(`no hub stands on another, and no region on another, at ${ratio}`, () => {
    const { places, regions, box } = layoutOf(large, ratio);
    const points = [...places.values()];
    for (const [i, a] of points.entries()) {
      for (const b of points.slice(i + 1)) assert.ok(Math.hypot(a.x - b.x, a.y - b.y) > 60);
      assert.ok(a.x > box.x && a.x < box.x + box.width && a.y > box.y && a.y < box.y + box.height);
    }
    assert.equal(regions.length, 4);
    for (const [i, a] of regions.entries()) {
      for (const b of regions.slice(i + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        assert.ok(apart, `${a.name} and ${b.name}`);
      }
    }
  });
}

test('a hub that a link only passes stands aside', () => {
  const row = graphOf(mesh(
    [hub('b', { self: true, region: 'eu' }), hub('a', { region: 'eu' }), hub('c', { region: 'us' })], [edge('a', 'b'), edge('a', 'c')]), [], []);
  for (const ratio of [0.75, 1.9]) {
    const { places } = layoutOf(row, ratio);
    for (const [from, to, other] of [['a', 'b', 'c'], ['a', 'c', 'b']].map((ids) => ids.map((id) => places.get(id)))) {
      const [dx, dy] = [to.x - from.x, to.y - from.y];
      const along = ((other.x - from.x) * dx + (other.y - from.y) * dy) / (dx * dx + dy * dy);
      const aside = Math.abs((other.x - from.x) * dy - (other.y - from.y) * dx) / Math.hypot(dx, dy);
      assert.ok(along <= 0 || along >= 1 || aside > 30, `${aside} at ${ratio}`);
    }
  }
});

test('the same graph gives the same picture, in whatever order its hubs come', () => {
  const turned = { ...large, nodes: [...large.nodes].reverse() };
  assert.equal(shapeOf(turned), shapeOf(large));
  assert.deepEqual([...layoutOf(turned, 1).places], [...layoutOf(large, 1).places]);
});

test('figures of links that cross stand beside each other', () => {
  const places = new Map([['a', { x: 0, y: 0 }], ['b', { x: 400, y: 400 }], ['c', { x: 400, y: 0 }], ['d', { x: 0, y: 400 }]]);
  const lines = ['1.2 ms · 340/s'];
  const edges = [{ id: 'ab', from: 'a', to: 'b' }, { id: 'cd', from: 'c', to: 'd' }];
  const found = labelPlaces(edges.map((edge) => ({ edge, lines })), { nodes: [], edges }, places, new Map());
  const [ab, cd] = [found.get('ab'), found.get('cd')];
  assert.ok(Math.abs(ab.x - cd.x) >= 84 || Math.abs(ab.y - cd.y) >= 13);
});

test('no link goes through its figures, however it lies', () => {
  const [width, height] = [6 * 14, 13];
  for (const to of [{ x: 400, y: 0 }, { x: 0, y: 400 }, { x: -400, y: 0 }, { x: 300, y: 300 }, { x: -350, y: 90 }]) {
    const edges = [{ id: 'ab', from: 'a', to: 'b' }];
    const places = new Map([['a', { x: 0, y: 0 }], ['b', to]]);
    const at = labelPlaces([{ edge: edges[0], lines: ['1.2 ms · 340/s'] }], { nodes: [], edges }, places, new Map()).get('ab');
    // All corners are on one side of the link.
    const sides = [-1, 1].flatMap((x) => [-1, 1].map((y) => Math.sign(to.x * (at.y + (y * height) / 2) - to.y * (at.x + (x * width) / 2))));
    assert.equal(new Set(sides).size, 1, JSON.stringify(to));
  }
});

test('a name stands below its hub, and above where a link goes down', () => {
  const graph = graphOf(mesh([hub('a', { self: true }), hub('b'), hub('c')], [edge('a', 'b'), edge('b', 'c')]), [], []);
  const places = new Map([['a', { x: 0, y: 0 }], ['b', { x: 0, y: 200 }], ['c', { x: 200, y: 200 }]]);
  const names = namePlaces(graph.nodes, graph.edges, places);
  assert.ok(names.get('a').name < names.get('a').words && names.get('a').words < 0);
  assert.ok(names.get('b').name > 0);
  assert.ok(names.get('c').name > 0);
});

test('halfway a hub is halfway, and one that is new stands where it will', () => {
  const way = between(new Map([['a', { x: 0, y: 0 }]]), new Map([['a', { x: 10, y: 20 }], ['b', { x: 7, y: 7 }]]), 0.5);
  assert.deepEqual([...way], [['a', { x: 5, y: 10 }], ['b', { x: 7, y: 7 }]]);
});

test('hubs that were lost are islands, with the links that both ends told of', () => {
  const lostHubs = [lost('b', ['a', 'c'], { region: 'eu', peers: 7n }), lost('c', ['b']), lost('d', ['c'])];
  const graph = graphOf(mesh([hub('a', { self: true })], [], { lostHubs }), [], []);
  assert.equal(graph.islands, 2);
  assert.deepEqual(graph.edges.map(({ id }) => id), ['b c']);
  assert.deepEqual(graph.nodes.map(({ island }) => island), [0, 1, 1, 2]);
  assert.equal(node(graph, 'b').region, 'eu');
  assert.equal(node(graph, 'b').peers, 7);
});

test('a lost hub that is dialed has a link that is down', () => {
  const links = [link('', 'b', { state: LinkState.WAITING, lastError: 'refused' })];
  const graph = graphOf(mesh([hub('a', { self: true })], [], { lostHubs: [lost('b', ['a'])] }), links, []);
  assert.deepEqual(graph.edges.map(({ kind, problem }) => [kind, problem]), [['down', 'refused']]);
  assert.equal(graph.islands, 1);
});

test('a lost hub behind one in quarantine hangs on that', () => {
  const graph = graphOf(mesh([hub('a', { self: true })], [], { lostHubs: [lost('c', ['q'])] }), [], [{ peerId: 'q' }]);
  assert.equal(graph.islands, 1);
  assert.deepEqual(graph.edges.map(({ id }) => id), ['c q']);
});

test('of a lost hub the words say since when', () => {
  const hubLost = lost('b', [], { lostTime: { seconds: 100n, nanos: 0 } });
  const graph = graphOf(mesh([hub('a', { self: true })], [], { lostHubs: [hubLost] }), [], []);
  assert.deepEqual(lostWords(node(graph, 'b'), 112_000), ['no way leads there since 12s']);
  assert.deepEqual(lostWords(node(graph, 'a'), 112_000), []);
});
