// SPDX-License-Identifier: Apache-2.0

import { useMemo, useRef } from 'preact/hooks';

import { counted, countText, shortId } from '../../parts/units';
import { saveSvg } from '../../parts/save_svg';
import { useWidth } from '../../parts/use_width';
import { address } from '../../route';
import { labelPlaces, namePlaces, type NamePlace } from './labels';
import { layoutOf, radiusOf, type Point } from './layout';
import { shapeOf, type Edge, type Graph, type Node } from './model';
import { useMotion } from './motion';
import { edgeLines, nodeWords } from './words';

// With more links their figures are shown only of the hub that is chosen; the table has all.
const MOST_LABELS = 30;
const LOWEST = 320;

export function MeshPicture({ graph, chosen }: { graph: Graph; chosen: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  const width = useWidth(frame);
  const ratio = width < 600 ? 0.75 : 1.9;
  const layout = useMemo(() => layoutOf(graph, ratio), [shapeOf(graph), ratio]);
  const places = useMotion(layout);
  const { x, y } = layout.box;
  // As wide as the frame, so that letters have their size; where there is more, all of it becomes smaller.
  const wide = Math.max(layout.box.width, width);
  const high = Math.max(layout.box.height, LOWEST);
  const view = [x - (wide - layout.box.width) / 2, y - (high - layout.box.height) / 2, wide, high];
  const labeled = graph.edges
    .filter(({ from, to }) => graph.edges.length <= MOST_LABELS || from === chosen || to === chosen)
    .map((edge) => ({ edge, lines: edgeLines(edge) }));
  // By the places where hubs come to stand, so that no text jumps on the way.
  const names = namePlaces(graph.nodes, graph.edges, layout.places);
  const beside = labelPlaces(labeled, graph, layout.places, names);
  return (
    <div class="map" ref={frame}>
      {width > 0 && (
        <svg ref={svg} viewBox={view.join(' ')} role="group" aria-label="Map of the mesh; the tables below say the same">
          {layout.regions.map(({ name, ...box }) => <rect key={name} class="region" {...box} rx="14" aria-hidden="true" />)}
          {graph.edges.map((edge) => (
            <EdgeLine key={edge.id} edge={edge} from={places.get(edge.from)} to={places.get(edge.to)} />
          ))}
          {layout.regions.map(({ name, x, y }) => (
            <text key={name} class="region-name" x={x + 14} y={y + 20} aria-hidden="true">{name}</text>
          ))}
          {labeled.map(({ edge, lines }) => (
            <EdgeLabel key={edge.id} kind={edge.kind} lines={lines} at={beside.get(edge.id)} />
          ))}
          {graph.nodes.map((node) => (
            <NodeMark key={node.id} node={node} at={places.get(node.id)} text={names.get(node.id)} isChosen={node.id === chosen} />
          ))}
        </svg>
      )}
      <div class="below">
        <Legend graph={graph} />
        <button onClick={() => svg.current && saveSvg(svg.current, 'mesh.svg')}>Save as SVG</button>
      </div>
    </div>
  );
}

function EdgeLine({ edge, from, to }: { edge: Edge; from: Point | undefined; to: Point | undefined }) {
  if (!from || !to) return null;
  const thick = edge.kind === 'up' ? Math.min(6, 1.5 + Math.log10(1 + (edge.rate ?? 0))) : 1.5;
  return (
    <line class={`edge ${edge.kind.replace(' ', '-')}`} x1={from.x} y1={from.y} x2={to.x} y2={to.y}
      stroke-width={thick.toFixed(1)} aria-hidden="true" />
  );
}

function EdgeLabel({ kind, lines, at }: { kind: Edge['kind']; lines: string[]; at: Point | undefined }) {
  if (!at) return null;
  return (
    <g class={`edge-label ${kind.replace(' ', '-')}`} aria-hidden="true">
      {lines.map((line, i) => <text key={i} x={at.x} y={at.y + 4 + 13 * (i - (lines.length - 1) / 2)}>{line}</text>)}
    </g>
  );
}

function NodeMark({ node, at, text, isChosen }: { node: Node; at: Point | undefined; text: NamePlace | undefined; isChosen: boolean }) {
  if (!at) return null;
  const radius = radiusOf(node);
  if (node.isBus) {
    return (
      <g class="bus" transform={`translate(${at.x} ${at.y})`} aria-hidden="true">
        <rect x="-40" y="-9" width="80" height="18" rx="3" />
        <text y="4">bus</text>
      </g>
    );
  }
  const words = nodeWords(node);
  const kind = node.isQuarantined ? 'quarantined' : node.island > 0 ? 'island' : 'main';
  return (
    <a class={`hub ${kind}`} href={address('mesh', { hub: node.id })}
      aria-current={isChosen ? 'true' : undefined}>
      <g transform={`translate(${at.x} ${at.y})`}>
        <title>{[node.region, counted(node.peers, 'peer')].filter(Boolean).join(', ')}</title>
        {isChosen && <circle class="halo" r={radius + 7} />}
        {/* Another shape for what no way leads to, and for what is closed out. */}
        {kind === 'main' && <circle class="body" r={radius} />}
        {kind === 'island' && <rect class="body" x={-radius} y={-radius} width={2 * radius} height={2 * radius} rx="3" />}
        {kind === 'quarantined' && <path class="body" d={diamond(radius + 3)} />}
        {node.isSelf && <circle class="self" r={radius - 4} />}
        <text class="count" y="4">{kind === 'quarantined' ? '×' : countText(node.peers)}</text>
        {text && <text class="name" y={text.name + 4}>{shortId(node.id)}</text>}
        {text && words.length > 0 && <text class="words" y={text.words + 4}>{words.join(', ')}</text>}
      </g>
    </a>
  );
}

const diamond = (r: number): string => `M0 ${-r}L${r} 0L0 ${r}L${-r} 0Z`;

// What the shapes mean, as far as there are such.
function Legend({ graph: { nodes, edges, islands } }: { graph: Graph }) {
  return (
    <ul class="legend">
      <li><svg viewBox="-9 -9 18 18" class="hub main" aria-hidden="true"><circle class="body" r="7" /></svg> hub with its peers</li>
      {islands > 0 && (
        <li>
          <svg viewBox="-9 -9 18 18" class="hub island" aria-hidden="true">
            <rect class="body" x="-7" y="-7" width="14" height="14" rx="2" />
          </svg> island: no way leads there
        </li>
      )}
      {nodes.some((node) => node.isQuarantined) && (
        <li>
          <svg viewBox="-9 -9 18 18" class="hub quarantined" aria-hidden="true"><path class="body" d={diamond(8)} /></svg> in quarantine
        </li>
      )}
      <li><LineSample kind="up" /> link: round trip · messages a second · queue</li>
      {edges.some(({ kind }) => kind === 'down') && <li><LineSample kind="down" /> dialed, and down</li>}
      {edges.some(({ kind }) => kind === 'one way') && <li><LineSample kind="one-way" /> one end does not tell of it</li>}
    </ul>
  );
}

function LineSample({ kind }: { kind: string }) {
  return (
    <svg viewBox="0 0 26 6" class="line" aria-hidden="true">
      <line class={`edge ${kind}`} x1="0" x2="26" y1="3" y2="3" stroke-width="2" />
    </svg>
  );
}
