// SPDX-License-Identifier: Apache-2.0

import { useMemo } from 'preact/hooks';

import { Command } from '../parts/command';
import { FilterField, FilterSwitch } from '../parts/filter_field';
import { HubChoice } from '../parts/hub_choice';
import { hubOf } from '../parts/hub_words';
import { useNow } from '../parts/now';
import { ordered, orderText, parseOrder, type Sortable } from '../parts/order';
import { Problem } from '../parts/problem';
import { ShortId } from '../parts/short_id';
import { Beside } from '../parts/side_panel';
import { StreamState } from '../parts/stream_state';
import { Table, type Column } from '../parts/table';
import { bytesText, countText, counted, DASH, millisText, spanText } from '../parts/units';
import { visible } from '../parts/visible';
import { address, setParams } from '../route';
import type { ScreenProps } from '../screens';
import { filterOf, listWords } from './peers/filter';
import { OnePeer } from './peers/one_peer';
import type { PeerRow } from './peers/rows';
import { usePeers } from './peers/use_peers';

const known = (row: PeerRow, text: string): string => (row.isRemote ? DASH : text);
const age = (time: number, now: number): string => (time === 0 ? DASH : spanText(now - time));

function columnsAt(now: number, withHub: boolean): Column<PeerRow>[] {
  const columns: Column<PeerRow>[] = [
    { id: 'peerId', title: 'Peer', width: 7, sorts: true, cell: (row) => <ShortId id={row.peerId} /> },
    { id: 'namespace', title: 'Namespace', width: 9, grows: true, sorts: true,
      cell: (row) => <span title={visible(row.namespace)}>{visible(row.namespace) || DASH}{row.isHub && ' (hub)'}</span> },
    { id: 'remoteAddress', title: 'Address', width: 9, grows: true, sorts: true, cell: (row) => row.remoteAddress || DASH },
    { id: 'connectTime', title: 'Connected', width: 7.5, isNumber: true, sorts: true, cell: (row) => age(row.connectTime, now) },
    { id: 'lastActivityTime', title: 'Last', width: 5, isNumber: true, sorts: true, hint: 'When a message last came from it',
      cell: (row) => age(row.lastActivityTime, now) },
    { id: 'messageCount', title: 'Messages', width: 6.5, isNumber: true, sorts: true, hint: 'That it sent since it connected',
      cell: (row) => known(row, countText(row.messageCount)) },
    { id: 'receivedBytes', title: 'Bytes', width: 5.5, isNumber: true, sorts: true, hint: 'In these messages',
      cell: (row) => known(row, bytesText(row.receivedBytes)) },
    { id: 'queueBytes', title: 'Waits', width: 5.5, isNumber: true, sorts: true, hint: 'Bytes that wait to be sent to it',
      cell: (row) => known(row, bytesText(row.queueBytes)) },
    { id: 'roundTrip', title: 'Round trip', width: 6.5, isNumber: true, sorts: true,
      cell: (row) => (row.roundTrip < 0 ? DASH : millisText(row.roundTrip)) },
  ];
  if (!withHub) return columns;
  const hub: Column<PeerRow> = {
    id: 'hubId', title: 'Hub', width: 6.5, sorts: true,
    cell: (row) => (row.hubId === '' ? DASH : <ShortId id={row.hubId} />),
  };
  return [...columns.slice(0, 2), hub, ...columns.slice(2)];
}

function valueOf(row: PeerRow, by: string): Sortable {
  const value = row[by as keyof PeerRow];
  return typeof value === 'boolean' ? Number(value) : value ?? '';
}

export function Peers({ session, params }: ScreenProps) {
  const now = useNow();
  const hub = hubOf(params);
  const remote = params.get('remote') === 'yes' && hub !== '*';
  const { rows, isLoading, problem, unreachable, facts, forget } = usePeers(session.hubId, hub, remote);
  const order = parseOrder(params.get('sort'), 'connectTime');
  const text = params.toString();
  const shown = useMemo(
    () => ordered(rows.filter(filterOf(params)), (row) => valueOf(row, order.by), order.down),
    [rows, text],
  );
  const namespaces = useMemo(() => [...new Set(rows.map((row) => row.namespace))].sort().slice(0, 200), [rows]);
  const withHub = hub === '*' || remote;
  const here = Object.fromEntries(params);
  const peer = params.get('peer');
  const opened = useMemo(() => (peer ? shown.find((row) => row.peerId === peer)?.key : undefined), [shown, peer]);

  return (
    <>
      <div class="filters">
        <FilterField label="Namespace" name="namespace" params={params} hint="a part, or =name" known={namespaces} />
        <FilterField label="Id begins with" name="id" params={params} hint="0a1b" />
        <FilterField label="Address" name="address" params={params} hint="10.0." />
        {withHub && <FilterField label="At the hub" name="at" params={params} hint="0a1b" />}
        {hub !== '*' && <FilterSwitch label="Also those of other hubs" name="remote" params={params} />}
      </div>
      <p class="row" aria-live="off">
        <b>{shown.length === rows.length ? counted(rows.length, 'peer') : `${countText(shown.length)} of ${counted(rows.length, 'peer')}`}</b>
        <HubChoice hubId={hub} />
        {isLoading && problem === undefined && <span class="quiet" role="status">loading …</span>}
        <StreamState facts={facts} onForget={forget} />
        {unreachable.map((line) => <span key={line} class="warn">{line}</span>)}
      </p>
      <Problem text={problem} />
      <Beside panel={peer && <OnePeer key={peer} session={session} params={params} close={address('peers', { ...here, peer: '' })} />}>
        <Table caption="Peers" columns={columnsAt(now, withHub)} rows={shown} keyOf={(row) => row.key}
          order={order} onOrder={(next) => setParams({ sort: orderText(next) })}
          href={(row) => address('peers', { ...here, peer: row.peerId })} opened={opened}
          empty={isLoading ? 'loading …' : rows.length === 0 ? 'no peer is connected' : 'no peer is like that'} />
      </Beside>
      <Command words={listWords(params)} />
    </>
  );
}
