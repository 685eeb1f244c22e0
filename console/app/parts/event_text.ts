// SPDX-License-Identifier: Apache-2.0
//
// An event in a few words, as pigeonctl events writes it.

import type { AddressCount, PeerCount } from '#proto/pigeonhub/v1/common_pb';
import { LinkSide } from '#proto/pigeonhub/v1/common_pb';
import {
  CandidateKind,
  EventKind,
  SignalType,
  TransportProtocol,
  type Event,
  type Gap,
  type LimitHitEvent,
  type LinkDownEvent,
  type NamespaceCount,
} from '#proto/pigeonhub/v1/event_service_pb';

import { counted, durationText, reasonText, spanText, toMillis, type ProtoTime } from './units';
import { visible } from './visible';

// A peer id has 40 digits; 8 of them tell peers apart.
function id(text: string): string {
  return text.length === 40 ? `${text.slice(0, 8)}…` : text;
}

const inNamespace = (name: string): string => (name === '' ? '' : ` in ${name}`);
const times = (count: bigint): string => (count <= 1n ? '' : `, ${counted(count, 'time')}`);
const after = (lasted: ProtoTime | undefined): string => (lasted ? ` after ${spanText(toMillis(lasted))}` : '');
const from = (address: string): string => (address === '' ? '' : `, from ${address}`);

function attributesText(attributes: Record<string, string>): string {
  const pairs = Object.entries(attributes).map(([name, value]) => `${name}=${value}`);
  return pairs.length === 0 ? '' : ` of ${pairs.join(', ')}`;
}

interface Tops {
  addresses: AddressCount[];
  namespaces: NamespaceCount[];
  peers?: PeerCount[];
}

// Who did it most.
function topsText({ addresses: [address], namespaces: [namespace], peers = [] }: Tops): string {
  const [peer] = peers;
  return [
    address && `, from ${address.address} ${address.count}`,
    namespace && `, in ${namespace.namespace} ${namespace.count}`,
    peer && `, by ${id(peer.peerId)} ${peer.count}`,
  ].filter(Boolean).join('');
}

function limitText(body: LimitHitEvent): string {
  const reason = reasonText(body.reason);
  if (!body.ended) return `${reason}, ${counted(body.count, 'time')}${topsText(body)}`;
  return `${reason} no longer, ${counted(body.total, 'time')} within ${durationText(body.lasted)}${topsText(body)}`;
}

const SIDES: Partial<Record<LinkSide, string>> = {
  [LinkSide.THIS_HUB]: ' by this hub',
  [LinkSide.OTHER_HUB]: ' by the other hub',
};

interface Pair {
  peerId: string;
  otherPeerId: string;
  namespace: string;
  count: bigint;
  after?: ProtoTime;
  localCandidate: CandidateKind;
  remoteCandidate: CandidateKind;
  protocol: TransportProtocol;
}

// `ended`: a word for how the attempt ended, if it did not succeed.
function pairText(body: Pair, ended = ''): string {
  const kind = (candidate: CandidateKind): string => (candidate === 0 ? '' : CandidateKind[candidate]?.toLowerCase() ?? '');
  const [local, remote] = [kind(body.localCandidate), kind(body.remoteCandidate)];
  const protocol = body.protocol === 0 ? '' : TransportProtocol[body.protocol]?.toLowerCase() ?? '';
  const path = [(local || remote) && `${local || 'unknown'} to ${remote || 'unknown'}`, protocol && `over ${protocol}`];
  const more = [body.after && `after ${toMillis(body.after)} ms`, path.filter(Boolean).join(' ')].filter(Boolean).join(', ');
  const how = [ended, more].filter(Boolean).join(' ');
  return `${id(body.peerId)} and ${id(body.otherPeerId)}${inNamespace(body.namespace)}${how && `, ${how}`}${times(body.count)}`;
}

function linkDownText(body: LinkDownEvent): string {
  const why = body.reason === 0 ? '' : ` ${reasonText(body.reason)} ${body.closeCode}`;
  return `to ${id(body.peerId)}${why}${SIDES[body.endedBy] ?? ''}${after(body.upFor)}, ${counted(body.withdrawnPeers, 'peer')} withdrawn`;
}

function signalText(signal: { type: SignalType; fromPeerId: string; targetPeerId: string }): string {
  const type = SignalType[signal.type]?.toLowerCase().replace('_', '-') ?? 'signal';
  return `${type} ${id(signal.fromPeerId)} to ${id(signal.targetPeerId) || '–'}`;
}

export function eventText(event: Event): string {
  return visible(textOf(event));
}

function textOf({ body }: Event): string {
  switch (body.case) {
    case 'started':
      return `on ${body.value.host}:${body.value.port}${body.value.version && `, version ${body.value.version}`}`;
    case 'error': return body.value.message;
    case 'peerConnected':
      return `${id(body.value.peerId)} from ${body.value.remoteAddress || '–'}, ${body.value.totalConnections} connected`;
    case 'peerDisconnected': {
      const { peerId, reason, closeCode, namespace, connectedFor, totalConnections } = body.value;
      return `${id(peerId)} ${reasonText(reason)} ${closeCode}${inNamespace(namespace)}${after(connectedFor)}, ${totalConnections} left`;
    }
    case 'peerRefused': {
      const { peerId, reason, remoteAddress, count } = body.value;
      return `${id(peerId) || 'no id'} ${reasonText(reason)}, from ${remoteAddress || '–'}${times(count)}`;
    }
    case 'peerAnnounced': {
      const { peerId, isHub, namespace, count } = body.value;
      return `${id(peerId)}${isHub ? ', a hub,' : ''}${inNamespace(namespace)}${times(count)}`;
    }
    case 'peerGoodbye': return id(body.value.peerId) + inNamespace(body.value.namespace);
    case 'peersLeft': {
      const { count, within, reasons } = body.value;
      const why = reasons.map((row) => `, ${reasonText(row.reason)} ${row.count}`).join('');
      return `${count} within ${durationText(within)}${why}${topsText(body.value)}`;
    }
    case 'pairConnected': return pairText(body.value);
    case 'pairFailed': return pairText(body.value, body.value.lost ? 'lost' : 'failed');
    case 'pairRetried': {
      const { peerId, otherPeerId, namespace, after: since, count } = body.value;
      return `${id(peerId)} and ${id(otherPeerId)}${inNamespace(namespace)}${after(since)}${times(count)}`;
    }
    case 'hubRegistered': return `${id(body.value.peerId)}, ${body.value.totalHubs} registered`;
    case 'hubUnregistered': return `${id(body.value.peerId)}, ${body.value.totalHubs} left`;
    case 'hubRefused':
      return `${id(body.value.peerId)} ${reasonText(body.value.reason)}${from(body.value.remoteAddress)}`;
    case 'namespaceCreated':
    case 'namespaceRemoved': return body.value.namespace + times(body.value.count);
    case 'linkUp': return `to ${id(body.value.peerId)}${body.value.plainServer ? ', which is no hub' : ''}`;
    case 'linkDown': return linkDownText(body.value);
    case 'busUp': return body.value.server;
    case 'busDown': return body.value.reason;
    case 'hubLost': return `${id(body.value.peerId)}, ${counted(body.value.withdrawnPeers, 'peer')} withdrawn`;
    case 'bootstrapConnected': return body.value.url;
    case 'bootstrapDisconnected':
      return `${body.value.url} ${body.value.code}${body.value.reason && `, ${body.value.reason}`}`;
    case 'hubDiscovered': return `${id(body.value.peerId)} via ${id(body.value.via)}`;
    case 'bootstrapSignaling': return `${signalText(body.value)} from ${body.value.url}`;
    case 'signalRelayed': return signalText(body.value) + (body.value.toLink ? ' by another hub' : '');
    case 'signalDropped': return `${signalText(body.value)} ${reasonText(body.value.reason)}`;
    case 'limitHit': return limitText(body.value);
    case 'drainStarted': {
      const { connections, over, attributes } = body.value;
      return `${counted(connections, 'connection')} over ${over ? spanText(toMillis(over)) : '0s'}${attributesText(attributes)}`;
    }
    case 'drainFinished': return `nobody is left${attributesText(body.value.attributes)}`;
    case 'audit': {
      const { principal, method, object, hubId, outcome } = body.value;
      const at = hubId === '' ? '' : ` at hub ${id(hubId)}`;
      return `${principal} ${method.slice(method.lastIndexOf('/') + 1)}${object && ` ${id(object)}`}${at} ${outcome}`;
    }
    default: return ''; // Of stopped and drainCancelled the name says all.
  }
}

export function gapText(gap: Gap): string {
  if (gap.epochChanged) return 'the hub was started anew; how many events are missing, nobody knows';
  return `${counted(gap.missing, 'event')} missing before ${gap.resume?.seq ?? '?'}`;
}

// "peerConnected", as the member of the event is called, and as pigeonctl names it.
export function kindName(kind: EventKind): string {
  const words = EventKind[kind]?.toLowerCase() ?? String(kind);
  return words.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

export const kindNames: ReadonlyMap<string, EventKind> = new Map(
  Object.values(EventKind)
    .filter((kind): kind is EventKind => typeof kind === 'number' && kind !== EventKind.UNSPECIFIED)
    .map((kind): [string, EventKind] => [kindName(kind), kind])
    .sort(([a], [b]) => (a < b ? -1 : 1)),
);

// What an event tells trouble of: it is shown in another ink.
const TROUBLE = new Set<EventKind>([
  EventKind.ERROR, EventKind.PEER_REFUSED, EventKind.LIMIT_HIT, EventKind.LINK_DOWN, EventKind.HUB_LOST,
  EventKind.HUB_REFUSED, EventKind.PEERS_LEFT, EventKind.BUS_DOWN, EventKind.BOOTSTRAP_DISCONNECTED, EventKind.SIGNAL_DROPPED,
  EventKind.PAIR_FAILED, EventKind.PAIR_RETRIED,
]);

export function isTrouble(event: Event): boolean {
  return TROUBLE.has(event.kind);
}
