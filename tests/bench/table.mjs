// SPDX-License-Identifier: Apache-2.0
//
// From the reports of all rounds to what a person reads. With an odd number of rounds a median is a
// figure that was measured; ratios are taken round by round, of measurements next to each other.

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function spread(numbers) {
  if (numbers.length === 0) return null;
  return { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };
}

function short(number) {
  if (number >= 1000) return number.toFixed(0);
  return number.toPrecision(3);
}

function withRange(range) {
  if (!range) return '-';
  return `${short(range.median)} (${short(range.min)}-${short(range.max)})`;
}

// One row a case: {name, title, unit, targets, ours, reference, ratio, verdicts, reports}.
export function summarize(cases, rounds) {
  const rows = cases.map((one) => rowOf(one, rounds.map((round) => round[one.name])));
  for (const row of rows) row.verdicts = verdicts(row, rows);
  return rows;
}

function rowOf({ name, title, unit, targets, figure }, pairs) {
  const of = (server) => pairs.flatMap((pair) => pair[server] ?? []);
  const ours = spread(of('pigeonhub').map(figure));
  const reference = spread(of('reference').map(figure));
  const ratios = pairs
    .filter((pair) => pair.pigeonhub && pair.reference)
    .map((pair) => figure(pair.pigeonhub) / figure(pair.reference));
  return {
    name, title, unit, targets, ours, reference,
    ratio: ours && reference && { ...spread(ratios), median: ours.median / reference.median },
    reports: { pigeonhub: of('pigeonhub'), reference: of('reference') },
  };
}

function verdicts(row, rows) {
  const { ofReference, ofCase, atMost } = row.targets;
  const list = [];
  const judge = (value, limit, of) => list.push({ limit, of, value, met: value <= limit });
  if (ofReference && row.ratio) judge(row.ratio.median, ofReference, 'reference');
  if (atMost && row.ours) judge(row.ours.median, atMost, null);
  const other = ofCase && rows.find((one) => one.name === ofCase.name);
  if (other?.ours && row.ours) {
    judge(row.ours.median / other.ours.median, ofCase.share, ofCase.name);
  }
  return list;
}

function inWords({ limit, of, value, met }) {
  const bound = of ? `<= ${limit} of ${of}` : `<= ${limit}`;
  return `${bound}: ${met ? 'met' : 'missed'} (${short(value)})`;
}

function columns(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  const align = (cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]));
  return lines.map((line) => line.map(align).join('  ').trimEnd()).join('\n');
}

// What counts first: the cost of an operation and how it compares.
export function costTable(rows) {
  const head = ['cost of an operation', 'unit', 'pigeonhub', 'reference', 'ratio', 'target'];
  return columns([
    head,
    ...rows.map((row) => [
      row.title, row.unit, withRange(row.ours), withRange(row.reference), withRange(row.ratio),
      row.verdicts.map(inWords).join('; ') || '-',
    ]),
  ]);
}

const details = [
  ['us/operation', 'server_cpu_us_per_operation'],
  ['operations/s', 'operations_per_second'],
  ['p50 ms', 'p50_ms'],
  ['p99 ms', 'p99_ms'],
  ['server core', 'server_cpu_share'],
  ['generator core', 'generator_cpu_share'],
  ['RSS MiB', 'server_resident_bytes', 1 / 1024 / 1024],
];

// Then the rest, as medians. A generator near 1.00 of its core sets the rate itself.
export function detailTable(rows) {
  const lines = [['case', 'server', ...details.map(([title]) => title)]];
  for (const row of rows) {
    for (const [server, reports] of Object.entries(row.reports)) {
      if (reports.length === 0) continue;
      const middle = (name, scale = 1) =>
        name in reports[0] ? short(median(reports.map((report) => report[name])) * scale) : '-';
      lines.push([row.name, server, ...details.map(([, name, scale]) => middle(name, scale))]);
    }
  }
  return columns(lines);
}
