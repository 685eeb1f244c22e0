// SPDX-License-Identifier: Apache-2.0

import { useEffect, useMemo, useState } from 'preact/hooks';

import { HandshakeHubState, type HandshakeHub } from '#proto/pigeonhub/v1/trace_service_pb';

import { ShortId } from '../../parts/short_id';
import { StreamState } from '../../parts/stream_state';
import { clockText, counted, millisText, toMillis } from '../../parts/units';
import { StepTable } from './step_table';
import { useTrace } from './use_trace';
import { barsOf, handshakesOf } from './waterfall';
import { Waterfall } from './waterfall_picture';

const LATEST = -1;

// The handshakes of the two while the page looks; the latest, or one that is chosen. `onStep`: the hubs know more now.
export function LiveTrace({ first, second, onStep }: { first: string; second: string; onStep: () => void }) {
  const { steps, hubs, stream, forgetGaps, clear } = useTrace(first, second);
  useEffect(() => {
    if (steps.length > 0) onStep();
  }, [steps]);
  const [chosen, setChosen] = useState(LATEST);
  const handshakes = useMemo(() => handshakesOf(barsOf(steps)), [steps]);
  const bars = handshakes.at(chosen) ?? handshakes.at(LATEST) ?? [];
  const numbers = useMemo(() => {
    const ids = new Set(bars.flatMap((bar) => bar.hubs));
    return new Map([...ids].map((id, i) => [id, i + 1]));
  }, [bars]);
  return (
    <section aria-labelledby="trace">
      <div class="row">
        <h2 id="trace">Handshake, live</h2>
        <StreamState facts={stream} onForget={forgetGaps} />
        {handshakes.length > 1 && (
          <label class="choice">
            <span class="quiet">shown</span>{' '}
            <select value={chosen} onChange={(event) => setChosen(Number(event.currentTarget.value))}>
              <option value={LATEST}>the latest</option>
              {handshakes.map((one, i) => <option key={i} value={i}>{i + 1}, {clockText(one[0]!.heard)}</option>)}
            </select>
          </label>
        )}
        {steps.length > 0 && <button onClick={clear}>Clear</button>}
      </div>
      {bars.length === 0 ? (
        <p class="card quiet">
          Nothing happened since this page looks. The steps of the next handshake of the two come here, as the hubs see them.
        </p>
      ) : (
        <div class="card">
          <Waterfall bars={bars} first={first} numbers={numbers} />
          <ul class="legend">
            <li>▮ waits in a hub</li>
            <li>╌ on the line</li>
            <li>▶ comes to its peer</li>
            <li>✕ is dropped</li>
            {[...numbers].map(([id, number]) => <li key={id}>{number} = hub <ShortId id={id} /></li>)}
          </ul>
          <StepTable bars={bars} first={first} numbers={numbers} />
        </div>
      )}
      <HubNotes hubs={[...hubs.values()]} />
    </section>
  );
}

const states: Record<number, string> = {
  [HandshakeHubState.SILENT]: 'does not tell: it is older, or does not admit this hub',
  [HandshakeHubState.NOT_ADMITTED]: 'is not asked, because it was not admitted by token',
  [HandshakeHubState.UNREACHABLE]: 'cannot be reached',
};

// Of those that tell: how their clocks go; of the others: why they do not.
function HubNotes({ hubs }: { hubs: HandshakeHub[] }) {
  if (hubs.length === 0) return null;
  return (
    <ul class="notes quiet">
      {hubs.map((hub) => (
        <li key={hub.hubId} class={states[hub.state] && 'warn'}>
          hub <ShortId id={hub.hubId} /> {states[hub.state] ?? clockWords(hub)}
          {hub.omittedCount > 0n && `; left out ${counted(hub.omittedCount, 'step')}`}
        </li>
      ))}
    </ul>
  );
}

function clockWords({ clockAhead, clockError }: HandshakeHub): string {
  if (!clockAhead || !clockError || toMillis(clockError) === 0) return 'tells';
  return `tells; its clock is ${millisText(toMillis(clockAhead))} ahead, ±${millisText(toMillis(clockError))}`;
}
