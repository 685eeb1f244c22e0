// SPDX-License-Identifier: Apache-2.0

import { diagnose, type Severity } from '../../api/diagnose';
import { usePoll } from '../../api/poll';
import { ofMesh } from '../../api/wakes';
import { Problem } from '../../parts/problem';
import { counted } from '../../parts/units';

const EVERY = 30_000;

const marks: Record<Severity, [mark: string, tone: string, word: string]> = {
  ERROR: ['×', 'problem', 'error'],
  WARNING: ['▲', 'warn', 'warning'],
  OK: ['✓', 'good', 'ok'],
};

// What doctor finds. Nothing of a hub that cannot say, nor of several: it looks at one.
export function Diagnosis({ hubId }: { hubId: string }) {
  const { answer, problem } = usePoll(
    (signal) => (hubId === '*' ? Promise.resolve(null) : diagnose(hubId, signal)),
    EVERY,
    [hubId],
    { hubId, kinds: ofMesh },
  );
  if (problem !== undefined) return <Problem text={`doctor: ${problem}`} />;
  if (!answer) return null;
  const ill = answer.filter((finding) => finding.severity !== 'OK');
  const well = answer.length - ill.length;
  return (
    <section aria-labelledby="doctor">
      <h2 id="doctor">What doctor finds</h2>
      <ul class="findings card">
        {ill.map(({ code, severity, subject, text, advice }) => {
          const [mark, tone, word] = marks[severity];
          return (
            <li key={`${code} ${subject} ${text}`}>
              <span class={tone}><i class="mark" aria-hidden="true">{mark}</i> <span class="hidden">{word}</span></span>
              <span>
                <code class="quiet">{code}</code> {subject && <b>{subject}: </b>}{text}
                {advice && <span class="advice quiet">{advice}</span>}
              </span>
            </li>
          );
        })}
        <li>
          <span class="good"><i class="mark" aria-hidden="true">✓</i></span>
          <span class="quiet">{counted(well, 'check')} found nothing wrong</span>
        </li>
      </ul>
    </section>
  );
}
