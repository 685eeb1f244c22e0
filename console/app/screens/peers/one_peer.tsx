// SPDX-License-Identifier: Apache-2.0
//
// Everything about one peer.

import { Code, ConnectError } from '@connectrpc/connect';
import { useRef } from 'preact/hooks';

import type { PeerDeparture, PeerToken, Peer } from '#proto/pigeonhub/v1/peer_service_pb';

import { events, peers } from '../../api/clients';
import { usePoll } from '../../api/poll';
import type { Session } from '../../api/session';
import { Change } from '../../parts/change';
import { Command } from '../../parts/command';
import { Facts } from '../../parts/facts';
import { eventText, kindName } from '../../parts/event_text';
import { hubOf, hubWords } from '../../parts/hub_words';
import { useNow } from '../../parts/now';
import { Problem } from '../../parts/problem';
import { ShortId } from '../../parts/short_id';
import { Panel } from '../../parts/side_panel';
import { ageText, bytesText, clockText, countText, DASH, durationText, reasonText, timeText, toMillis } from '../../parts/units';
import { visible } from '../../parts/visible';
import { address } from '../../route';
import { BanChange } from '../access/ban_change';
import { othersIn } from './others';

const EVERY = 3000;
const EVENTS = 50;

// Where it is; else how it left.
async function findPeer(hubId: string, peerId: string, signal: AbortSignal): Promise<{ peer?: Peer; departure?: PeerDeparture }> {
  try {
    const { peer } = await peers.getPeer({ hubId, peerId, includeRemote: true }, { signal });
    return { peer };
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) throw error;
    const { peer, departure } = await peers.findPeer({ hubId, peerId }, { signal });
    return { peer, departure };
  }
}

export function OnePeer({ session, params, close }: { session: Session; params: URLSearchParams; close: string }) {
  const peerId = params.get('peer')!;
  const hubId = hubOf(params);
  const { answer, problem, again } = usePoll((signal) => findPeer(hubId, peerId, signal), EVERY, [hubId, peerId]);
  const { peer, departure } = answer ?? {};
  const id = peer?.peerId ?? departure?.peerId ?? peerId;
  const seen = useRef<Peer>(undefined); // the buttons outlive it, as their dialogs say what was done
  if (peer) seen.current = peer;
  return (
    <Panel title={`Peer ${peerId.slice(0, 8)}`} close={close}>
      <Problem text={problem} />
      {peer && <Living session={session} peer={peer} />}
      {departure && <Gone departure={departure} />}
      {seen.current && <Changes session={session} peer={seen.current} isHere={peer !== undefined} onDone={again} />}
      {answer && <Recent hubId={hubId} peerId={id} namespace={peer?.namespace ?? departure?.namespace ?? ''} />}
      <Command words={['peers', departure ? 'find' : 'get', peerId, ...hubWords(params)]} />
    </Panel>
  );
}

function Living({ session, peer }: { session: Session; peer: Peer }) {
  const now = useNow();
  const { remote, token } = peer;
  const hub = remote?.hubId || peer.hubId || session.hubId;
  const count = (value: bigint) => (remote ? DASH : countText(value));
  return (
    <>
      <Facts facts={[
        ['Id', <code>{peer.peerId}</code>],
        ['Namespace', peer.namespace === ''
          ? 'not announced yet'
          : <a href={address('namespaces', { namespace: peer.namespace })}>{visible(peer.namespace)}</a>],
        ['Kind', peer.isHub ? 'hub' : 'peer'],
        ['Hub', remote ? <RemoteHub peer={peer} /> : <><ShortId id={hub} />{hub === session.hubId && ', this one'}</>],
        ['Address', peer.remoteAddress || DASH],
        ['Connected', peer.connectTime ? `${ageText(peer.connectTime, now)} ago, ${timeText(peer.connectTime)}` : DASH],
        ['Announced', peer.announceTime ? `${ageText(peer.announceTime, now)} ago` : DASH],
        ['Last message', peer.lastActivityTime ? `${ageText(peer.lastActivityTime, now)} ago` : DASH],
        ['Round trip', durationText(peer.roundTrip)],
        ['Sent', remote ? DASH : `${count(peer.messageCount)} messages, ${bytesText(peer.receivedBytes)}`],
        ['Signals', remote ? DASH : `${count(peer.sentSignalCount)} sent, ${count(peer.receivedSignalCount)} received`],
        ['Waits for it', remote ? DASH : bytesText(peer.queueBytes)],
      ]} />
      {token && <Token token={token} now={now} />}
      {peer.dataJson !== '' && (
        <>
          <h3>It announced ({bytesText(peer.announcedBytes)})</h3>
          <pre tabIndex={0} aria-label="What it announced">{pretty(peer.dataJson)}</pre>
        </>
      )}
    </>
  );
}

function Changes({ session, peer, isHere, onDone }: { session: Session; peer: Peer; isHere: boolean; onDone: () => void }) {
  const { peerId, remote, remoteAddress } = peer;
  return (
    <p class="row">
      {!remote && <Disconnect session={session} peerId={peerId} hubId={peer.hubId || session.hubId} offered={isHere} onDone={onDone} />}
      <BanChange session={session} of={{ target: 'peerId', value: peerId }} onDone={onDone} />
      {!remote && remoteAddress !== '' && <a href={address('events', { address: remoteAddress })}>Events of its address</a>}
    </p>
  );
}

function RemoteHub({ peer: { remote } }: { peer: Peer }) {
  if (!remote) return null;
  const way = remote.unreachable ? ', no way leads there now' : remote.overBus ? ', over the bus' : '';
  return <><ShortId id={remote.hubId || remote.link} />{way}{remote.sinceTime && `, there since ${timeText(remote.sinceTime)}`}</>;
}

function Token({ token, now }: { token: PeerToken; now: number }) {
  const { expireTime, attributes } = token;
  const left = expireTime && toMillis(expireTime) - now;
  return (
    <>
      <h3>Its token</h3>
      <Facts facts={[
        ['User', token.subject || DASH],
        ['Issuer', token.issuer || DASH],
        ['Token id', token.tokenId || DASH],
        ['Expires', left !== undefined && left < 0
          ? <span class="warn">expired {timeText(expireTime)}</span> : timeText(expireTime)],
        ['Namespaces', token.namespaces.join(', ') || DASH],
        ['Attributes', Object.entries(attributes).map(([name, value]) => `${name}=${value}`).join(', ') || DASH],
      ]} />
    </>
  );
}

function Gone({ departure }: { departure: PeerDeparture }) {
  return (
    <Facts facts={[
      ['Id', <code>{departure.peerId}</code>],
      ['Left', timeText(departure.leaveTime)],
      ['Why', departure.lostHub === '' ? reasonText(departure.reason) : `its hub ${departure.lostHub.slice(0, 8)} was lost`],
      ['Close code', departure.closeCode === 0 ? DASH : String(departure.closeCode)],
      ['Namespace', departure.namespace || DASH],
    ]} />
  );
}

function Disconnect({ session, peerId, hubId, offered, onDone }: {
  session: Session;
  peerId: string;
  hubId: string;
  offered: boolean;
  onDone: () => void;
}) {
  const at = hubId === session.hubId ? '' : hubId;
  return (
    <Change session={session} offered={offered} danger label="Disconnect" title={`Disconnect ${peerId.slice(0, 8)}`} onDone={onDone}
      words={['peers', 'disconnect', peerId, ...(at === '' ? [] : ['--hub', at])]}
      run={async ({ validateOnly, requestId }, signal) => {
        await peers.disconnectPeer({ hubId: at, peerId, validateOnly, requestId }, { signal });
        return validateOnly ? 'its connection is closed. A client connects again by itself; a ban keeps it out.' : 'It is disconnected.';
      }} />
  );
}

// What the hub still knows of it, and with whom it had to do.
function Recent({ hubId, peerId, namespace }: { hubId: string; peerId: string; namespace: string }) {
  const { answer, problem } = usePoll(
    (signal) => events.listEvents({ hubId, filter: { peerId }, newestFirst: true, pageSize: EVENTS }, { signal }),
    EVERY, [hubId, peerId],
  );
  const found = answer?.events ?? [];
  const others = othersIn(found, peerId);
  return (
    <>
      <h3>Why it meets another one, or not</h3>
      <p class="lines">
        {others.map((other) => (
          <a key={other} href={address('pair', { a: peerId, b: other, namespace })}>with <ShortId id={other} />{' '}</a>
        ))}
        <a href={address('pair', { a: peerId, namespace })}>with another peer</a>
      </p>
      <h3>Its events, the newest first</h3>
      <Problem text={problem} />
      <ul class="lines">
        {found.map((event) => (
          <li key={`${event.hubId}${event.seq}`}>
            <span class="quiet">{event.time && clockText(toMillis(event.time))}</span>
            <span>{kindName(event.kind)} <span class="quiet">{eventText(event)}</span></span>
          </li>
        ))}
      </ul>
      {answer && found.length === 0 && <p class="quiet">none is kept</p>}
      <p class="lines"><a href={address('events', { peer: peerId, hub: hubId })}>Follow its events</a></p>
    </>
  );
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    return json;
  }
}
