// SPDX-License-Identifier: Apache-2.0
//
// One namespace, or the policy of all whose names begin so: who is in it, what holds there, and who says so.

import { Code, ConnectError } from '@connectrpc/connect';

import type { Namespace, PolicyInForce } from '#proto/pigeonhub/v1/namespace_service_pb';

import { namespaces } from '../../api/clients';
import { usePoll } from '../../api/poll';
import { ofNamespaces } from '../../api/wakes';
import type { Session } from '../../api/session';
import { Command } from '../../parts/command';
import { Facts } from '../../parts/facts';
import { hubOf, hubWords } from '../../parts/hub_words';
import { Problem } from '../../parts/problem';
import { ShortId } from '../../parts/short_id';
import { Panel } from '../../parts/side_panel';
import { Table } from '../../parts/table';
import { bytesText, countText } from '../../parts/units';
import { visible } from '../../parts/visible';
import { address } from '../../route';
import { inForceRows } from './policy';
import { PolicyChange, PolicyUnset } from './policy_change';

const EVERY = 3000;

interface AtHub {
  hubId: string; // empty: the one that was asked
  namespace?: Namespace; // none: it has no members
  inForce?: PolicyInForce;
}

// A namespace without members has a policy all the same.
async function look(hubId: string, name: string, signal: AbortSignal): Promise<AtHub[]> {
  try {
    const answer = await namespaces.getNamespace({ hubId, name }, { signal });
    return answer.perHub.length > 0 ? answer.perHub : [answer];
  } catch (error) {
    if (ConnectError.from(error).code !== Code.NotFound) throw error;
    const answer = await namespaces.getNamespacePolicy({ hubId, name }, { signal });
    return answer.perHub.length > 0 ? answer.perHub : [answer];
  }
}

export function OneNamespace({ session, params, close }: { session: Session; params: URLSearchParams; close: string }) {
  const name = params.get('namespace')!;
  const hubId = hubOf(params);
  const { answer, problem, again } = usePoll((signal) => look(hubId, name, signal), EVERY, [hubId, name], { hubId, kinds: ofNamespaces });
  const change = { session, hubId, hubWords: hubWords(params), name, onDone: again };
  const isOfMany = name.endsWith('*');
  return (
    <Panel title={isOfMany ? `Policy ${visible(name)}` : `Namespace ${visible(name)}`} close={close}>
      <Problem text={problem} />
      {answer?.map((one) => (
        <section key={one.hubId}>
          {one.hubId !== '' && <h3>At hub <ShortId id={one.hubId} /></h3>}
          {one.namespace ? <Members namespace={one.namespace} /> : !isOfMany && <p class="quiet">Nobody is in it.</p>}
          {one.inForce && (
            <>
              <h3>What holds there</h3>
              <Table wraps caption={`Policy in force for ${name}`} rows={inForceRows(one.inForce)} keyOf={(row) => row.key} columns={[
                { id: 'key', title: 'Key', width: 8.5, cell: (row) => <span title={row.title}>{row.key}</span> },
                { id: 'value', title: 'Value', width: 7, grows: true, cell: (row) => row.value },
                { id: 'origin', title: 'Said by', width: 9, grows: true, cell: (row) => <span class="quiet">{row.origin}</span> },
              ]} />
            </>
          )}
        </section>
      ))}
      <p class="row">
        <PolicyChange {...change} />
        <PolicyUnset {...change} />
        {!isOfMany && <a href={address('peers', { namespace: `=${name}`, hub: hubId })}>Its members</a>}
        {!isOfMany && <a href={address('events', { namespace: name, hub: hubId })}>Its events</a>}
      </p>
      <Command words={isOfMany ? ['namespaces', 'policy', 'get', name, ...hubWords(params)] : ['namespaces', 'get', name, ...hubWords(params)]} />
    </Panel>
  );
}

function Members({ namespace }: { namespace: Namespace }) {
  return (
    <Facts facts={[
      ['Members here', countText(namespace.localPeers)],
      ['On other hubs', countText(namespace.remotePeers)],
      ['Came, left', `${countText(namespace.joinCount)}, ${countText(namespace.leaveCount)}`],
      ['Signals', `${countText(namespace.signalCount)}, ${bytesText(namespace.signalBytes)}`],
      ...(namespace.isHubMesh ? [['Kind', 'hubs meet here; no policy holds'] as [string, string]] : []),
    ]} />
  );
}
