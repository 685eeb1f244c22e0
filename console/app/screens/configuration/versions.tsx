// SPDX-License-Identifier: Apache-2.0

import type { GetServerInfoResponse } from '#proto/pigeonhub/v1/server_service_pb';

import { server } from '../../api/clients';
import { usePoll } from '../../api/poll';
import { ofHubs } from '../../api/wakes';
import { Command } from '../../parts/command';
import { useNow } from '../../parts/now';
import { Problem } from '../../parts/problem';
import { ShortId } from '../../parts/short_id';
import { Table } from '../../parts/table';
import { ageText, DASH, timeText } from '../../parts/units';

const EVERY = 15_000;

// Each address once, with what it is for.
function addressesText(info: GetServerInfoResponse): string {
  const parts: [string, string[]][] = [
    ['peers', info.signalingAddresses], ['hubs', info.hubAddresses], ['control', info.controlAddresses], ['metrics', info.metricsAddresses],
  ];
  return parts.filter(([, list]) => list.length > 0).map(([name, list]) => `${name} ${list.join(', ')}`).join(' · ');
}

// All hubs of the mesh, whichever the screen is about: which runs what.
export function Versions() {
  const now = useNow();
  const { answer, problem } = usePoll((signal) => server.getServerInfo({ hubId: '*' }, { signal }), EVERY, [], { hubId: '*', kinds: ofHubs });
  const infos = answer ? (answer.perHub.length > 0 ? answer.perHub : [answer]) : [];
  const isMixed = infos.some((info) => info.version !== infos[0]!.version);
  return (
    <section>
      <h2>Hubs and their versions</h2>
      <Problem text={problem} />
      {isMixed && <p class="warn"><i class="mark" aria-hidden="true">▲</i> not all hubs run the same version</p>}
      <Table wraps caption="Hubs and their versions" rows={infos} keyOf={(row) => row.hubPeerId} empty="asking …" columns={[
        { id: 'hub', title: 'Hub', width: 6.5, cell: (row) => <ShortId id={row.hubPeerId} /> },
        { id: 'version', title: 'Version', width: 6, cell: (row) => row.version },
        { id: 'start', title: 'Runs for', width: 6, isNumber: true,
          cell: (row) => <span title={timeText(row.startTime)}>{ageText(row.startTime, now)}</span> },
        { id: 'pid', title: 'Process', width: 5.5, isNumber: true, cell: (row) => String(row.pid) },
        { id: 'addresses', title: 'Addresses', width: 16, grows: true, cell: (row) => addressesText(row) || DASH },
      ]} />
      {answer?.unreachable.map(({ hubId, reason }) => (
        <p key={hubId} class="warn"><i class="mark" aria-hidden="true">▲</i> hub <ShortId id={hubId} />: {reason}</p>
      ))}
      <Command words={['server', 'info', '--hub', '*']} />
    </section>
  );
}
