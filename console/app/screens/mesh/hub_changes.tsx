// SPDX-License-Identifier: Apache-2.0
//
// What an operator can do to a hub: drain it, end that, close it out, let it back in.

import { create } from '@bufbuild/protobuf';
import { DurationSchema } from '@bufbuild/protobuf/wkt';
import { useState } from 'preact/hooks';

import { ServingState } from '#proto/pigeonhub/v1/common_pb';

import { hubs, server } from '../../api/clients';
import type { Session } from '../../api/session';
import { Change, type ChangeRequest } from '../../parts/change';
import { counted, countText, shortId } from '../../parts/units';

interface HubProps {
  session: Session;
  id: string;
  isSelf: boolean;
  onDone: () => void;
}

type Offered = HubProps & { offered: boolean };

export function HubChanges({ state, isQuarantined, ...props }: HubProps & {
  state: ServingState | undefined; // undefined: the hub did not say
  isQuarantined: boolean;
}) {
  return (
    <div class="row">
      <Drain {...props} offered={state === ServingState.SERVING} />
      <Undrain {...props} offered={state === ServingState.DRAINING} />
      <Release {...props} offered={isQuarantined} />
      <Quarantine {...props} offered={!isQuarantined && !props.isSelf} />
    </div>
  );
}

// Empty for the hub that is asked, which needs not ask another.
const target = ({ id, isSelf }: HubProps): string => (isSelf ? '' : id);
const hubWords = (props: HubProps): string[] => (props.isSelf ? [] : ['--hub', props.id]);

function Drain(props: Offered) {
  const [text, setText] = useState('');
  const seconds = text.trim() === '' ? undefined : Number(text);
  const ready = seconds === undefined || (Number.isInteger(seconds) && seconds >= 0 && seconds <= 86_400);
  const run = async (change: ChangeRequest, signal: AbortSignal): Promise<string> => {
    const over = seconds === undefined ? undefined : create(DurationSchema, { seconds: BigInt(seconds) });
    // The first answer says enough; the drain goes on when nobody listens.
    for await (const progress of server.drain({ hubId: target(props), over, ...change }, { signal })) {
      const left = counted(progress.remaining, 'connection');
      if (change.validateOnly) return `newcomers are turned away, and ${left} would be closed.`;
      return progress.done ? 'drained, nobody is left.' : `draining, ${left} of ${countText(progress.total)} left.`;
    }
    throw new Error('the hub did not say how far the drain is');
  };
  return (
    <Change session={props.session} offered={props.offered} danger label="Drain" title={`Drain hub ${shortId(props.id)}`}
      words={['server', 'drain', ...(ready && seconds !== undefined ? ['--over', `${seconds}s`] : []), ...hubWords(props)]}
      run={run} onDone={props.onDone} inputs={[text]} ready={ready}>
      <label for="drain-over">Spread the closing over so many seconds; empty: as the hub is set up, 0: at once</label>
      <input id="drain-over" inputMode="numeric" value={text} aria-invalid={!ready}
        onInput={(event) => setText(event.currentTarget.value)} />
    </Change>
  );
}

function Undrain(props: Offered) {
  const run = async (change: ChangeRequest, signal: AbortSignal): Promise<string> => {
    const { connections } = await server.undrain({ hubId: target(props), ...change }, { signal });
    const left = counted(connections, 'connection');
    return change.validateOnly ? `the drain would end, with ${left} left.` : `newcomers are welcome again, with ${left} left.`;
  };
  return (
    <Change session={props.session} offered={props.offered} label="Undrain" title={`End the drain of hub ${shortId(props.id)}`}
      words={['server', 'undrain', ...hubWords(props)]} run={run} onDone={props.onDone} />
  );
}

function Quarantine(props: Offered) {
  const run = async (change: ChangeRequest, signal: AbortSignal): Promise<string> => {
    await hubs.quarantineHub({ peerId: props.id, ...change }, { signal });
    return change.validateOnly
      ? 'it would be closed out here: no link, no connection, nothing that it says counts. Bans that it made are lifted. '
        + 'Other hubs go on with it.'
      : 'it is in quarantine until it is released or this hub ends.';
  };
  return (
    <Change session={props.session} offered={props.offered} danger label="Quarantine" title={`Quarantine hub ${shortId(props.id)}`}
      words={['hubs', 'quarantine', props.id]} run={run} onDone={props.onDone} />
  );
}

function Release(props: Offered) {
  const run = async (change: ChangeRequest, signal: AbortSignal): Promise<string> => {
    await hubs.releaseHub({ peerId: props.id, ...change }, { signal });
    return change.validateOnly ? 'it would be released, and dialed again.' : 'it may come back.';
  };
  return (
    <Change session={props.session} offered={props.offered} label="Release" title={`Release hub ${shortId(props.id)}`}
      words={['hubs', 'release', props.id]} run={run} onDone={props.onDone} />
  );
}
