// SPDX-License-Identifier: Apache-2.0
//
// One mesh on its way to a hub: its token, its ICE servers, its reports and what the last close meant.

import { besideHub, withQuery } from './address';
import { kindOf } from './checks';
import { type Close, type CloseReason, explainClose } from './closes';
import { IceServers } from './ice';
import type { Mesh } from './peerpigeon';
import { refusalOf } from './refusals';
import { followPair, Reports } from './reports';

export interface Options {
  hub?: string; // default: the hub that served this script
  token?: string | (() => string | Promise<string>); // a function is asked before each connection
  iceServers?: RTCIceServer[]; // default: what the hub says at /ice
  poolSize?: number; // of ICE candidates, default 0
}

// From docs/operations.md; the build puts them here.
declare const CLOSE_REASONS: readonly CloseReason[];

const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 30_000;
const TOKEN_PATIENCE_MS = 10_000;

export class Session {
  readonly #ice: IceServers;
  readonly #reports: Reports;
  readonly #attempts = new Map<string, (reason: string) => void>(); // the latest for each peer
  #renewing: Promise<void> | undefined;
  #token: string | undefined;
  #started = false;
  #left = false; // the page has disconnected, and the client does not come back by itself

  constructor(
    readonly mesh: Mesh,
    private readonly hub: string,
    private readonly options: Options,
    private readonly closed: (close: Close) => void,
  ) {
    this.#ice = new IceServers(async (signal) => {
      if (this.#started) await this.#askForToken(); // The one that we have may be too old by now.
      // Browsers say the origin of a page to its own origin only with a POST; --allow-origin same goes by it.
      return fetch(this.#iceAddress(), { method: 'POST', signal });
    });
    this.#reports = new Reports((peerId, report) => {
      const signaling = mesh.signalingClient;
      if (!signaling?.isConnected()) return false;
      void signaling.sendSignalingMessage({ type: 'cleanup', targetPeerId: peerId, data: { targetPeerId: peerId, ...report } }).catch(() => {});
      return true;
    });
    mesh.on('statusChanged', ({ type }) => {
      if (type === 'disconnected') this.#leave();
      if (type === 'connecting' || type === 'reconnecting') this.#left = false;
      if (type === 'connecting') queueMicrotask(() => this.#watchSocket());
      if (type === 'connected') this.#arrive();
      if (type === 'reconnecting') this.#renew();
    });
    mesh.on('peerDisconnected', ({ peerId, reason }) => {
      this.#attempts.get(peerId)?.(reason);
      this.#attempts.delete(peerId);
    });
  }

  async start(): Promise<void> {
    const { mesh } = this;
    if (!mesh.signalingClient) await mesh.init();
    await this.#fetchToken();
    if (!this.options.iceServers && !this.#left) await this.#ice.fetchIfMissing();
    this.#started = true;
    if (this.#left || mesh.signalingClient?.isConnected()) return;
    // It may never settle. The client goes on by itself, and says how it fares by `statusChanged`.
    mesh.connect(withQuery(this.hub, 'token', this.#token)).catch(() => {});
    // The client has kept the address for its next start; a token has no place there.
    mesh.storageManager.saveSignalingUrlToStorage(this.hub);
  }

  // The client's own list of servers stays where neither the page nor the hub names any.
  configure(theirs: RTCConfiguration): RTCConfiguration {
    const iceServers = this.options.iceServers ?? this.#ice.servers ?? theirs.iceServers;
    return { ...theirs, iceServers, iceCandidatePoolSize: this.options.poolSize ?? 0 };
  }

  follow(peerId: string, connection: RTCPeerConnection): void {
    const giveUp = followPair(connection, (report) => {
      this.#reports.add(peerId, report);
      this.mesh.emit('pairReport', { peerId, ...report });
    });
    this.#attempts.set(peerId, giveUp);
  }

  #leave(): void {
    this.#left = true;
    this.#ice.pause();
  }

  #arrive(): void {
    this.#reports.flush();
    if (this.#started && !this.options.iceServers) void this.#ice.fetchIfMissing();
  }

  async #askForToken(): Promise<void> {
    const { token } = this.options;
    const given: unknown = (typeof token === 'function' ? await inTime(token()) : token) ?? '';
    if (typeof given !== 'string') throw new TypeError(`the function has to return a text, not ${kindOf(given)}`);
    this.#token = given.trim(); // A file, or an answer by HTTP, ends its line.
  }

  // A token that does not come is asked for again, after 1 s and at last every 30 s, until the page leaves.
  async #fetchToken(): Promise<void> {
    for (let wait = FIRST_RETRY_MS; !this.#left; wait = Math.min(wait * 2, LAST_RETRY_MS)) {
      try {
        return await this.#askForToken();
      } catch (error) {
        this.mesh.emit('statusChanged', { type: 'error', message: `No token: ${String(error)}` });
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  // The client dials again at least 1 s after it says so; a token that takes longer is for the try after that.
  #renew(): void {
    if (typeof this.options.token !== 'function') return;
    this.#renewing ??= this.#fetchToken().then(() => {
      this.#renewing = undefined;
      if (this.mesh.signalingClient) this.mesh.signalingClient.signalingUrl = withQuery(this.hub, 'token', this.#token);
    });
  }

  // Says what a close means before the client says that it is disconnected.
  #watchSocket(): void {
    const socket = this.mesh.signalingClient?.websocket;
    if (!socket) return;
    let opened = false;
    socket.addEventListener('open', () => (opened = true));
    socket.addEventListener('message', ({ data }) => this.#hear(data));
    const theirs = socket.onclose;
    socket.onclose = (event) => {
      const { code, reason: text } = event;
      this.closed(explainClose({ code, text, opened, hub: this.hub, page: globalThis.location?.protocol }, CLOSE_REASONS));
      theirs?.call(socket, event);
    };
  }

  // The client takes a refusal for a word to another room, as it names none, and drops it.
  #hear(frame: unknown): void {
    const refusal = refusalOf(frame);
    if (!refusal) return;
    console.warn('PigeonHub:', refusal.message);
    this.mesh.emit('statusChanged', { type: 'error', ...refusal });
  }

  #iceAddress(): string {
    const address = withQuery(besideHub(this.hub, 'ice'), 'peer', this.mesh.peerId ?? undefined);
    return withQuery(address, 'token', this.#token);
  }
}

// What does not come in time does not come: a function that hangs is asked again.
function inTime<Answer>(answer: Answer | Promise<Answer>): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TOKEN_PATIENCE_MS / 1000} s`)), TOKEN_PATIENCE_MS);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
