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

export function short(number) {
  if (number >= 1000 || number === 0) return number.toFixed(0);
  return number.toPrecision(3);
}

function withRange(range) {
  if (!range) return '-';
  return `${short(range.median)} (${short(range.min)}-${short(range.max)})`;
}

// One row a case: {name, title, unit, targets, ours, reference, floor, ofReference, ofFloor, verdicts, reports}.
export function summarize(cases, rounds) {
  const rows = cases.map((one) => rowOf(one, rounds.map((round) => round[one.of ?? one.name])));
  for (const row of rows) row.verdicts = verdicts(row, rows);
  return rows;
}

function rowOf({ name, title, unit, targets, figure, of: origin }, rounds) {
  const of = (server) => rounds.flatMap((reports) => reports[server] ?? []);
  const ours = spread(of('pigeonhub').map(figure));
  const [reference, floor] = ['reference', 'floor'].map((server) => spread(of(server).map(figure)));
  const ratio = (server, other) => {
    const both = rounds.filter((reports) => reports.pigeonhub && reports[server]);
    const ratios = both.map((reports) => figure(reports.pigeonhub) / figure(reports[server]));
    return both.length > 0 ? { ...spread(ratios), median: ours.median / other.median } : null;
  };
  return {
    name, title, unit, targets, ours, reference, floor,
    ofReference: ratio('reference', reference), ofFloor: ratio('floor', floor),
    reports: origin ? {} : { pigeonhub: of('pigeonhub'), reference: of('reference'), floor: of('floor') },
  };
}

function verdicts(row, rows) {
  const { ofReference, ofFloor, ofCase, atMost } = row.targets;
  const list = [];
  const judge = (value, limit, of) => list.push({ limit, of, value, met: value <= limit });
  if (ofReference && row.ofReference) judge(row.ofReference.median, ofReference, 'reference');
  if (ofFloor && row.ofFloor) judge(row.ofFloor.median, ofFloor, 'floor');
  if (atMost && row.ours) judge(row.ours.median, atMost, null);
  const other = ofCase && rows.find((one) => one.name === ofCase.name);
  if (other?.ours && row.ours) {
    judge(row.ours.median / other.ours.median, ofCase.share, ofCase.name);
  }
  return list;
}

export function inWords({ limit, of, value, met }) {
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
  const head = [
    'cost of an operation', 'unit', 'pigeonhub', 'reference', 'floor', 'of reference', 'of floor', 'target',
  ];
  return columns([
    head,
    ...rows.map((row) => [
      row.title, row.unit,
      ...[row.ours, row.reference, row.floor, row.ofReference, row.ofFloor].map(withRange),
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
