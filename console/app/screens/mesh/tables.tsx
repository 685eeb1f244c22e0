// SPDX-License-Identifier: Apache-2.0
//
// What the map shows, in words: for reading aloud, and for more hubs than a picture holds.

import { useNow } from '../../parts/now';
import { ShortId } from '../../parts/short_id';
import { Wide } from '../../parts/wide';
import { bytesText, countText, DASH, millisText, rateText } from '../../parts/units';
import { address } from '../../route';
import type { Edge, Graph, Node } from './model';
import { lostWords, nodeWords } from './words';

export function HubTable({ graph, chosen }: { graph: Graph; chosen: string }) {
  const hubs = graph.nodes.filter((node) => !node.isBus);
  const now = useNow();
  return (
    <Wide label="Hubs">
      <table>
        <caption>Hubs</caption>
        <thead>
          <tr>
            <th scope="col">Hub</th>
            <th scope="col">Region</th>
            <th scope="col" class="number">Hops</th>
            <th scope="col" class="number">Peers</th>
            <th scope="col">Remarks</th>
          </tr>
        </thead>
        <tbody>
          {hubs.map((node) => (
            <tr key={node.id} aria-current={node.id === chosen ? 'true' : undefined}>
              <td><a href={address('mesh', { hub: node.id })}><ShortId id={node.id} /></a></td>
              <td class="whole-line">{node.region || DASH}</td>
              <td class="number">{hopsOf(node)}</td>
              <td class="number">{node.hub || node.lost ? countText(node.peers) : DASH}</td>
              <td class={node.island > 0 || node.isQuarantined ? 'warn' : 'quiet'}>{[...nodeWords(node), ...lostWords(node, now)].join(', ')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function hopsOf({ hub }: Node): string {
  if (hub?.self) return '0';
  return hub && hub.hops > 0 ? String(hub.hops) : DASH;
}

// Of all hubs, or of one.
export function LinkTable({ edges, caption, of }: { edges: Edge[]; caption: string; of?: string }) {
  if (edges.length === 0) return <p class="quiet">No links.</p>;
  return (
    <Wide label={caption}>
      <table>
        <caption>{caption}</caption>
        <thead>
          <tr>
            <th scope="col">Link</th>
            <th scope="col">State</th>
            <th scope="col" class="number">Round trip</th>
            <th scope="col" class="number">Messages</th>
            <th scope="col" class="number">Queue</th>
          </tr>
        </thead>
        <tbody>
          {edges.map((edge) => (
            <tr key={edge.id}>
              <td class="whole-line">
                {of === undefined
                  ? <><End id={edge.from} /> – <End id={edge.to} /></>
                  : <>to <End id={edge.from === of ? edge.to : edge.from} /></>}
              </td>
              <td class={edge.kind === 'up' || edge.kind === 'bus' ? 'good' : 'warn'}>
                {edge.kind === 'bus' ? 'over the bus' : edge.kind}{edge.problem && `: ${edge.problem}`}
              </td>
              <td class="number">{edge.roundTrip === undefined ? DASH : millisText(edge.roundTrip)}</td>
              <td class="number">{edge.rate === undefined ? DASH : rateText(edge.rate)}</td>
              <td class="number">{edge.kind === 'up' ? bytesText(edge.queueBytes) : DASH}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  );
}

function End({ id }: { id: string }) {
  return id.startsWith('bus ') ? <>bus <ShortId id={id.slice(4)} /></> : <ShortId id={id} />;
}
