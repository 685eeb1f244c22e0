// SPDX-License-Identifier: Apache-2.0

import { toJson } from '@bufbuild/protobuf';
import { useEffect, useState } from 'preact/hooks';

import { EventSchema, type Event } from '#proto/pigeonhub/v1/event_service_pb';

import { Command } from '../parts/command';
import { eventText, gapText, isTrouble, kindName, kindNames } from '../parts/event_text';
import { FilterField } from '../parts/filter_field';
import { HubChoice } from '../parts/hub_choice';
import { hubOf, hubWords } from '../parts/hub_words';
import { Problem } from '../parts/problem';
import { ShortId } from '../parts/short_id';
import { Beside, Panel } from '../parts/side_panel';
import { StreamState, useStreamState } from '../parts/stream_state';
import { Table, type Column } from '../parts/table';
import { clockText, counted, timeText, toMillis } from '../parts/units';
import { address } from '../route';
import type { ScreenProps } from '../screens';
import { MOST_ROWS, type FeedRow } from './events/feed';
import { eventsWords } from './events/query';
import { useFeed } from './events/use_feed';

const KINDS = [...kindNames.keys()];

function Kind({ event }: { event: Event }) {
  const name = kindName(event.kind);
  return isTrouble(event) ? <span class="warn"><i class="mark" aria-hidden="true">▲ </i>{name}</span> : <>{name}</>;
}

function columns(withHub: boolean): Column<FeedRow>[] {
  const all: (Column<FeedRow> | false)[] = [
    { id: 'time', title: 'Time', width: 8,
      cell: (row) => ('gap' in row ? '' : row.event.time && clockText(toMillis(row.event.time), true)) },
    withHub && { id: 'hub', title: 'Hub', width: 6,
      cell: (row) => <ShortId id={'gap' in row ? row.gap.hubId : row.event.hubId} /> },
    { id: 'seq', title: 'Number', width: 6, isNumber: true, cell: (row) => ('gap' in row ? '' : String(row.event.seq)) },
    { id: 'kind', title: 'Event', width: 13, cell: (row) => ('gap' in row ? '▲ gap' : <Kind event={row.event} />) },
    { id: 'what', title: 'What', width: 16, grows: true, cell: (row) => <What row={row} /> },
  ];
  return all.filter((column) => column !== false);
}

function What({ row }: { row: FeedRow }) {
  const text = 'gap' in row ? gapText(row.gap) : eventText(row.event);
  return <span title={text}>{text}</span>;
}

export function Events({ params }: ScreenProps) {
  const hub = hubOf(params);
  const [isPaused, setPaused] = useState(false);
  const { facts, heard, forget } = useStreamState();
  const { rows, waiting, problem, isAsking, find } = useFeed(hub, params, isPaused, heard);
  const here = Object.fromEntries(params);
  const opened = params.get('event');
  const lists = hub === '*';

  return (
    <>
      <div class="filters">
        <FilterField label="Kinds" name="kinds" params={params} hint="all but signals" known={KINDS} />
        <FilterField label="Namespace" name="namespace" params={params} hint="chat" />
        <FilterField label="Peer or hub" name="peer" params={params} hint="its whole id" />
        <FilterField label="Address" name="address" params={params} hint="10.0.0.9" />
        <FilterField label="Reasons" name="reasons" params={params} hint="transport_lost" />
        <FilterField label="From" name="from" params={params} hint="10m or 14:03" known={['now', 'earliest', '10m', '1h']} />
      </div>
      <p class="row">
        <button aria-pressed={isPaused} onClick={() => setPaused(!isPaused)}>{isPaused ? 'Go on' : 'Pause'}</button>
        <b>{counted(rows.length, 'row')}</b>
        <HubChoice hubId={hub} />
        {isPaused
          ? <span class="warn" role="status">paused; {counted(waiting, 'event')} came since</span>
          : problem === undefined && <StreamState facts={facts} onForget={forget} />}
        {rows.length === MOST_ROWS && <span class="quiet">older ones are left out here</span>}
      </p>
      <Problem text={problem} />
      <Beside panel={opened && (
        <OneEvent key={opened} name={opened} event={find(opened)} params={params} close={address('events', { ...here, event: '' })} />
      )}>
        <Table caption="Events, the newest first" columns={columns(lists)} rows={rows} keyOf={(row) => row.key}
          href={(row) => ('gap' in row ? undefined : address('events', { ...here, event: row.key }))} opened={opened ?? undefined}
          isMarked={(row) => 'gap' in row} empty={isAsking ? 'asking …' : 'nothing yet'} />
      </Beside>
      <Command words={eventsWords(params, Date.now())} />
    </>
  );
}

// The event stays while it is open, also when the list has forgotten it.
function OneEvent({ name, event, params, close }: { name: string; event: Event | undefined; params: URLSearchParams; close: string }) {
  const [kept, setKept] = useState(event);
  useEffect(() => {
    if (event && !kept) setKept(event);
  }, [event]);
  if (!kept) {
    return (
      <Panel title={`Event ${name.split('.').at(-1)}`} close={close}>
        <p class="quiet">It is not in this list, or not any more.</p>
      </Panel>
    );
  }
  const seq = String(kept.seq);
  return (
    <Panel title={`${kindName(kept.kind)}, number ${seq}`} close={close}>
      <p>{eventText(kept)}</p>
      <p class="quiet">{timeText(kept.time)}</p>
      <pre tabIndex={0} aria-label="The whole event">{JSON.stringify(toJson(EventSchema, kept), null, 2)}</pre>
      <p class="row"><a href={address('events', { hub: hubOf(params), from: seq })}>All from this one on</a></p>
      <Command words={['events', ...hubWords(params), '--from-seq', seq, '--epoch', kept.epoch, '--limit', '1', '-o', 'json']} />
    </Panel>
  );
}
