// SPDX-License-Identifier: Apache-2.0

import { mesh } from '../api/clients';
import { usePoll } from '../api/poll';
import { ofHubs } from '../api/wakes';
import { setParams } from '../route';
import { shortId } from './units';

const EVERY = 10_000;

// Whose figures a screen shows: `hub` of the address. Nothing where there is only one hub.
export function HubChoice({ hubId }: { hubId: string }) {
  const { answer } = usePoll((signal) => mesh.getTopology({}, { signal }), EVERY, [], { hubId: '', kinds: ofHubs });
  const others = (answer?.hubs ?? []).filter((hub) => !hub.self);
  if (others.length === 0 && hubId === '') return null;
  const isUnknown = hubId !== '' && hubId !== '*' && !others.some((hub) => hub.peerId === hubId);
  return (
    <label class="choice">
      <span class="quiet">of</span>{' '}
      <select value={hubId} onChange={(event) => setParams({ hub: event.currentTarget.value })}>
        <option value="">this hub</option>
        <option value="*">all hubs</option>
        {others.map(({ peerId, region }) => (
          <option key={peerId} value={peerId}>{shortId(peerId)}{region && `, ${region}`}</option>
        ))}
        {isUnknown && <option value={hubId}>{shortId(hubId)}</option>}
      </select>
    </label>
  );
}
