// SPDX-License-Identifier: Apache-2.0
//
// Hubs that this page saw and that no way leads to now. The hub that is asked forgets them at once; they are what somebody who
// looks at the map wants to see.

import type { GetTopologyResponse, TopologyHub } from '#proto/pigeonhub/v1/mesh_service_pb';

const KEPT = 15 * 60_000; // milliseconds

export class Memory {
  readonly #hubs = new Map<string, { hub: TopologyHub; at: number }>();
  #edges: GetTopologyResponse['edges'] = [];

  // The topology with those that it lost, and the links among them, as they were last told. `now` is in milliseconds.
  complete(topology: GetTopologyResponse, now: number): GetTopologyResponse {
    for (const hub of topology.hubs) this.#hubs.set(hub.peerId, { hub, at: now });
    const there = new Set(topology.hubs.map((hub) => hub.peerId));
    const lost = new Map<string, TopologyHub>();
    for (const [id, { hub, at }] of this.#hubs) {
      if (there.has(id)) continue;
      if (now - at > KEPT) this.#hubs.delete(id);
      else lost.set(id, { ...hub, hops: 0 });
    }
    const among = this.#edges.filter(({ peerId, otherPeerId }) => lost.has(peerId) && lost.has(otherPeerId));
    this.#edges = [...topology.edges, ...among];
    return { ...topology, hubs: [...topology.hubs, ...lost.values()], edges: this.#edges };
  }
}
