// SPDX-License-Identifier: Apache-2.0

import { useEffect, useRef, useState } from 'preact/hooks';

import type { GetHubStatsResponse, QuarantinedHub } from '#proto/pigeonhub/v1/hub_service_pb';
import type { GetTopologyResponse, ListLinksResponse } from '#proto/pigeonhub/v1/mesh_service_pb';
import type { GetStatsResponse } from '#proto/pigeonhub/v1/server_service_pb';

import { hubs, mesh, server } from '../../api/clients';
import { usePoll } from '../../api/poll';
import { ofMesh } from '../../api/wakes';
import { graphOf, withRates, type Graph } from './model';

const EVERY = 2_000; // milliseconds, for rates and queues; events tell of all else
const MOST_LINKS = 1000;

interface Look {
  topology: GetTopologyResponse;
  links: ListLinksResponse;
  registry: GetHubStatsResponse;
  stats: GetStatsResponse; // of all hubs
}

export interface Mesh {
  graph?: Graph;
  look?: Look;
  quarantined: QuarantinedHub[];
  problem?: string;
  again: () => void;
}

async function lookAt(signal: AbortSignal): Promise<Look> {
  const [topology, links, registry, stats] = await Promise.all([
    mesh.getTopology({}, { signal }),
    mesh.listLinks({ hubId: '*', pageSize: MOST_LINKS }, { signal }),
    hubs.getHubStats({}, { signal }),
    server.getStats({ hubId: '*' }, { signal }),
  ]);
  return { topology, links, registry, stats };
}

// The mesh as the hub that served the page sees it, with what all hubs say of their links.
export function useMesh(): Mesh {
  const { answer: look, problem, again } = usePoll(lookAt, EVERY, [], { hubId: '*', kinds: ofMesh });
  const [graph, setGraph] = useState<Graph>();
  const before = useRef<{ graph: Graph; at: number }>(undefined);
  useEffect(() => {
    if (!look) return;
    const at = performance.now();
    const now = graphOf(look.topology, look.links.links, look.registry.quarantinedHubs);
    setGraph(withRates(now, before.current?.graph, before.current ? (at - before.current.at) / 1000 : 0));
    before.current = { graph: now, at };
  }, [look]);
  return { graph, look, quarantined: look?.registry.quarantinedHubs ?? [], problem, again };
}
