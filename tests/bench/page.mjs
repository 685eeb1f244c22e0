// SPDX-License-Identifier: Apache-2.0
//
// The table of a page in Markdown: rows between two marks, one a case, in the order of the cases.
import { cases } from './cases.mjs';
import { short } from './table.mjs';

const BEGIN = '<!-- bench -->\n';
const END = '<!-- /bench -->\n';
const HEAD = '| name | what | ours | js | floor | ours/js | ours/floor | goal | a core does |\n' +
  '| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n';

const units = { us: 'µs' };
const middle = (range, unit = '') => (range ? `${short(range.median)} ${unit}`.trim() : '–');

function goal({ limit, of, value, met }) {
  if (!of) return met ? `≤ ${limit}` : `≤ ${limit}, **missed**`;
  return `≤ ${limit} of ${of}${met ? '' : ', **missed**'}: ${short(value)}`;
}

// How often one core can do what costs so much of it.
function perSecond({ unit, ours }) {
  if (unit !== 'us') return '–';
  return `${Number((1e6 / ours.median).toPrecision(2)).toLocaleString('en')} a second`;
}

function line(row) {
  const unit = units[row.unit] ?? row.unit;
  const cells = [
    `\`${row.name}\``, row.title,
    ...[row.ours, row.reference, row.floor].map((range) => middle(range, unit)),
    ...[row.ofReference, row.ofFloor].map((range) => middle(range)),
    row.verdicts.map(goal).join('; ') || '–', perSecond(row),
  ];
  return `| ${cells.join(' | ')} |\n`;
}

// The page with these rows instead of those of the same names.
export function withRows(page, rows) {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`the page has no table between ${BEGIN.trim()} and ${END.trim()}`);
  const old = page.slice(begin + BEGIN.length, end);
  const lines = cases.map(({ name }) => {
    const row = rows.find((one) => one.name === name);
    return row?.ours ? line(row) : old.match(new RegExp(`^\\| \`${name}\` \\|.*\\n`, 'm'))?.[0] ?? '';
  });
  return page.slice(0, begin) + BEGIN + HEAD + lines.join('') + page.slice(end);
}
