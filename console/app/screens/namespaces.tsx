// SPDX-License-Identifier: Apache-2.0

import { useMemo } from 'preact/hooks';

import { namespaces } from '../api/clients';
import { usePoll } from '../api/poll';
import { ofChanges } from '../api/wakes';
import { Command } from '../parts/command';
import { FilterField } from '../parts/filter_field';
import { HubChoice } from '../parts/hub_choice';
import { hubOf, hubWords } from '../parts/hub_words';
import { ordered, orderText, parseOrder, type Sortable } from '../parts/order';
import { Problem } from '../parts/problem';
import { ShortId } from '../parts/short_id';
import { Beside } from '../parts/side_panel';
import { Table, type Column } from '../parts/table';
import { bytesText, counted, countText, DASH, rateText } from '../parts/units';
import { visible } from '../parts/visible';
import { address, setParams } from '../route';
import type { ScreenProps } from '../screens';
import { OneNamespace } from './namespaces/one_namespace';
import { fieldsOf, KEY_NAMES, sourceText } from './namespaces/policy';
import type { NamespaceRow } from './namespaces/rows';
import { useNamespaces } from './namespaces/use_namespaces';

const perSecond = (rate: number): string => (rate < 0 ? DASH : rateText(rate));

function columns(ofAllHubs: boolean): Column<NamespaceRow>[] {
  return [
    { id: 'name', title: 'Namespace', width: 10, grows: true, sorts: true,
      cell: (row) => <span title={visible(row.name)}>{visible(row.name)}{row.isHubMesh && ' (hubs meet here)'}</span> },
    { id: 'localPeers', title: ofAllHubs ? 'Members' : 'Here', width: 6, isNumber: true, sorts: true,
      hint: 'Members that are connected to the hubs asked', cell: (row) => countText(row.localPeers) },
    ofAllHubs
      ? { id: 'hubs', title: 'Hubs', width: 5, isNumber: true, sorts: true, cell: (row) => countText(row.hubs) }
      : { id: 'remotePeers', title: 'Elsewhere', width: 7, isNumber: true, sorts: true, hint: 'Members on other hubs',
          cell: (row) => countText(row.remotePeers) },
    { id: 'joinCount', title: 'Joins', width: 5.5, isNumber: true, sorts: true, hint: 'Members that came since the namespace exists',
      cell: (row) => countText(row.joinCount) },
    { id: 'joinRate', title: 'Joins/s', width: 5.5, isNumber: true, sorts: true, hint: 'Joins a second', cell: (row) => perSecond(row.joinRate) },
    { id: 'leaveCount', title: 'Left', width: 5.5, isNumber: true, sorts: true, hint: 'Of those that came, who left', cell: (row) => countText(row.leaveCount) },
    { id: 'signalCount', title: 'Signals', width: 6.5, isNumber: true, sorts: true, cell: (row) => countText(row.signalCount) },
    { id: 'signalRate', title: 'Signals/s', width: 6.5, isNumber: true, sorts: true, hint: 'Signals a second', cell: (row) => perSecond(row.signalRate) },
    { id: 'signalBytes', title: 'Bytes', width: 5.5, isNumber: true, sorts: true, cell: (row) => bytesText(row.signalBytes) },
  ];
}

function valueOf(row: NamespaceRow, by: string): Sortable {
  const value = row[by as keyof NamespaceRow];
  return typeof value === 'boolean' ? Number(value) : value ?? '';
}

export function Namespaces({ session, params }: ScreenProps) {
  const hub = hubOf(params);
  const { rows, problem } = useNamespaces(hub);
  const begin = params.get('name') ?? '';
  const sort = params.get('sort');
  const order = parseOrder(sort, '-localPeers');
  const shown = useMemo(
    () => ordered((rows ?? []).filter((row) => row.name.startsWith(begin)), (row) => valueOf(row, order.by), order.down),
    [rows, begin, sort],
  );
  const here = Object.fromEntries(params);
  const opened = params.get('namespace') ?? undefined;
  const words = ['namespaces', 'list', ...hubWords(params)];
  if (begin !== '') words.push('--prefix', begin);
  words.push('--sort-by', isOfApi(order.by) ? orderText(order) : '-localPeers');

  return (
    <>
      <div class="filters">
        <FilterField label="Name begins with" name="name" params={params} hint="chat" />
      </div>
      <p class="row">
        <b>{counted(shown.length, 'namespace')}</b>
        <HubChoice hubId={hub} />
      </p>
      <Problem text={problem} />
      <Beside panel={opened && (
        <OneNamespace key={opened} session={session} params={params} close={address('namespaces', { ...here, namespace: '' })} />
      )}>
        <Table caption="Namespaces" columns={columns(hub === '*')} rows={shown} keyOf={(row) => row.name}
          order={order} onOrder={(next) => setParams({ sort: orderText(next) })}
          href={(row) => address('namespaces', { ...here, namespace: row.name })} opened={opened}
          empty={rows ? 'nobody is in any namespace' : 'asking …'} />
      </Beside>
      <Command words={words} />
      <Policies params={params} />
    </>
  );
}

// Which columns pigeonctl knows, too.
function isOfApi(by: string): boolean {
  return ['name', 'localPeers', 'remotePeers', 'signalCount', 'signalBytes', 'joinCount', 'leaveCount'].includes(by);
}

// The policies that are set, for a namespace or for all whose names begin so.
function Policies({ params }: { params: URLSearchParams }) {
  const hubId = hubOf(params);
  const { answer, problem } = usePoll(
    (signal) => namespaces.listNamespacePolicies({ hubId, pageSize: 1000 }, { signal }), 5000, [hubId], { hubId, kinds: ofChanges },
  );
  const here = Object.fromEntries(params);
  return (
    <>
      <h2>Policies that are set</h2>
      <Problem text={problem} />
      <Table wraps caption="Policies that are set" rows={answer?.policies ?? []} keyOf={(row) => `${row.hubId} ${row.name} ${row.source}`}
        empty={answer ? "none: the hub's own options hold everywhere" : 'asking …'}
        href={(row) => address('namespaces', { ...here, namespace: row.name })}
        columns={[
          { id: 'name', title: 'Of', width: 10, cell: (row) => row.name },
          { id: 'source', title: 'Said by', width: 13,
            cell: (row) => <>{sourceText(row.source)}{row.hubId !== '' && <> at <ShortId id={row.hubId} /></>}</> },
          { id: 'policy', title: 'What it says', width: 16, grows: true, cell: (row) => {
            const fields = row.policy && fieldsOf(row.policy);
            return fields && KEY_NAMES.filter((key) => fields[key] !== '').map((key) => `${key} ${fields[key]}`).join(', ');
          } },
        ]} />
      <Command words={['namespaces', 'policy', 'list', ...hubWords(params)]} />
    </>
  );
}
