// SPDX-License-Identifier: Apache-2.0

import { ServingState } from '#proto/pigeonhub/v1/common_pb';

import type { Session } from '../../api/session';
import { Facts } from '../../parts/facts';
import { ageText, bytesText, countText, DASH, durationText, enumWords, shortId, timeText } from '../../parts/units';
import { setParams } from '../../route';
import { HubChanges } from './hub_changes';
import { LinkTable } from './tables';
import type { Mesh } from './use_mesh';
import { lostWords } from './words';

// All about one hub of the map.
export function HubPanel({ session, mesh, id }: { session: Session; mesh: Mesh; id: string }) {
  const { graph, look, quarantined, again } = mesh;
  const node = graph?.nodes.find((one) => one.id === id);
  const closedOut = quarantined.find((hub) => hub.peerId === id);
  const stats = look?.stats.perHub.find((one) => one.hubPeerId === id) ??
    (look?.stats.hubPeerId === id ? look.stats : undefined);
  const { hub, lost } = node ?? {};
  const now = Date.now();
  return (
    <aside class="card panel" aria-label={`Hub ${shortId(id)}`}>
      <div class="row">
        <h2>Hub <code>{shortId(id)}</code></h2>
        <button class="small" aria-label="Close the panel" onClick={() => setParams({ hub: '' })}>×</button>
      </div>
      {!node && <p class="warn" role="status">The map has no such hub now.</p>}
      <Facts facts={[
        ['Id', <code class="whole">{id}</code>],
        ['State', closedOut ? 'in quarantine here' : stats && enumWords(ServingState, stats.servingState)],
        ['Region', node?.region],
        ['Url', hub?.url ?? lost?.url],
        ['Way', hub ? wayText(hub.self, hub.hops, node!.island) : node && lostWords(node, now)[0]],
        ['Peers', lost ? `${countText(lost.peers)} when it was lost`
          : hub && `${countText(hub.peers)}${hub.peersTime ? `, told ${ageText(hub.peersTime, now)} ago` : ''}`],
        ['Protocol', hub && (hub.self || hub.speaksMesh ? 'mesh' : 'reference')],
        ['Capabilities', hub?.capabilities.join(', ')],
        ['Bus', hub?.bus && shortId(hub.bus)],
        ['Memory', stats?.resources && bytesText(stats.resources.residentBytes)],
        ['Loop lag', stats?.resources && `p99 ${durationText(stats.resources.loopLagP99)}`],
        ['Quarantined', closedOut && `${timeText(closedOut.quarantineTime)}, refused ${countText(closedOut.refused)} since`],
      ]} />
      <HubChanges session={session} id={id} isSelf={hub?.self ?? false} state={stats?.servingState}
        isQuarantined={closedOut !== undefined} onDone={again} />
      <LinkTable caption="Its links" of={id} edges={graph?.edges.filter(({ from, to }) => from === id || to === id) ?? []} />
    </aside>
  );
}

function wayText(isSelf: boolean, hops: number, island: number): string {
  if (isSelf) return 'this hub';
  if (island > 0 || hops === 0) return `${DASH} none leads there now`;
  return hops === 1 ? 'linked to this hub' : `${hops} links away`;
}
