// SPDX-License-Identifier: Apache-2.0

import { DASH, millisText, reasonText, toMillis } from '../../parts/units';
import { Wide } from '../../parts/wide';
import { HandshakeStage } from '#proto/pigeonhub/v1/trace_service_pb';
import { kindText, waySaid, type Bar } from './waterfall';

// The waterfall in words.
export function StepTable({ bars, first, numbers }: { bars: Bar[]; first: string; numbers: Map<string, number> }) {
  const began = bars[0]?.heard ?? 0;
  return (
    <details>
      <summary>As a table</summary>
      <Wide label="Steps of the handshake">
        <table aria-label="Steps of the handshake">
          <thead>
            <tr>
              <th scope="col" class="number">At</th>
              <th scope="col">Step</th>
              <th scope="col">From, to</th>
              <th scope="col">Hubs</th>
              <th scope="col" class="number">In the hub</th>
              <th scope="col" class="number">On the line</th>
              <th scope="col">Remark</th>
            </tr>
          </thead>
          <tbody>
            {bars.map(({ first: step, heard, sent, came, hubs }, i) => (
              <tr key={i}>
                <td class="number">+{(heard - began).toFixed(1)} ms</td>
                <td>{kindText(step.kind)}</td>
                <td>{waySaid(step, first)}</td>
                <td>{hubs.map((hub) => numbers.get(hub)).join(' › ')}</td>
                <td class="number">{step.queue ? millisText(toMillis(step.queue)) : DASH}</td>
                <td class="number">{sent !== undefined && came !== undefined ? millisText(came - sent) : DASH}</td>
                <td class={step.stage === HandshakeStage.DROPPED ? 'problem' : undefined}>
                  {step.stage === HandshakeStage.DROPPED ? `dropped: ${reasonText(step.reason)}` : ''}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Wide>
    </details>
  );
}
