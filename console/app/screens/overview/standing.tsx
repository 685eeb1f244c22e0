// SPDX-License-Identifier: Apache-2.0

import { Reason, ServingState } from '#proto/pigeonhub/v1/common_pb';
import type { GetStatsResponse } from '#proto/pigeonhub/v1/server_service_pb';

import { reasonText, spanText, toMillis } from '../../parts/units';

const STATES: Record<number, [mark: string, tone: string, text: string]> = {
  [ServingState.SERVING]: ['●', 'good', 'serving'],
  [ServingState.DRAINING]: ['◐', 'warn', 'draining'],
  [ServingState.STOPPED]: ['○', 'problem', 'stopped'],
};

// Whether it serves, for how long, and whom it turns away.
export function Standing({ stats }: { stats: GetStatsResponse }) {
  const [mark, tone, text] = STATES[stats.servingState] ?? ['?', 'quiet', 'state unknown'];
  const drained = Object.entries(stats.drainedAttributes).map(([name, value]) => `${name}=${value}`);
  return (
    <>
      <span class={`badge ${tone}`}><i class="mark" aria-hidden="true">{mark}</i> {text}</span>
      {stats.uptime && <span class="quiet">for {spanText(toMillis(stats.uptime))}</span>}
      {stats.turningAway !== Reason.UNSPECIFIED && (
        <span class="badge problem">
          <i class="mark" aria-hidden="true">▲</i> newcomers are turned away: {reasonText(stats.turningAway)}
        </span>
      )}
      {drained.length > 0 && <span class="badge warn">drains {drained.join(', ')}</span>}
      {stats.unreachable.length > 0 && (
        <span class="badge warn">
          without {stats.unreachable.map((hub) => hub.hubId.slice(0, 8)).join(', ')}, which did not answer
        </span>
      )}
    </>
  );
}
