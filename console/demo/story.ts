// SPDX-License-Identifier: Apache-2.0
//
// What happened between this page, the hub and other pages: steps with their times, six lamps, and who is waited for.
// Times are milliseconds since the page was ready.

export const LAMPS = ['hub', 'found', 'offer', 'answer', 'candidates', 'channel'] as const;
export type Lamp = (typeof LAMPS)[number];

export type Happening =
  | { kind: 'hub'; url: string }
  | { kind: 'hubLost'; why: string }
  | { kind: 'found'; peer: string }
  | { kind: 'signal'; type: 'offer' | 'answer' | 'candidate'; sent: boolean; peer: string; candidate?: string }
  | { kind: 'channel'; peer: string }
  | { kind: 'path'; peer: string; local?: string; remote?: string; protocol?: string }
  | { kind: 'ended'; peer: string };

export interface Step {
  at: number;
  mark: 'good' | 'bad' | 'plain';
  text: string;
}

interface Pair {
  peer: string;
  foundAt: number;
  offer?: { at: number; sent: boolean };
  answer?: { at: number; sent: boolean };
  mine: string[]; // kinds of candidates
  theirs: string[];
  channelAt?: number;
}

export interface Story {
  hub: 'none' | 'up' | 'lost';
  hubLost: string; // why, in words
  pairs: ReadonlyMap<string, Pair>;
  steps: readonly Step[];
}

const MOST_STEPS = 100;
const PATIENCE_MS = 5_000;
// A page reaches others through those that it is connected to.
const ENOUGH_CHANNELS = 3;

export const shortId = (id: string) => id.slice(0, 8);

export const newStory: Story = { hub: 'none', hubLost: '', pairs: new Map(), steps: [{ at: 0, mark: 'plain', text: 'page ready' }] };

function say(story: Story, at: number, mark: Step['mark'], text: string): Story {
  return { ...story, steps: [...story.steps, { at, mark, text }].slice(-MOST_STEPS) };
}

function changePair(story: Story, at: number, peer: string, change: Partial<Pair>): Story {
  const old = story.pairs.get(peer) ?? { peer, foundAt: at, mine: [], theirs: [] };
  return { ...story, pairs: new Map(story.pairs).set(peer, { ...old, ...change }) };
}

function afterSignal(story: Story, at: number, event: Happening & { kind: 'signal' }): Story {
  const { type, sent, peer } = event;
  const pair = story.pairs.get(peer);
  if (type === 'candidate') {
    const side = sent ? 'mine' : 'theirs';
    const kinds = [...(pair?.[side] ?? []), event.candidate ?? 'host'];
    const next = changePair(story, at, peer, { [side]: kinds });
    if (kinds.length > 1) return next;
    const whose = sent ? `first network path of yours → ${shortId(peer)}` : `first network path ← ${shortId(peer)}`;
    return say(next, at, 'good', `${whose} (${kinds[0]})`);
  }
  const next = changePair(story, at, peer, { [type]: { at, sent } });
  return say(next, at, 'good', sent ? `${type} → ${shortId(peer)}, by the hub` : `${type} ← ${shortId(peer)}, by the hub`);
}

const KINDS: Record<string, string> = { host: 'direct', srflx: 'direct, through NAT', prflx: 'direct', relay: 'through a TURN server' };

function pathText({ local = '', remote = '', protocol = '' }: Happening & { kind: 'path' }): string {
  const way = KINDS[local === 'relay' || remote === 'relay' ? 'relay' : local] ?? 'connected';
  return `${way}${protocol ? `, ${protocol.toUpperCase()}` : ''}: ${local || '?'} ⇄ ${remote || '?'}`;
}

export function after(story: Story, at: number, event: Happening): Story {
  switch (event.kind) {
    case 'hub':
      return say({ ...story, hub: 'up', hubLost: '' }, at, 'good', `${story.hub === 'lost' ? 'hub is back' : 'hub answered'} (${event.url})`);
    case 'hubLost': {
      const lost = { ...story, hub: 'lost' as const, hubLost: event.why };
      if (story.hub === 'lost') return lost;
      const goesOn = channels(story).length > 0 ? '; the chat goes on without it' : '';
      return say(lost, at, 'bad', `${story.hub === 'up' ? 'hub is gone' : 'no answer of the hub'}${goesOn}`);
    }
    case 'found':
      return story.pairs.has(event.peer) ? story : say(changePair(story, at, event.peer, {}), at, 'good', `found ${shortId(event.peer)}`);
    case 'signal':
      return afterSignal(story, at, event);
    case 'channel':
      return say(changePair(story, at, event.peer, { channelAt: at }), at, 'good', `data channel to ${shortId(event.peer)}`);
    case 'path':
      return say(story, at, 'good', pathText(event));
    case 'ended': {
      const pairs = new Map(story.pairs);
      if (!pairs.delete(event.peer)) return story;
      return say({ ...story, pairs }, at, 'plain', `${shortId(event.peer)} left`);
    }
  }
}

export function channels(story: Story): string[] {
  return [...story.pairs.values()].filter((pair) => pair.channelAt !== undefined).map((pair) => pair.peer);
}

// The pair that the lamps are about: one that waits, or the newest.
export function pairInFocus(story: Story): Pair | undefined {
  const pairs = [...story.pairs.values()];
  return pairs.findLast((pair) => pair.channelAt === undefined && channels(story).length < ENOUGH_CHANNELS) ?? pairs.at(-1);
}

export function lampsOf(story: Story): Record<Lamp, boolean> {
  const pair = pairInFocus(story);
  const channel = pair?.channelAt !== undefined;
  return {
    hub: story.hub === 'up',
    found: pair !== undefined,
    offer: channel || pair?.offer !== undefined,
    answer: channel || pair?.answer !== undefined,
    candidates: channel || Boolean(pair?.mine.length && pair.theirs.length),
    channel,
  };
}

export interface Wait {
  peer?: string; // whom it is about
  seconds: number;
  text: string;
}

function waitText(pair: Pair, peer: string): [string, number] {
  if (!pair.offer) return [`neither you nor ${peer} has begun: no offer yet`, pair.foundAt];
  if (!pair.answer && pair.offer.sent) return [`waiting for an answer of ${peer}: their tab may sleep in the background`, pair.offer.at];
  if (!pair.answer) return [`${peer} waits for an answer of yours: does this browser allow WebRTC?`, pair.offer.at];
  if (pair.mine.length === 0) return [`your side finds no network path to offer to ${peer}: does something block WebRTC here?`, pair.answer.at];
  if (pair.theirs.length === 0) return [`waiting for a network path of ${peer}: does something block WebRTC there?`, pair.answer.at];
  return [`both sides tell their network paths and none works yet; between two networks a TURN server helps`, pair.answer.at];
}

// What keeps this page waiting for 5 s or more; undefined if nothing does.
export function waiting(story: Story, now: number): Wait | undefined {
  if (story.hub !== 'up' && channels(story).length === 0) {
    const since = story.steps.findLast((step) => step.mark === 'bad')?.at ?? 0;
    if (story.hub === 'none' && now < PATIENCE_MS) return undefined;
    return { seconds: Math.round((now - since) / 1000), text: `waiting for the hub. ${story.hubLost}`.trim() };
  }
  const pair = pairInFocus(story);
  if (!pair || pair.channelAt !== undefined || now - pair.foundAt < PATIENCE_MS) return undefined;
  const [text, since] = waitText(pair, shortId(pair.peer));
  return { peer: pair.peer, seconds: Math.round((now - since) / 1000), text };
}
