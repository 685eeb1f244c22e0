// SPDX-License-Identifier: Apache-2.0
//
// Of the unmodified PeerPigeon client, what client.js uses.

export interface Status {
  type: string;
  message?: string;
  delay?: number;
  reason?: string; // of an error: what the hub refused
}

export interface SignalingClient {
  signalingUrl: string | null;
  websocket: WebSocket | null;
  isConnected(): boolean;
  sendSignalingMessage(message: { type: string; targetPeerId: string; data: object }): Promise<unknown>;
}

export interface MeshEvents {
  statusChanged: Status;
  peerDiscovered: { peerId: string };
  peerConnected: { peerId: string };
  peerDisconnected: { peerId: string; reason: string };
  messageReceived: { from: string; content: unknown };
  pairReport: { peerId: string; reason: string; ms: number; local?: string; remote?: string; protocol?: string; state: string };
}

export interface Mesh {
  peerId: string | null;
  networkName: string;
  signalingClient: SignalingClient | null;
  connectionManager: { peers: Map<string, { connection: RTCPeerConnection | null }> };
  storageManager: { saveSignalingUrlToStorage(url: string): void };
  init(): Promise<void>;
  connect(url: string): Promise<void>;
  disconnect(): void;
  sendMessage(content: string): Promise<unknown>;
  on<Name extends keyof MeshEvents>(name: Name, heard: (event: MeshEvents[Name]) => void): void;
  emit<Name extends keyof MeshEvents>(name: Name, event: MeshEvents[Name]): void;
}

export interface PigeonRtc {
  createPeerConnection(configuration: RTCConfiguration): RTCPeerConnection;
}

declare global {
  // The bundle sets these.
  var PeerPigeonMesh: new (options: object) => Mesh;
  var __PEERPIGEON_PIGEONRTC__: { createPigeonRTC(options?: object): Promise<PigeonRtc> };
  // Set before init(): the client asks for no microphone.
  var DISABLE_LOCALHOST_MEDIA_REQUEST: boolean;
}
