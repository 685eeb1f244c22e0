// SPDX-License-Identifier: Apache-2.0
//
// The peers of a hub, or of all, out of pages of a list and the events since its first page. Lists are asked for again now and
// then, as no event tells of counters and of the peers of other hubs; what is shown stays until the new one is complete.

import type { Event } from '#proto/pigeonhub/v1/event_service_pb';
import type { Peer } from '#proto/pigeonhub/v1/peer_service_pb';

import { toMillis, type ProtoTime } from '../../parts/units';

export interface PeerRow {
  key: string;
  peerId: string;
  hubId: string; // the hub that it is connected to; empty if nobody knows
  isRemote: boolean; // told by another hub: address, times and counts are unknown
  isHub: boolean;
  namespace: string;
  remoteAddress: string;
  connectTime: number; // milliseconds since 1970; 0: unknown
  lastActivityTime: number;
  messageCount: number;
  receivedBytes: number;
  queueBytes: number;
  roundTrip: number; // milliseconds; -1: unknown
}

const millis = (time: ProtoTime | undefined): number => (time ? toMillis(time) : 0);

export function keyOf(hubId: string, peerId: string): string {
  return `${hubId}/${peerId}`;
}

// `asked` is the hub that answers where an answer does not say which.
export function rowOf(peer: Peer, asked: string): PeerRow {
  const hubId = peer.remote ? peer.remote.hubId : peer.hubId || asked;
  return {
    key: keyOf(hubId, peer.peerId),
    peerId: peer.peerId,
    hubId,
    isRemote: peer.remote !== undefined,
    isHub: peer.isHub,
    namespace: peer.namespace,
    remoteAddress: peer.remoteAddress,
    connectTime: millis(peer.connectTime),
    lastActivityTime: millis(peer.lastActivityTime),
    messageCount: Number(peer.messageCount),
    receivedBytes: Number(peer.receivedBytes),
    queueBytes: Number(peer.queueBytes),
    roundTrip: peer.roundTrip ? toMillis(peer.roundTrip) : -1,
  };
}

function newcomer(hubId: string, peerId: string): PeerRow {
  return {
    key: keyOf(hubId, peerId), peerId, hubId, isRemote: false, isHub: false, namespace: '', remoteAddress: '',
    connectTime: 0, lastActivityTime: 0, messageCount: 0, receivedBytes: 0, queueBytes: 0, roundTrip: -1,
  };
}

const SAME_CONNECTION = 1000; // milliseconds between what a list and an event call its beginning

export class PeerRows {
  readonly #asked: string;
  #shown = new Map<string, PeerRow>();
  #loading: Map<string, PeerRow> | undefined;
  #left = new Map<string, number>(); // since the list was begun: when

  constructor(asked: string) {
    this.#asked = asked;
  }

  get size(): number {
    return this.#shown.size;
  }

  snapshot(): PeerRow[] {
    return [...this.#shown.values()];
  }

  // A list is asked for. The first one shows while it comes.
  begin(): void {
    this.#left.clear();
    this.#loading = this.#shown.size === 0 ? this.#shown : new Map();
  }

  // A page of it. Who left since is not in it any more.
  take(peers: readonly Peer[]): void {
    const rows = this.#loading;
    if (!rows) return;
    for (const peer of peers) {
      const row = rowOf(peer, this.#asked);
      const left = this.#left.get(row.key);
      if (!row.isRemote && left !== undefined && left >= row.connectTime) continue;
      const before = rows.get(row.key);
      // What a hub says of its own peers is more than what others tell.
      if (!row.isRemote || !before || before.isRemote) rows.set(row.key, row);
    }
  }

  // It is complete.
  finish(): void {
    if (this.#loading) this.#shown = this.#loading;
    this.#loading = undefined;
  }

  // It broke off; what is shown stays.
  abandon(): void {
    this.#loading = undefined;
  }

  apply(event: Event): void {
    this.#applyTo(this.#shown, event);
    if (this.#loading && this.#loading !== this.#shown) this.#applyTo(this.#loading, event);
  }

  #applyTo(rows: Map<string, PeerRow>, event: Event): void {
    const { body } = event;
    const time = millis(event.time);
    const hubId = event.hubId || this.#asked;
    const change = (peerId: string, difference: (row: PeerRow) => Partial<PeerRow>) => {
      const row = rows.get(keyOf(hubId, peerId));
      if (row) rows.set(row.key, { ...row, ...difference(row) });
    };
    switch (body.case) {
      case 'peerConnected': {
        const { peerId, remoteAddress } = body.value;
        const key = keyOf(hubId, peerId);
        const before = rows.get(key);
        if (before && !before.isRemote && before.connectTime + SAME_CONNECTION >= time) return;
        rows.set(key, { ...newcomer(hubId, peerId), remoteAddress, connectTime: time, lastActivityTime: time });
        return;
      }
      case 'peerDisconnected': {
        const key = keyOf(hubId, body.value.peerId);
        this.#left.set(key, time);
        const before = rows.get(key);
        if (before && before.connectTime <= time) rows.delete(key);
        return;
      }
      case 'peerAnnounced': {
        const { peerId, namespace, isHub } = body.value;
        const key = keyOf(hubId, peerId);
        const before = rows.get(key) ?? newcomer(hubId, peerId);
        rows.set(key, { ...before, namespace, isHub, lastActivityTime: Math.max(before.lastActivityTime, time) });
        return;
      }
      case 'peerGoodbye': return change(body.value.peerId, () => ({ namespace: '' }));
      case 'hubRegistered': return change(body.value.peerId, () => ({ isHub: true }));
      case 'hubUnregistered': return change(body.value.peerId, () => ({ isHub: false }));
      case 'hubLost':
        for (const row of rows.values()) {
          if (row.isRemote && row.hubId === body.value.peerId) rows.delete(row.key);
        }
    }
  }
}
