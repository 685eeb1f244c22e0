// SPDX-License-Identifier: Apache-2.0
//
// What a test may ask of a real PeerPigeon client. This file runs beside the client, in a Node
// process of its own or in a browser page, and adds nothing to it but eyes and ears; the test talks
// to it through a RemoteClient.

// The options of the client `letter`. On a named network, so that a hub which forgets to stamp the
// name loses it. With the client's own default of connectivityFloor, a lonely pair sends each other
// offers that cross, and on a busy machine some never recover; with 0 the higher id alone offers.
export function member(letter) {
  return { peerId: letter.repeat(40), networkName: 'e2e', connectivityFloor: 0 };
}

// RTCPeerConnection without the client's list of public STUN servers, since tests talk to their own
// machine only; and without its pool of candidates, with which one Chromium answerer in a thousand
// never gathers any. Remembers every connection, so that a test can ask what each was told.
export function stunless(RTCPeerConnection) {
  return class extends RTCPeerConnection {
    static made = [];

    constructor(configuration) {
      super({ ...configuration, iceServers: [], iceCandidatePoolSize: 0 });
      new.target.made.push(this);
    }
  };
}

const presence = ['peer-discovered', 'peer-disconnected', 'goodbye'];

export class MeshClient {
  #mesh;
  #connections;
  #heard = [];
  #told = [];

  // `connections` is the list a stunless() class keeps.
  constructor(mesh, connections) {
    this.#mesh = mesh;
    this.#connections = connections;
    mesh.addEventListener('messageReceived', ({ from, content }) =>
      this.#heard.push({ from, content }),
    );
  }

  async join(url) {
    await this.#mesh.init();
    this.#mesh.signalingClient.addEventListener('signalingMessage', ({ type, data, fromPeerId }) =>
      this.#told.push({ type, about: data?.peerId ?? fromPeerId }),
    );
    await this.#mesh.connect(url);
  }

  // Whether it has an open connection to a hub.
  isSignaling() {
    return Boolean(this.#mesh.signalingClient.isConnected());
  }

  hasChannelTo(peerId) {
    const peer = this.#mesh.connectionManager.getPeer(peerId);
    return peer?.dataChannel?.readyState === 'open';
  }

  // Sends over WebRTC.
  async say(peerId, content) {
    await this.#mesh.sendDirectMessage(peerId, content);
  }

  // Whether `content` has come over WebRTC from that peer.
  hasHeard(peerId, content) {
    return this.#heard.some((said) => said.from === peerId && said.content === content);
  }

  // What hubs have told it of that peer's coming and going, in order.
  wasTold(peerId) {
    return this.#told
      .filter(({ type, about }) => presence.includes(type) && about === peerId)
      .map(({ type }) => type);
  }

  // Says goodbye as the client does when its page is about to be left, and stays after all.
  sayGoodbye() {
    this.#mesh.cleanupManager.sendGoodbyeMessageSync();
  }

  // How many RTCPeerConnections there ever were, and every ICE server that any of them knows.
  webrtc() {
    const servers = this.#connections.flatMap((made) => made.getConfiguration().iceServers ?? []);
    return { made: this.#connections.length, servers: servers.map((server) => server.urls) };
  }
}

// The same questions from the test's side; `ask(method, args)` carries them over and brings a
// promise of the answer.
export class RemoteClient {
  #ask;

  constructor(peerId, ask) {
    this.peerId = peerId;
    this.#ask = ask;
  }

  isSignaling() {
    return this.#ask('isSignaling', []);
  }

  hasChannelTo(other) {
    return this.#ask('hasChannelTo', [other.peerId]);
  }

  say(other, content) {
    return this.#ask('say', [other.peerId, content]);
  }

  hasHeard(other, content) {
    return this.#ask('hasHeard', [other.peerId, content]);
  }

  wasTold(other) {
    return this.#ask('wasTold', [other.peerId]);
  }

  sayGoodbye() {
    return this.#ask('sayGoodbye', []);
  }

  webrtc() {
    return this.#ask('webrtc', []);
  }
}
