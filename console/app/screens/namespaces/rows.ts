// SPDX-License-Identifier: Apache-2.0
//
// Namespaces as rows: those of one hub, or of all hubs brought together by name.

import type { Event } from '#proto/pigeonhub/v1/event_service_pb';
import type { Namespace } from '#proto/pigeonhub/v1/namespace_service_pb';

export interface NamespaceRow {
  name: string;
  isHubMesh: boolean;
  localPeers: number; // members, of all hubs that were asked
  remotePeers: number; // on hubs that were not asked; 0 where all were
  hubs: number; // how many of those asked have members
  signalCount: number;
  signalBytes: number;
  signalRate: number; // a second, since the answer before; -1: unknown
}

// `before` are the rows of the answer `seconds` ago.
export function rowsOf(
  namespaces: readonly Namespace[],
  ofAllHubs: boolean,
  before?: { rows: readonly NamespaceRow[]; seconds: number },
): NamespaceRow[] {
  const rows = new Map<string, NamespaceRow>();
  for (const one of namespaces) {
    const row = rows.get(one.name) ?? {
      name: one.name, isHubMesh: one.isHubMesh, localPeers: 0, remotePeers: 0, hubs: 0,
      signalCount: 0, signalBytes: 0, signalRate: -1,
    };
    row.localPeers += Number(one.localPeers);
    if (!ofAllHubs) row.remotePeers += Number(one.remotePeers);
    row.hubs += 1;
    row.signalCount += Number(one.signalCount);
    row.signalBytes += Number(one.signalBytes);
    rows.set(row.name, row);
  }
  if (before && before.seconds > 0) {
    for (const old of before.rows) {
      const row = rows.get(old.name);
      // One that came to be anew counts from nothing.
      if (row && row.signalCount >= old.signalCount) row.signalRate = (row.signalCount - old.signalCount) / before.seconds;
    }
  }
  return [...rows.values()];
}

// Announces by namespace: joins, and peers that say anew what they are.
export function countAnnounce(counts: Map<string, number>, { body }: Event): void {
  if (body.case !== 'peerAnnounced') return;
  const { namespace, count } = body.value;
  counts.set(namespace, (counts.get(namespace) ?? 0) + Math.max(1, Number(count)));
}
