// SPDX-License-Identifier: Apache-2.0
//
// The limits in force, and who comes to them.

import { useEffect, useState } from 'preact/hooks';

import type { AddressCount, PeerCount } from '#proto/pigeonhub/v1/common_pb';
import { EventKind } from '#proto/pigeonhub/v1/event_service_pb';
import type { Limit } from '#proto/pigeonhub/v1/server_service_pb';

import { events, server } from '../../api/clients';
import { follow } from '../../api/live';
import { usePoll } from '../../api/poll';
import { ofLimits } from '../../api/wakes';
import { Command } from '../../parts/command';
import { eventText, gapText } from '../../parts/event_text';
import { FilterSwitch } from '../../parts/filter_field';
import { hubOf, hubWords } from '../../parts/hub_words';
import { Problem } from '../../parts/problem';
import { ShortId } from '../../parts/short_id';
import { StreamState, useStreamState } from '../../parts/stream_state';
import { Table, type Column } from '../../parts/table';
import { clockText, countText, DASH, spanText, toMillis } from '../../parts/units';
import { address } from '../../route';
import { EventFeed, oldestFirst, type FeedRow } from '../events/feed';

const EVERY = 3000;
const LATELY = 12;

function AddressLink({ hub, row }: { hub: string; row: AddressCount }) {
  return <><a href={address('events', { hub, address: row.address })}>{row.address}</a> {countText(row.count)} </>;
}

function PeerLink({ hub, row }: { hub: string; row: PeerCount }) {
  return <><a href={address('peers', { hub, peer: row.peerId })}><ShortId id={row.peerId} /></a> {countText(row.count)} </>;
}

function columns(hub: string, window: string): Column<Limit>[] {
  const all: (Column<Limit> | false)[] = [
    { id: 'name', title: 'Limit', width: 12, cell: (row) => row.name },
    hub === '*' && { id: 'hubId', title: 'Hub', width: 6, cell: (row) => (row.hubId === '' ? DASH : <ShortId id={row.hubId} />) },
    { id: 'value', title: 'Value', width: 7, cell: (row) => row.value || DASH },
    { id: 'origin', title: 'From', width: 9, cell: (row) => (
      <span class="quiet">{row.origin}{row.exceptions > 0n && `, ${row.exceptions} other by policy`}</span>
    ) },
    { id: 'recentHits', title: `Last ${window}`, width: 6, isNumber: true, hint: 'How often somebody came to it',
      cell: (row) => (row.recentHits > 0n ? <b class="warn">{countText(row.recentHits)}</b> : '0') },
    { id: 'totalHits', title: 'Ever', width: 5, isNumber: true, cell: (row) => countText(row.totalHits) },
    { id: 'who', title: 'Who did', width: 13, grows: true, cell: (row) => (
      <>
        {row.addresses.map((one) => <AddressLink key={one.address} hub={hub} row={one} />)}
        {row.peers.map((one) => <PeerLink key={one.peerId} hub={hub} row={one} />)}
      </>
    ) },
  ];
  return all.filter((column) => column !== false);
}

export function Limits({ params }: { params: URLSearchParams }) {
  const hubId = hubOf(params);
  const { answer, problem } = usePoll((signal) => server.getLimits({ hubId }, { signal }), EVERY, [hubId], { hubId, kinds: ofLimits });
  const all = params.get('limits') === 'yes';
  const limits = (answer?.limits ?? []).filter((limit) => all || limit.totalHits > 0n);
  const window = answer?.window ? spanText(toMillis(answer.window)) : 'minutes';
  return (
    <section>
      <h2>Limits</h2>
      <Problem text={problem} />
      <FilterSwitch label="Also those that nobody came to" name="limits" params={params} />
      <Table wraps caption="Limits in force" columns={columns(hubId, window)} rows={limits}
        keyOf={(row) => `${row.hubId} ${row.name}`} empty={answer ? 'nobody came to a limit' : 'asking …'} />
      <Lately hubId={hubId} />
      <Command words={['server', 'limits', ...hubWords(params)]} />
    </section>
  );
}

// The hits of limits as they happen.
function Lately({ hubId }: { hubId: string }) {
  const [rows, setRows] = useState<readonly FeedRow[]>([]);
  const { facts, heard, forget } = useStreamState();
  useEffect(() => {
    const abort = new AbortController();
    const feed = new EventFeed(LATELY);
    const filter = { kinds: [EventKind.LIMIT_HIT] };
    const show = () => abort.signal.aborted || setRows(feed.newestFirst());
    setRows([]);
    events.listEvents({ hubId, filter, newestFirst: true, pageSize: LATELY }, { signal: abort.signal }).then((kept) => {
      for (const event of oldestFirst(kept.events)) feed.addEvent(event);
      show();
    }, () => undefined); // The stream says what is wrong.
    const stop = follow({ hubId, filter }, {
      onState: heard.onState,
      onEvent: (event) => {
        feed.addEvent(event);
        show();
      },
      onGap: (gap) => {
        feed.addGap(gap);
        heard.onGap(gap);
        show();
      },
    });
    return () => {
      abort.abort();
      stop();
    };
  }, [hubId]);
  return (
    <>
      <p class="row lately"><b>Hits, the newest first</b><StreamState facts={facts} onForget={forget} /></p>
      <ul class="lines">
        {rows.map((row) => (
          <li key={row.key}>
            <span class="quiet">{'gap' in row ? '' : row.event.time && clockText(toMillis(row.event.time))}</span>
            <span>{'gap' in row ? gapText(row.gap) : eventText(row.event)}</span>
          </li>
        ))}
      </ul>
      {rows.length === 0 && <p class="quiet">none is kept</p>}
    </>
  );
}
