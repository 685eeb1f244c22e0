// SPDX-License-Identifier: Apache-2.0

import type { Refusal } from '../../api/stats_history';
import { Meter } from '../../parts/meter';
import { countText, reasonText } from '../../parts/units';
import { Wide } from '../../parts/wide';
import { address } from '../../route';

export function Refusals({ refusals }: { refusals: Refusal[] }) {
  const most = Math.max(1, ...refusals.map((one) => one.lately));
  return (
    <section aria-labelledby="refusals">
      <h2 id="refusals">Refusals by reason</h2>
      {refusals.length === 0 ? (
        <p class="quiet">Nothing was refused or dropped since the hub was started.</p>
      ) : (
        <Wide label="Refusals by reason">
          <table class="narrow" aria-labelledby="refusals">
            <thead>
              <tr>
                <th scope="col">Reason</th>
                <th scope="col" class="number">15 minutes</th>
                <th scope="col"><span class="hidden">Share</span></th>
                <th scope="col" class="number">Since the start</th>
              </tr>
            </thead>
            <tbody>
              {refusals.map(({ reason, lately, total }) => (
                <tr key={reason}>
                  <td><a href={address('events', { reason: reasonText(reason) })}><code>{reasonText(reason)}</code></a></td>
                  <td class="number">{countText(lately)}</td>
                  <td><Meter share={lately / most} /></td>
                  <td class="number quiet">{countText(total)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Wide>
      )}
    </section>
  );
}
