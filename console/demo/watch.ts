// SPDX-License-Identifier: Apache-2.0
//
// Turns what a mesh and its connection to the hub do into happenings.

import type { Mesh } from '../client/peerpigeon';
import type { Happening } from './story';

const SIGNALS: Record<string, 'offer' | 'answer' | 'candidate'> = { offer: 'offer', answer: 'answer', 'ice-candidate': 'candidate' };

interface Frame {
  type?: string;
  targetPeerId?: string;
  fromPeerId?: string;
  data?: { candidate?: string };
}

// The handshake that a frame is part of; undefined for any other frame.
export function signalOf(text: unknown, sent: boolean): (Happening & { kind: 'signal' }) | undefined {
  if (typeof text !== 'string') return undefined;
  const frame = JSON.parse(text) as Frame;
  const type = SIGNALS[frame.type ?? ''];
  const peer = sent ? frame.targetPeerId : frame.fromPeerId;
  if (!type || !peer) return undefined;
  const candidate = type === 'candidate' ? / typ (\w+)/.exec(frame.data?.candidate ?? '')?.[1] : undefined;
  return { kind: 'signal', type, sent, peer, candidate };
}

function watchFrames(socket: WebSocket, tell: (event: Happening) => void): void {
  const note = (text: unknown, sent: boolean) => {
    const signal = signalOf(text, sent);
    if (signal) tell(signal);
  };
  const send = socket.send.bind(socket);
  socket.send = (data) => {
    send(data);
    note(data, true);
  };
  socket.addEventListener('message', (event) => note(event.data, false));
}

export function watch(mesh: Mesh, tell: (event: Happening) => void): void {
  mesh.on('statusChanged', ({ type }) => {
    const socket = mesh.signalingClient?.websocket;
    if (type === 'connecting') {
      queueMicrotask(() => {
        const made = mesh.signalingClient?.websocket;
        if (made) watchFrames(made, tell);
      });
    }
    if (type === 'connected') tell({ kind: 'hub', url: socket ? new URL(socket.url).origin : '' });
    if (type === 'disconnected' || type === 'reconnecting') tell({ kind: 'hubLost', why: globalThis.PigeonHub.lastClose?.fix ?? '' });
  });
  mesh.on('peerDiscovered', ({ peerId }) => tell({ kind: 'found', peer: peerId }));
  mesh.on('peerConnected', ({ peerId }) => tell({ kind: 'channel', peer: peerId }));
  mesh.on('peerDisconnected', ({ peerId }) => tell({ kind: 'ended', peer: peerId }));
  mesh.on('pairReport', ({ peerId, reason, local, remote, protocol }) => {
    if (reason === 'connection_established') tell({ kind: 'path', peer: peerId, local, remote, protocol });
  });
}
