// SPDX-License-Identifier: Apache-2.0
//
// A few hundred peers on the hubs of a mesh, which know who is there, signal each other all the
// time, and dial again when they are cut off. Each is the least that a WebSocket can be: with the
// real client there is no room for hundreds.

import WebSocket from 'ws';

import { until } from './wait.mjs';
import { newNetwork, randomId } from './wire_peer.mjs';

// The real client's: 1 s, doubling, for one without channels.
const BACK_OFF_MS = 1_000;
const LONGEST_BACK_OFF_MS = 30_000;
const HANDSHAKE_MS = 10_000;

const TICK_MS = 10;
const SIGNALS_A_TICK = 10;

export class Crowd {
  members = [];
  signals = []; // All there ever were, as {from, to, heard}; each goes by its place in here.
  disorder = 0; // Of how many a later one of the same two was heard before.
  staying = new Set(); // Members whom nobody may miss now.
  misled = 0; // How often somebody was told that one of them left.
  strays = 0; // Of signals, and word of others, that came where they do not belong.
  #byId = new Map();
  #talking;
  #speaker = 0;

  // So many peers on each hub, in networks that have members everywhere. If they are `agile`, one in
  // two dials another hub when it is cut off.
  constructor(hubs, { each, networks, agile }) {
    const names = Array.from({ length: networks }, newNetwork);
    const urls = hubs.map(({ url }) => url);
    for (const place of hubs.keys()) {
      for (let i = 0; i < each; ++i) {
        const all = [...urls.slice(place), ...urls.slice(0, place)];
        const isAgile = agile && Math.floor(i / networks) % 2 === 0;
        const member = new Member(this, names[i % networks], isAgile ? all : all.slice(0, 1));
        this.members.push(member);
        this.#byId.set(member.id, member);
      }
    }
    for (const member of this.members) member.dial();
  }

  find(id) {
    return this.#byId.get(id);
  }

  // Resolves once each has been told of all who are in its network.
  met(patience) {
    const sizes = new Map();
    for (const { network } of this.members) sizes.set(network, (sizes.get(network) ?? 0) + 1);
    return until(
      'everybody knows everybody',
      () => this.members.every((one) => one.isIn && one.known.size === sizes.get(one.network) - 1),
      patience,
    );
  }

  // Resolves once none of `members` knows any of `gone`.
  missed(members, gone, patience) {
    return until(
      `${gone.length} peers are missed`,
      () => members.every(({ known }) => gone.every(({ id }) => !known.has(id))),
      patience,
    );
  }

  // Resolves once all signals among `members` that were sent since the `first` have been heard.
  heard(members, first = 0) {
    const awaited = this.#among(members, first);
    return until('every signal is heard', () => awaited.every(({ heard }) => heard > 0));
  }

  // Members who are on that hub, or dial it.
  on(hub) {
    return this.members.filter(({ url }) => url === hub.url);
  }

  notOn(hub) {
    return this.members.filter(({ url }) => url !== hub.url);
  }

  // From now on each signals, in turn, somebody it knows.
  talk() {
    this.#talking = setInterval(() => {
      for (let i = 0; i < SIGNALS_A_TICK; ++i) {
        this.members[++this.#speaker % this.members.length].say();
      }
    }, TICK_MS);
  }

  hush() {
    clearInterval(this.#talking);
  }

  // How many signals among `members` were not heard.
  lost(members = this.members) {
    return this.#among(members).filter(({ heard }) => !heard).length;
  }

  // Goes on talking for a while and ends with it; each of those signals must be heard.
  async takeLeave() {
    const first = this.signals.length;
    await until('all speak', () => this.signals.length >= first + 2 * this.members.length);
    this.hush();
    await this.heard(this.members, first);
  }

  // How often somebody was told of one that it knew, or heard a signal twice.
  repetitions() {
    const told = this.members.reduce((sum, { toldAgain }) => sum + toldAgain, 0);
    return told + this.signals.filter(({ heard }) => heard > 1).length;
  }

  leave() {
    this.hush();
    for (const member of this.members) member.leave();
  }

  #among(members, first = 0) {
    const among = new Set(members);
    return this.signals.slice(first).filter(({ from, to }) => among.has(from) && among.has(to));
  }
}

class Member {
  id = randomId();
  known = new Set();
  toldAgain = 0; // How often it was told of somebody it knew, and who had not moved.
  goodbyes = 0;
  lefts = 0; // How often it was told that somebody left.
  sessions = 0; // How often it came in.
  isIn = false;
  #crowd;
  #urls;
  #socket;
  #retry;
  #attempts = 0;
  #latest = new Map(); // Of each who signals it, the place of the latest signal.

  // Dials each of `urls` in turn.
  constructor(crowd, network, urls) {
    this.#crowd = crowd;
    this.network = network;
    this.#urls = urls;
  }

  get url() {
    return this.#urls[0];
  }

  get isAgile() {
    return this.#urls.length > 1;
  }

  // It may have announced itself at another hub before it was missed.
  get hasMoved() {
    return this.isAgile && this.sessions > 1;
  }

  dial() {
    this.#socket = new WebSocket(`${this.url}/?peerId=${this.id}`, {
      handshakeTimeout: HANDSHAKE_MS,
    });
    this.#socket.on('open', () => this.#enter());
    this.#socket.on('message', (bytes) => this.#hear(JSON.parse(bytes)));
    this.#socket.on('error', () => {}); // The close that follows tells enough.
    this.#socket.on('close', () => this.#dialAgain());
  }

  // Signals one of those it knows.
  say() {
    if (!this.isIn || this.known.size === 0) return;
    const to = [...this.known][Math.floor(Math.random() * this.known.size)];
    const number = this.#crowd.signals.length;
    this.#crowd.signals.push({ from: this, to: this.#crowd.find(to), heard: 0 });
    this.#send({
      type: 'ice-candidate',
      targetPeerId: to,
      networkName: this.network,
      data: { number },
    });
  }

  leave() {
    clearTimeout(this.#retry);
    this.#socket.removeAllListeners('close');
    this.#socket.terminate();
  }

  #send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  #enter() {
    this.isIn = true;
    this.#attempts = 0;
    this.known.clear();
    ++this.sessions;
    this.#send({ type: 'announce', networkName: this.network, data: {} });
  }

  #dialAgain() {
    this.isIn = false;
    this.#urls.push(this.#urls.shift());
    const wait = Math.min(BACK_OFF_MS * 2 ** this.#attempts++, LONGEST_BACK_OFF_MS);
    this.#retry = setTimeout(() => this.dial(), wait);
  }

  #hear({ type, fromPeerId, networkName, data }) {
    if (type === 'peer-discovered') {
      const mate = this.#crowd.find(data.peerId);
      if (mate?.network !== this.network) ++this.#crowd.strays;
      if (this.known.has(data.peerId) && !mate?.hasMoved) ++this.toldAgain;
      this.known.add(data.peerId);
    } else if (type === 'peer-disconnected') {
      if (this.#crowd.staying.has(this.#crowd.find(data.peerId))) ++this.#crowd.misled;
      this.known.delete(data.peerId);
      ++this.lefts;
    } else if (type === 'goodbye') {
      ++this.goodbyes;
    } else if (type === 'ice-candidate') {
      const signal = this.#crowd.signals[data.number];
      if (signal.to !== this || signal.from.id !== fromPeerId || networkName !== this.network) {
        ++this.#crowd.strays;
      }
      ++signal.heard;
      if ((this.#latest.get(fromPeerId) ?? -1) > data.number) ++this.#crowd.disorder;
      this.#latest.set(fromPeerId, data.number);
    }
  }
}
