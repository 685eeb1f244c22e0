// SPDX-License-Identifier: Apache-2.0
//
// PigeonHub.join and attach: the unmodified PeerPigeon client, set up for a hub. All of it is hooks that the client
// has; nothing inside it is changed.

import { hubOfScript, webSocketAddress } from './address';
import { checkMesh, checkOptions } from './checks';
import type { Close } from './closes';
import type { Mesh, PigeonRtc } from './peerpigeon';
import { type Options, Session } from './session';

// Any other option is the client's own.
export interface JoinOptions extends Options {
  room?: string; // the client's networkName, a namespace of the hub
  [option: string]: unknown;
}

const script = document.currentScript as HTMLScriptElement | null;
const attached = new WeakSet<Mesh>();
const here = new Set<Session>(); // of meshes that did not disconnect; of others the page keeps what it needs
const hooked = new WeakSet<PigeonRtc>();
const ours = new WeakSet<object>();
let lastClose: Close | undefined;

function defaultHub(): string {
  if (script?.dataset.hub) return webSocketAddress(script.dataset.hub);
  if (script?.src) return hubOfScript(script.src);
  throw new TypeError('PigeonHub: no hub is named; give {hub: "ws://localhost:3000"}, or load client.js from the hub');
}

// The mesh that makes a connection right now: it has just noted for whom, and has none yet.
function ownerOfNext(): { session: Session; peerId: string } | undefined {
  for (const session of here) {
    const waiting = [...session.mesh.connectionManager.peers].findLast(([, peer]) => !peer.connection);
    if (waiting) return { session, peerId: waiting[0] };
  }
  return undefined;
}

function hook(rtc: PigeonRtc): PigeonRtc {
  if (hooked.has(rtc)) return rtc;
  hooked.add(rtc);
  const create = rtc.createPeerConnection.bind(rtc);
  rtc.createPeerConnection = (configuration) => {
    const owner = ownerOfNext();
    const connection = create(owner ? owner.session.configure(configuration) : configuration);
    owner?.session.follow(owner.peerId, connection);
    return connection;
  };
  return rtc;
}

// The client asks this global for its WebRTC when it starts.
function hookClient(): void {
  const client = globalThis.__PEERPIGEON_PIGEONRTC__;
  if (ours.has(client.createPigeonRTC)) return;
  const create = client.createPigeonRTC;
  client.createPigeonRTC = async (options) => hook(await create(options));
  ours.add(client.createPigeonRTC);
  globalThis.DISABLE_LOCALHOST_MEDIA_REQUEST = true;
}

// A mesh that was made by hand and is not initialized yet goes on its way, too. Returns it.
function attach(mesh: Mesh, options: Options = {}): Mesh {
  checkMesh(mesh);
  checkOptions(options);
  if (attached.has(mesh)) return mesh;
  const hub = options.hub === undefined ? defaultHub() : webSocketAddress(options.hub);
  hookClient();
  const session = new Session(mesh, hub, options, (close) => (lastClose = close));
  attached.add(mesh);
  here.add(session);
  mesh.on('statusChanged', ({ type }) => {
    if (type === 'disconnected') here.delete(session);
    if (type === 'connecting' || type === 'reconnecting' || type === 'connected') here.add(session);
  });
  // The client tells its listeners why it cannot start; they are added after this returns.
  queueMicrotask(() => void session.start().catch((error) => console.error('PigeonHub:', error)));
  return mesh;
}

// An ordinary PeerPigeonMesh that is already on its way.
function join(options: JoinOptions = {}): Mesh {
  checkOptions(options);
  const { room, hub, token, iceServers, poolSize, ...own } = options;
  return attach(new PeerPigeonMesh({ ...own, ...(room !== undefined && { networkName: room }) }), { hub, token, iceServers, poolSize });
}

export interface PigeonHubApi {
  join: typeof join;
  attach: typeof attach;
  readonly lastClose: Close | undefined;
}

declare global {
  var PigeonHub: PigeonHubApi;
}

globalThis.PigeonHub = {
  join,
  attach,
  get lastClose() {
    return lastClose;
  },
};
