// SPDX-License-Identifier: Apache-2.0
//
// A table of many rows, or of few. Of many only those are in the page that can be seen. Titles sort it; arrow keys go from row
// to row, Enter opens one. Where it is wider than the page it scrolls inside its frame.

import './table.css';

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

import { nextOrder, type Order } from './order';
import { rowAfterKey, scrollTo, windowOf } from './virtual';

export interface Column<Row> {
  id: string; // as the order names it
  title: string;
  width: number; // rem; the least one of a column that grows
  grows?: boolean;
  isNumber?: boolean; // stands at the right
  sorts?: boolean;
  hint?: string; // what the title means, on the pointer
  cell: (row: Row) => ComponentChildren;
}

export interface TableProps<Row> {
  caption: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  order?: Order;
  onOrder?: (order: Order) => void;
  href?: (row: Row) => string | undefined; // what a row opens
  opened?: string; // the key of the row that is open
  isMarked?: (row: Row) => boolean;
  empty?: string; // what is said where there is no row
  wraps?: boolean; // few rows, all in the page, as high as they need
}

const USUAL_HEIGHT = 30; // pixels, until a row was measured

export function Table<Row>(props: TableProps<Row>) {
  const { caption, columns, rows, wraps = false, empty = 'nothing' } = props;
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const [rowHeight, setRowHeight] = useState(USUAL_HEIGHT);
  const [wanted, setWanted] = useState<number>(); // the row that gets the focus once it is there
  const part = wraps
    ? { first: 0, end: rows.length, above: 0, below: 0 }
    : windowOf(view.top, view.height, rowHeight, rows.length);

  // A row that is gone leaves the focus to the table, not to the page.
  const hadFocus = frame.current?.contains(document.activeElement) ?? false;
  useLayoutEffect(() => {
    if (hadFocus && document.activeElement === document.body) frame.current!.focus({ preventScroll: true });
  });

  const look = () => {
    if (!frame.current) return; // A last word of an observer.
    const { scrollTop, clientHeight } = frame.current;
    setView((now) => (now.top === scrollTop && now.height === clientHeight ? now : { top: scrollTop, height: clientHeight }));
  };
  useEffect(() => {
    if (wraps) return;
    const resized = new ResizeObserver(look);
    resized.observe(frame.current!);
    return () => resized.disconnect();
  }, [wraps]);

  useLayoutEffect(() => {
    const row = frame.current!.querySelector('tbody tr[data-row]');
    const height = row?.getBoundingClientRect().height ?? 0;
    if (!wraps && height > 0 && Math.abs(height - rowHeight) > 0.5) setRowHeight(height);
  });

  useLayoutEffect(() => {
    if (wanted === undefined) return;
    const link = frame.current!.querySelector<HTMLElement>(`tr[data-row="${wanted}"] a`);
    if (!link) return;
    link.focus({ preventScroll: true });
    setWanted(undefined);
  }, [wanted, view]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || !props.href || rows.length === 0) return;
    const place = frame.current!;
    const focused = (event.target as HTMLElement).closest<HTMLElement>('tr[data-row]');
    const head = place.querySelector('thead')!.getBoundingClientRect().height;
    const page = Math.max(1, Math.floor((place.clientHeight - head) / rowHeight) - 1);
    const from = focused ? Number(focused.dataset.row) : Math.ceil(place.scrollTop / rowHeight) - 1;
    const next = rowAfterKey(event.key, from, page, rows.length);
    if (next === undefined) return;
    event.preventDefault();
    if (!wraps) {
      // The table goes on from where it is, and a row that leaves the page does not take the focus with it.
      place.focus({ preventScroll: true });
      place.scrollTop = scrollTo(next, place.scrollTop, place.clientHeight, rowHeight, head);
      look();
    }
    setWanted(next);
  };

  const least = columns.reduce((sum, column) => sum + column.width, 0);
  return (
    <div ref={frame} class={wraps ? 'table' : 'table long'} role="region" aria-label={caption} tabIndex={0}
      onScroll={wraps ? undefined : look} onKeyDown={onKeyDown}>
      <table aria-rowcount={rows.length + 1} style={{ minWidth: `${least}rem` }}>
        <caption>{caption}</caption>
        <colgroup>
          {columns.map(({ id, width, grows }) => <col key={id} style={grows ? {} : { width: `${width}rem` }} />)}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column, i) => <Title key={column.id} column={column} isFirst={i === 0} {...props} />)}
          </tr>
        </thead>
        <tbody>
          {part.above > 0 && <Space columns={columns.length} height={part.above} />}
          {rows.slice(part.first, part.end).map((row, i) => (
            <Line key={props.keyOf(row)} row={row} index={part.first + i} {...props} />
          ))}
          {part.below > 0 && <Space columns={columns.length} height={part.below} />}
        </tbody>
      </table>
      {rows.length === 0 && <p class="empty quiet">{empty}</p>}
    </div>
  );
}

function Title<Row>({ column, isFirst, order, onOrder }: TableProps<Row> & { column: Column<Row>; isFirst: boolean }) {
  const { id, title, hint, isNumber = false, sorts } = column;
  const isOrder = order?.by === id;
  const names = [isFirst && 'first', isNumber && 'number'].filter(Boolean).join(' ');
  if (!sorts || !order || !onOrder) return <th scope="col" class={names} title={hint}><span>{title}</span></th>;
  return (
    <th scope="col" class={names} title={hint} aria-sort={isOrder ? (order.down ? 'descending' : 'ascending') : undefined}>
      <button onClick={() => onOrder(nextOrder(order, id, isNumber))}>
        {title}{isOrder && <i class="mark" aria-hidden="true">{order.down ? ' ↓' : ' ↑'}</i>}
      </button>
    </th>
  );
}

function Line<Row>(props: TableProps<Row> & { row: Row; index: number }) {
  const { row, index, columns, href, isMarked, opened, keyOf } = props;
  const target = href?.(row);
  const open = (event: MouseEvent) => {
    if ((event.target as HTMLElement).closest('a, button') || getSelection()?.isCollapsed === false) return;
    location.hash = target!;
  };
  const names = [target !== undefined && 'opens', isMarked?.(row) && 'marked'].filter(Boolean).join(' ');
  return (
    <tr class={names || undefined} data-row={index} aria-rowindex={index + 2}
      aria-current={opened !== undefined && keyOf(row) === opened ? 'true' : undefined}
      onClick={target === undefined ? undefined : open}>
      {columns.map((column, i) => {
        const cell = column.cell(row);
        if (i > 0) return <td key={column.id} class={column.isNumber ? 'number' : undefined}>{cell}</td>;
        return (
          <th key={column.id} scope="row" class="first">
            {target === undefined ? cell : <a href={target}>{cell}</a>}
          </th>
        );
      })}
    </tr>
  );
}

function Space({ columns, height }: { columns: number; height: number }) {
  return <tr class="space" aria-hidden="true"><td colSpan={columns} style={{ height: `${height}px` }} /></tr>;
}
