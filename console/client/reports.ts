// SPDX-License-Identifier: Apache-2.0
//
// Tells the hub how pairs fare, in the client's own `cleanup` messages: words and one number, no addresses.

export interface Report {
  reason: 'connection_established' | 'connection_failed' | 'connection_lost';
  ms: number; // since the attempt began
  local?: string; // kind of the candidate in use: host, srflx, prflx or relay
  remote?: string;
  protocol?: string;
  state: string; // of ICE
}

const APART_MS = 5_000;
const MOST_PAIRS = 64;

// At most one report of a pair in 5 s, the latest; kept while there is no hub.
export class Reports {
  readonly #waiting = new Map<string, Report>();
  readonly #told = new Map<string, number>();
  #timer = false;

  constructor(
    private readonly send: (peerId: string, report: Report) => boolean,
    private readonly now: () => number = () => performance.now(),
    private readonly later: (then: () => void, ms: number) => void = (then, ms) => void setTimeout(then, ms),
  ) {}

  add(peerId: string, report: Report): void {
    this.#waiting.delete(peerId);
    this.#waiting.set(peerId, report);
    forgetOldest(this.#waiting);
    this.flush();
  }

  flush(): void {
    for (const [peerId, report] of this.#waiting) {
      const since = this.now() - (this.#told.get(peerId) ?? -APART_MS);
      if (since < APART_MS) {
        this.#wake(APART_MS - since);
      } else if (this.send(peerId, report)) {
        this.#waiting.delete(peerId);
        this.#told.delete(peerId);
        this.#told.set(peerId, this.now());
        forgetOldest(this.#told);
      }
    }
  }

  #wake(ms: number): void {
    if (this.#timer) return;
    this.#timer = true;
    this.later(() => {
      this.#timer = false;
      this.flush();
    }, ms);
  }
}

function forgetOldest(map: Map<string, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= MOST_PAIRS) return;
    map.delete(key);
  }
}

interface Stat {
  id: string;
  type: string;
  selectedCandidatePairId?: string;
  selected?: boolean;
  nominated?: boolean;
  state?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  candidateType?: string;
  protocol?: string;
}

// The candidates in use, from what getStats() says. Firefox marks the pair, Chromium names it.
export function pathOf(stats: Iterable<Stat>): Pick<Report, 'local' | 'remote' | 'protocol'> {
  const all = new Map<string, Stat>();
  for (const stat of stats) all.set(stat.id, stat);
  const named = [...all.values()].find((stat) => stat.type === 'transport' && stat.selectedCandidatePairId);
  const pairs = [...all.values()].filter((stat) => stat.type === 'candidate-pair');
  const pair =
    all.get(named?.selectedCandidatePairId ?? '') ??
    pairs.find((stat) => stat.selected) ??
    pairs.find((stat) => stat.nominated && stat.state === 'succeeded');
  const local = all.get(pair?.localCandidateId ?? '');
  const remote = all.get(pair?.remoteCandidateId ?? '');
  return { local: local?.candidateType, remote: remote?.candidateType, protocol: local?.protocol };
}

// Follows one attempt to reach a peer, and says once that it succeeded and once that it ended badly. The answer takes why the
// client gave the peer up.
export function followPair(connection: RTCPeerConnection, tell: (report: Report) => void): (reason: string) => void {
  const began = performance.now();
  let connected = false;
  let ended = false;
  let state: string = connection.iceConnectionState;
  const ms = () => Math.round(performance.now() - began);
  const end = () => {
    if (ended) return;
    ended = true;
    tell({ reason: connected ? 'connection_lost' : 'connection_failed', ms: ms(), state });
  };
  connection.addEventListener('iceconnectionstatechange', () => (state = connection.iceConnectionState));
  connection.addEventListener('connectionstatechange', () => {
    if (connection.connectionState === 'failed') end();
    if (connection.connectionState !== 'connected' || connected) return;
    connected = true;
    const took = ms();
    void connection
      .getStats()
      .then((stats) => pathOf(stats.values() as Iterable<Stat>))
      .catch(() => ({}))
      .then((path) => tell({ reason: 'connection_established', ms: took, ...path, state }));
  });
  // That the other side left is no failure.
  return (reason) => {
    if (/^(ICE |connection (failed|disconnected))/.test(reason)) end();
  };
}
