// SPDX-License-Identifier: Apache-2.0

import { useState } from 'preact/hooks';

import type { SetNamespacePolicyResponse } from '#proto/pigeonhub/v1/namespace_service_pb';

import { namespaces } from '../../api/clients';
import type { Session } from '../../api/session';
import { Change } from '../../parts/change';
import { counted, reasonText } from '../../parts/units';
import { fieldsProblem, KEY_NAMES, KEYS, NO_FIELDS, policyOf, policyWords, type PolicyFields, type PolicyKey } from './policy';

interface PolicyChangeProps {
  session: Session;
  hubId: string;
  hubWords: string[];
  name: string;
  onDone: () => void;
}

const SOME = 5;

// How many have to leave, who, and why.
export function evictedText(answer: SetNamespacePolicyResponse): string {
  if (answer.evictedCount === 0n) return '';
  const some = answer.evictedPeers.slice(0, SOME).map((peer) => peer.peerId.slice(0, 8)).join(', ');
  const reasons = [...new Set(answer.evictedPeers.map((peer) => reasonText(peer.reason)))].join(', ');
  return `${counted(answer.evictedCount, 'member')} (${some}${answer.evictedPeers.length > SOME ? ', …' : ''}; ${reasons})`;
}

export function PolicyChange({ session, hubId, hubWords, name, onDone }: PolicyChangeProps) {
  const [fields, setFields] = useState<PolicyFields>(NO_FIELDS);
  const [evict, setEvict] = useState(false);
  const wrong = fieldsProblem(fields);
  const run = async ({ validateOnly, requestId }: { validateOnly: boolean; requestId: string }, signal: AbortSignal) => {
    const request = { hubId, name, policy: policyOf(fields), requestId };
    if (!validateOnly) {
      const left = evictedText(await namespaces.setNamespacePolicy({ ...request, evict }, { signal }));
      return left === '' ? 'It holds.' : `It holds. ${left} had to leave.`;
    }
    // The same question with eviction says how far it would reach, also where nobody has to leave.
    const reach = evictedText(await namespaces.setNamespacePolicy({ ...request, evict: true, validateOnly }, { signal }));
    if (!evict) await namespaces.setNamespacePolicy({ ...request, evict, validateOnly }, { signal });
    if (reach === '') return 'it holds for newcomers; all members that are there fit in with it.';
    return evict ? `${reach} have to leave.` : `it holds for newcomers. ${reach} stay though it would not let them in; apply it to members to close them.`;
  };
  return (
    <Change session={session} label="Change policy" title={`Policy of ${name}`} onDone={onDone}
      words={[...policyWords(name, fields, evict), ...hubWords]}
      inputs={[...Object.values(fields), evict]}
      ready={wrong === undefined && (evict || Object.values(fields).some((value) => value !== ''))} run={run}>
      <p class="quiet">Empty fields leave a key as it is. It lasts until the process ends; what should last stands in the configuration file.</p>
      {KEY_NAMES.map((key) => (
        <PolicyField key={key} name={key} value={fields[key]} onValue={(value) => setFields({ ...fields, [key]: value })} />
      ))}
      <label class="field switch">
        <input type="checkbox" checked={evict} onChange={(event) => setEvict(event.currentTarget.checked)} />
        <span>Apply it to members: close those it would not let in</span>
      </label>
      {wrong && <p class="problem" role="alert">{wrong}</p>}
    </Change>
  );
}

function PolicyField({ name, value, onValue }: { name: PolicyKey; value: string; onValue: (value: string) => void }) {
  const { title, hint, choices } = KEYS[name];
  return (
    <label class="field beside-label">
      <span>{title}</span>
      {choices ? (
        <select value={value} onChange={(event) => onValue(event.currentTarget.value)}>
          <option value="">as it is</option>
          {choices.map((choice) => <option key={choice} value={choice}>{choice}</option>)}
        </select>
      ) : (
        <input value={value} placeholder={hint} spellcheck={false} autocomplete="off"
          onInput={(event) => onValue(event.currentTarget.value.trim())} />
      )}
    </label>
  );
}

export function PolicyUnset({ session, hubId, hubWords, name, onDone }: PolicyChangeProps) {
  return (
    <Change session={session} label="Unset" title={`Forget what calls said of ${name}`} onDone={onDone}
      words={['namespaces', 'policy', 'unset', name, ...hubWords]}
      run={async ({ validateOnly, requestId }, signal) => {
        await namespaces.unsetNamespacePolicy({ hubId, name, validateOnly, requestId }, { signal });
        return validateOnly ? 'all keys that calls set are forgotten; what the configuration says holds again.' : 'It is forgotten.';
      }} />
  );
}
