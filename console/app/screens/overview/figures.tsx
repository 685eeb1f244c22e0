// SPDX-License-Identifier: Apache-2.0

import type { ComponentChildren } from 'preact';

import type { GetStatsResponse } from '#proto/pigeonhub/v1/server_service_pb';
import { LinkState } from '#proto/pigeonhub/v1/mesh_service_pb';

import { mesh } from '../../api/clients';
import { usePoll } from '../../api/poll';
import { ofMesh } from '../../api/wakes';
import type { Columns } from '../../api/stats_history';
import { bytesText, counted, countText, durationText, rateText } from '../../parts/units';
import { address } from '../../route';

const MOST_LINKS = 1000;

interface FigureProps {
  name: string;
  value: ComponentChildren;
  beside?: ComponentChildren;
  tone?: string | false | undefined;
}

function Figure({ name, value, beside, tone }: FigureProps) {
  return (
    <div class="card">
      <dt>{name}</dt>
      <dd class={`figure ${tone || ''}`}>{value}</dd>
      <dd class="quiet beside">{beside ?? '\u00a0'}</dd>
    </div>
  );
}

// Of a limit, in percent; 0: there is none.
function used(value: bigint, limit: bigint): string | undefined {
  return limit === 0n ? undefined : `${((100 * Number(value)) / Number(limit)).toFixed(0)} % of ${bytesText(limit)}`;
}

const HIGH = 0.9; // of a limit
const LATE = 100; // ms: too little CPU, as the hub's own documents say

export function Figures({ stats, columns, hubId }: { stats: GetStatsResponse; columns: Columns; hubId: string }) {
  const links = usePoll((signal) => mesh.listLinks({ hubId, pageSize: MOST_LINKS }, { signal }), 5_000, [hubId], { hubId, kinds: ofMesh });
  const now = (column: (number | null)[]) => {
    const value = column.at(-1);
    return value === null || value === undefined ? '–' : rateText(value);
  };
  const { resources, connections, maxConnections } = stats;
  const all = links.answer?.links ?? [];
  const up = all.filter((link) => link.state === LinkState.UP);
  const lag = columns.lagP99.at(-1) ?? 0;
  return (
    <dl class="cards figures">
      <Figure name="Peers" value={<a href={address('peers')}>{countText(stats.peers)}</a>}
        beside={`${countText(connections)} of ${counted(maxConnections, 'connection')}`}
        tone={maxConnections > 0n && Number(connections) > HIGH * Number(maxConnections) && 'warn'} />
      <Figure name="Joins" value={now(columns.joins)} beside={`in ${counted(stats.namespaces, 'namespace')}`} />
      <Figure name="Handshakes offered" value={now(columns.offered)}
        beside={`answered ${now(columns.answered)}, connected ${now(columns.connected)}`} />
      <Figure name="Refusals" value={now(columns.refusals)} tone={(columns.refusals.at(-1) ?? 0) > 0 && 'warn'}
        beside="refused or dropped" />
      <Figure name="Links up" value={<a href={address('mesh')}>{links.answer ? up.length : '–'}</a>}
        tone={up.length < all.length && 'warn'}
        beside={links.problem ?? `of ${all.length}, to ${counted(stats.remotePeers, 'peer')}`} />
      {resources && (
        <>
          <Figure name="Queued" value={bytesText(resources.queueBytes + resources.linkBytes)}
            beside={`peers ${bytesText(resources.queueBytes)}, hubs ${bytesText(resources.linkBytes)}`} />
          <Figure name="Loop lag, p99" value={durationText(resources.loopLagP99)} tone={lag > LATE && 'problem'}
            beside={`at most ${durationText(resources.loopLagMax)}${lag > LATE ? ': too little CPU' : ''}`} />
          <Figure name="Memory" value={resources.residentBytes === 0n ? '–' : bytesText(resources.residentBytes)}
            beside={used(resources.residentBytes, resources.memoryLimitBytes)}
            tone={resources.memoryLimitBytes > 0n &&
              Number(resources.residentBytes) > HIGH * Number(resources.memoryLimitBytes) && 'warn'} />
        </>
      )}
    </dl>
  );
}
