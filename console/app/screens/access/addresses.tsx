// SPDX-License-Identifier: Apache-2.0
//
// Where connections come from.

import { useMemo } from 'preact/hooks';

import type { Address } from '#proto/pigeonhub/v1/server_service_pb';

import { server } from '../../api/clients';
import { usePoll } from '../../api/poll';
import type { Session } from '../../api/session';
import { Command } from '../../parts/command';
import { FilterField } from '../../parts/filter_field';
import { hubOf, hubWords } from '../../parts/hub_words';
import { ordered, orderText, parseOrder } from '../../parts/order';
import { Problem } from '../../parts/problem';
import { Table, type Column } from '../../parts/table';
import { bytesText, countText } from '../../parts/units';
import { address as addressOf, setParams } from '../../route';
import { BanChange } from './ban_change';

const EVERY = 4000;

const COUNTS = [
  ['connectionCount', 'Connections', 8.5],
  ['handshakeCount', 'Handshakes', 8],
  ['joinCount', 'Joins', 5.5],
  ['refusalCount', 'Refused', 5.5],
  ['messageCount', 'Messages', 6.5],
  ['sentSignalCount', 'Signals', 5.5],
  ['receivedBytes', 'Bytes', 5.5],
  ['queueBytes', 'Waits', 5.5],
] as const;

type Count = (typeof COUNTS)[number][0];

function cell(row: Address, id: Count) {
  if (id === 'receivedBytes' || id === 'queueBytes') return bytesText(row[id]);
  if (id === 'refusalCount' && row[id] > 0n) return <span class="warn">{countText(row[id])}</span>;
  return countText(row[id]);
}

export function Addresses({ session, params }: { session: Session; params: URLSearchParams }) {
  const hubId = hubOf(params);
  const sort = params.get('addresses');
  const order = parseOrder(sort, '-connectionCount');
  const by = COUNTS.some(([id]) => id === order.by) ? (order.by as Count) : undefined;
  // The hub brings the most of what is asked for; the rest of the order is made here.
  const orderBy = by ? `${by.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)} desc` : '';
  const { answer, problem } = usePoll(
    (signal) => server.listAddresses({ hubId, pageSize: 1000, orderBy }, { signal }), EVERY, [hubId, orderBy],
  );
  const begin = params.get('address') ?? '';
  const rows = useMemo(() => ordered(
    (answer?.addresses ?? []).filter((row) => row.address.startsWith(begin)),
    (row) => (by ? Number(row[by]) : row.address), order.down,
  ), [answer, begin, sort]);
  const columns: Column<Address>[] = [
    { id: 'address', title: 'Address', width: 11, grows: true, sorts: true, cell: (row) => row.address },
    ...COUNTS.map(([id, title, width]): Column<Address> => (
      { id, title, width, isNumber: true, sorts: true, cell: (row) => cell(row, id) }
    )),
    { id: 'ban', title: 'Keep out', width: 6, cell: (row) => <BanChange session={session} of={{ target: 'address', value: row.address }} /> },
  ];
  return (
    <section>
      <h2>Addresses</h2>
      <div class="filters"><FilterField label="Address begins with" name="address" params={params} hint="10.0." /></div>
      <Problem text={problem} />
      <Table caption="Addresses" columns={columns} rows={rows} keyOf={(row) => row.address}
        order={order} onOrder={(next) => setParams({ addresses: orderText(next) })}
        href={(row) => addressOf('peers', { hub: hubId, address: row.address })}
        empty={answer ? 'no address has connections' : 'asking …'} />
      <Command words={['addresses', 'list', ...hubWords(params), '--sort-by', orderText(order)]} />
    </section>
  );
}
