// SPDX-License-Identifier: Apache-2.0
//
// Keeps somebody out, or lets them in again, at all hubs of the mesh.

import type { BanResponse, BanTarget } from '#proto/pigeonhub/v1/access_service_pb';
import { useState } from 'preact/hooks';

import { access } from '../../api/clients';
import type { Session } from '../../api/session';
import { Change } from '../../parts/change';
import { parseSpan } from '../../parts/span';
import { counted, timeText } from '../../parts/units';
import { banWords, hasIssuer, TARGETS, targetText, unbanWords, type BanFields, type TargetCase } from './ban_words';

const SOME_IDS = 5;

// Also says what the caller may not have thought of.
export function banText(answer: BanResponse, isDone: boolean): string {
  const hit = counted(answer.hitCount, 'peer');
  const ids = answer.hitPeerIds.slice(0, SOME_IDS).map((id) => id.slice(0, 8)).join(', ');
  const more = answer.hitPeerIds.length > SOME_IDS ? ', …' : '';
  const whom = ids === '' ? '' : ` (${ids}${more})`;
  const end = answer.expireTime ? `, until ${timeText(answer.expireTime)}` : '';
  const replaced = answer.replaced ? ' It replaces the one in force.' : '';
  const warnings = answer.warnings.map((line) => ` ${line}.`).join('').replaceAll('..', '.');
  return `${hit} of this hub ${isDone ? 'had' : 'would have'} to leave${whom}${end}.${replaced}${warnings}`;
}

// `of` is whom it hits at first.
export function BanChange({ session, of, onDone }: { session: Session; of?: { target: TargetCase; value: string }; onDone?: () => void }) {
  const [fields, setFields] = useState<BanFields>({
    target: of?.target ?? 'address', value: of?.value ?? '', issuer: '', span: '1h', reason: '', keepChannels: false,
  });
  const set = (some: Partial<BanFields>) => setFields((now) => ({ ...now, ...some }));
  const seconds = parseSpan(fields.span);
  const { target, value, issuer } = fields;
  return (
    <Change session={session} danger label="Ban" title={of ? `Ban ${value.slice(0, 8)}` : 'Ban somebody'}
      words={banWords(fields)} inputs={Object.values(fields)} ready={value !== '' && seconds !== undefined} onDone={onDone}
      run={async ({ validateOnly, requestId }, signal) => {
        const answer = await access.ban({
          target: { target: { case: target, value }, issuer: hasIssuer(target) ? issuer : '' },
          duration: { seconds: BigInt(seconds!) },
          reason: fields.reason,
          keepChannels: fields.keepChannels,
          validateOnly,
          requestId,
        }, { signal });
        return banText(answer, !validateOnly);
      }}>
      <label class="field">
        <span>Whom</span>
        <select value={target} onChange={(event) => set({ target: event.currentTarget.value as TargetCase })}>
          {Object.entries(TARGETS).map(([name, { title }]) => <option key={name} value={name}>{title}</option>)}
        </select>
      </label>
      <Text label={TARGETS[target].title} value={value} hint={TARGETS[target].hint} onText={(text) => set({ value: text.trim() })} />
      {hasIssuer(target) && (
        <Text label="Only tokens of this issuer" value={issuer} hint="anybody's" onText={(text) => set({ issuer: text.trim() })} />
      )}
      <Text label="For (at most 30d)" value={fields.span} hint="1h" onText={(text) => set({ span: text.trim() })} />
      <Text label="Reason, for other operators" value={fields.reason} hint="spam" onText={(text) => set({ reason: text })} />
      <label class="field switch">
        <input type="checkbox" checked={fields.keepChannels}
          onChange={(event) => set({ keepChannels: event.currentTarget.checked })} />
        <span>Leave their data channels open</span>
      </label>
    </Change>
  );
}

export function Text(props: { label: string; value: string; hint?: string; onText: (text: string) => void }) {
  return (
    <label class="field">
      <span>{props.label}</span>
      <input value={props.value} placeholder={props.hint} spellcheck={false} autocomplete="off"
        onInput={(event) => props.onText(event.currentTarget.value)} />
    </label>
  );
}

export function UnbanChange({ session, target, onDone, onClose }: {
  session: Session;
  target: BanTarget;
  onDone: () => void;
  onClose: () => void;
}) {
  return (
    <Change session={session} label="Lift" title={`Let in again: ${targetText(target)}`} words={unbanWords(target)}
      onDone={onDone} onClose={onClose}
      run={async ({ validateOnly, requestId }, signal) => {
        const { liftedCount } = await access.unban({ target, validateOnly, requestId }, { signal });
        if (validateOnly) return 'they may come back, at all hubs.';
        return liftedCount > 1n ? 'The ban and the revocation are lifted.' : 'It is lifted.';
      }} />
  );
}
