// SPDX-License-Identifier: Apache-2.0

import type { GetServerInfoResponse, Tls } from '#proto/pigeonhub/v1/server_service_pb';

import { useNow } from '../../parts/now';
import { ShortId } from '../../parts/short_id';
import { Table } from '../../parts/table';
import { timeText, toMillis } from '../../parts/units';
import { validText } from './settings';

function Valid({ tls, now }: { tls: Tls; now: number }) {
  const { notBefore, notAfter, problem } = tls;
  const state = validText(notBefore ? toMillis(notBefore) : 0, notAfter ? toMillis(notAfter) : 0, now);
  return (
    <>
      <span class={state.isTrouble ? 'warn' : 'good'}>
        <i class="mark" aria-hidden="true">{state.isTrouble ? '▲' : '●'}</i> {state.text}
      </span>
      {problem !== '' && <div class="problem">the files now: {problem}</div>}
    </>
  );
}

// The certificate of each hub's ports for peers and hubs.
export function Certificates({ infos, isAnswered }: { infos: readonly GetServerInfoResponse[]; isAnswered: boolean }) {
  const now = useNow();
  const rows = infos.flatMap(({ hubPeerId, tls }) => (tls ? [{ hubPeerId, tls }] : []));
  return (
    <section>
      <h2>Certificates</h2>
      <Table wraps caption="Certificates" rows={rows} keyOf={(row) => row.hubPeerId}
        empty={isAnswered ? 'none: peers come by ws:// and http://' : 'asking …'} columns={[
          { id: 'hub', title: 'Hub', width: 6.5, cell: (row) => <ShortId id={row.hubPeerId} /> },
          { id: 'names', title: 'For', width: 10, grows: true, cell: (row) => row.tls.names.join(', ') },
          { id: 'issuer', title: 'Signed by', width: 9, grows: true, cell: (row) => row.tls.issuer },
          { id: 'from', title: 'From', width: 10.5, cell: (row) => timeText(row.tls.notBefore) },
          { id: 'until', title: 'Until', width: 10.5, cell: (row) => timeText(row.tls.notAfter) },
          { id: 'valid', title: 'State', width: 10, cell: (row) => <Valid tls={row.tls} now={now} /> },
          { id: 'clients', title: 'Clients', width: 8, cell: (row) => (row.tls.clientCertificates ? 'must show one' : 'need none') },
          { id: 'fingerprint', title: 'SHA-256', width: 8, cell: (row) => <code title={row.tls.fingerprint}>{row.tls.fingerprint.slice(0, 16)}…</code> },
        ]} />
    </section>
  );
}
