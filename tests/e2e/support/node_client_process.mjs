// SPDX-License-Identifier: Apache-2.0
//
// One unmodified PeerPigeon client in Node, alone in its process because it never lets go of its
// timers. It answers the questions of its parent, node_client.mjs.

import { webcrypto } from 'node:crypto';

import wrtc from '@roamhq/wrtc';
import WebSocket from 'ws';

import { MeshClient, stunless } from './mesh_client.mjs';

// The client wants a WebRTC binding that must be compiled, but lets an application hand in another:
// this one comes prebuilt and needs no install script.
const PeerConnection = stunless(wrtc.RTCPeerConnection);
const webrtc = {
  createPeerConnection: (configuration) => new PeerConnection(configuration),
  getAdapterName: () => '@roamhq/wrtc',
  isSupported: () => true,
};

// What the client finds in a browser and Node 18 lacks, in place before the client looks around.
globalThis.WebSocket = WebSocket;
globalThis.crypto ??= webcrypto;
globalThis.__PEERPIGEON_PIGEONRTC__ = { createPigeonRTC: async () => webrtc };

// The client tells the console of each signal, which would drown the test report.
console.log = console.warn = () => {};

const { PeerPigeonMesh } = await import('peerpigeon');
const [options, url] = process.argv.slice(2).map((text) => JSON.parse(text));
const client = new MeshClient(new PeerPigeonMesh(options), PeerConnection.made);

process.on('disconnect', () => process.exit());
process.on('message', async ({ question, method, args }) => {
  process.send({ question, answer: await client[method](...args) });
});
await client.join(url);
process.send({ question: 'join' });
