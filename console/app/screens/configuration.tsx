// SPDX-License-Identifier: Apache-2.0

import { server } from '../api/clients';
import { usePoll } from '../api/poll';
import { ofSettings } from '../api/wakes';
import { Command } from '../parts/command';
import { FilterField, FilterSwitch } from '../parts/filter_field';
import { HubChoice } from '../parts/hub_choice';
import { hubOf, hubWords } from '../parts/hub_words';
import { Problem } from '../parts/problem';
import { ShortId } from '../parts/short_id';
import { Table, type Column } from '../parts/table';
import { counted, DASH } from '../parts/units';
import type { ScreenProps } from '../screens';
import { Certificates } from './configuration/certificates';
import { settingRows, settingsLike, type SettingRow } from './configuration/settings';
import { Versions } from './configuration/versions';

const EVERY = 10_000;

function columns(hubCount: number): Column<SettingRow>[] {
  const all: (Column<SettingRow> | false)[] = [
    { id: 'name', title: 'Setting', width: 13, cell: (row) => row.name },
    { id: 'value', title: 'Value', width: 14, grows: true, cell: (row) => row.value || DASH },
    { id: 'origin', title: 'From', width: 12,
      cell: (row) => (row.origin === 'default' ? <span class="quiet">default</span> : row.origin) },
    hubCount > 1 && { id: 'hubs', title: 'Hubs', width: 12,
      cell: (row) => (row.hubIds.length === hubCount
        ? <span class="quiet">all</span>
        : <>{row.differs && <span class="warn">differs: </span>}{row.hubIds.map((id) => <><ShortId key={id} id={id} />{' '}</>)}</>) },
  ];
  return all.filter((column) => column !== false);
}

// The settings in force and where they come from; what runs where; certificates.
export function Configuration({ params }: ScreenProps) {
  const hubId = hubOf(params);
  const { answer, problem } = usePoll((signal) => server.getServerInfo({ hubId }, { signal }), EVERY, [hubId], { hubId, kinds: ofSettings });
  const infos = answer ? (answer.perHub.length > 0 ? answer.perHub : [answer]) : [];
  const all = settingRows(infos);
  const shown = settingsLike(all, {
    text: params.get('text') ?? '',
    onlySet: params.get('defaults') !== 'yes',
    onlyDifferent: params.get('different') === 'yes' && infos.length > 1,
  });
  return (
    <>
      <div class="filters">
        <FilterField label="Setting or value" name="text" params={params} hint="token" />
        <FilterSwitch label="Also those with their default" name="defaults" params={params} />
        {infos.length > 1 && <FilterSwitch label="Only what differs" name="different" params={params} />}
      </div>
      <p class="row">
        <b>{counted(shown.length, 'setting')}</b>
        <HubChoice hubId={hubId} />
      </p>
      <Problem text={problem} />
      <Table wraps caption="Settings in force" columns={columns(infos.length)} rows={shown}
        keyOf={(row) => `${row.name} ${row.value} ${row.origin}`}
        empty={answer ? 'no setting is like that; all others have their default' : 'asking …'} />
      <Command words={['server', 'info', ...(params.get('defaults') === 'yes' ? ['-o', 'wide'] : []), ...hubWords(params)]} />
      <Versions />
      <Certificates infos={infos} isAnswered={answer !== undefined} />
    </>
  );
}
