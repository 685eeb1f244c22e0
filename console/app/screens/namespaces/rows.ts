// SPDX-License-Identifier: Apache-2.0
//
// Namespaces as rows: those of one hub, or of all hubs brought together by name.

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
  joinCount: number;
  leaveCount: number;
  joinRate: number; // as signalRate
}

const RATES = [['signalCount', 'signalRate'], ['joinCount', 'joinRate']] as const;

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
      signalCount: 0, signalBytes: 0, signalRate: -1, joinCount: 0, leaveCount: 0, joinRate: -1,
    };
    row.localPeers += Number(one.localPeers);
    if (!ofAllHubs) row.remotePeers += Number(one.remotePeers);
    row.hubs += 1;
    row.signalCount += Number(one.signalCount);
    row.signalBytes += Number(one.signalBytes);
    row.joinCount += Number(one.joinCount);
    row.leaveCount += Number(one.leaveCount);
    rows.set(row.name, row);
  }
  if (before && before.seconds > 0) {
    for (const old of before.rows) {
      const row = rows.get(old.name);
      if (!row) continue;
      for (const [count, rate] of RATES) {
        // One that came to be anew counts from nothing.
        if (row[count] >= old[count]) row[rate] = (row[count] - old[count]) / before.seconds;
      }
    }
  }
  return [...rows.values()];
}
