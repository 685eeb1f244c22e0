// SPDX-License-Identifier: Apache-2.0

import { spanOf, type Columns } from '../../api/stats_history';
import { Chart, type Curve } from '../../parts/chart';
import { bytesText, millisText, rateText, shortNumber } from '../../parts/units';

interface Picture {
  title: string;
  format: (value: number) => string;
  binary?: boolean;
  curves: [label: string, column: Exclude<keyof Columns, 'times'>][];
}

const whole = (value: number): string => (Number.isInteger(value) ? shortNumber(value).replace('.0', '') : shortNumber(value));

const pictures: Picture[] = [
  { title: 'Peers', format: whole, curves: [['here', 'peers'], ['of other hubs', 'remotePeers']] },
  { title: 'Joins', format: rateText, curves: [['', 'joins']] },
  {
    title: 'Handshakes',
    format: rateText,
    curves: [['offered', 'offered'], ['answered', 'answered'], ['connected', 'connected']],
  },
  { title: 'Signals', format: rateText, curves: [['', 'signals']] },
  { title: 'Refusals', format: rateText, curves: [['', 'refusals']] },
  { title: 'Queued', format: bytesText, binary: true, curves: [['to peers', 'queueBytes'], ['to hubs', 'linkBytes']] },
  { title: 'Loop lag', format: millisText, curves: [['p99', 'lagP99'], ['most', 'lagMax']] },
  { title: 'Memory', format: bytesText, binary: true, curves: [['', 'memory']] },
];

const LEAST = 3; // moments that make a curve

// The last 15 minutes, or those since this page looks.
export function Curves({ columns }: { columns: Columns }) {
  const span = spanOf(columns.times);
  return (
    <section aria-labelledby="curves">
      <h2 id="curves">The last {span / 60} minutes</h2>
      {columns.times.length < LEAST ? <p class="card wait" role="status">collecting …</p> : <div class="charts">
        {pictures.map(({ title, format, binary, curves }) => (
          <div class="card" key={title}>
            <Chart title={title} times={columns.times} span={span} format={format} binary={binary}
              curves={curves.map(([label, column]): Curve => ({ label, values: columns[column] }))} />
          </div>
        ))}
      </div>}
    </section>
  );
}
