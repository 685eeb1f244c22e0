// SPDX-License-Identifier: Apache-2.0
//
// Which rows of a long table stand in the page: those that can be seen, and some around them.

export interface RowWindow {
  first: number;
  end: number; // behind the last one
  above: number; // pixels in the place of the rows before
  below: number; // and of those behind
}

export function windowOf(
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  count: number,
  spare = 12,
): RowWindow {
  const seen = Math.ceil(viewHeight / rowHeight) + 1;
  // In steps, so that most scrolling changes nothing in the page.
  const top = Math.floor(Math.max(0, scrollTop) / rowHeight / spare) * spare;
  const first = Math.max(0, Math.min(top, count - seen) - spare);
  const end = Math.min(count, Math.min(top, count) + seen + 2 * spare);
  return { first, end, above: first * rowHeight, below: (count - end) * rowHeight };
}

// How far to scroll so that row `index` can be seen; nothing moves if it can. `header` is what covers the top.
export function scrollTo(
  index: number,
  scrollTop: number,
  viewHeight: number,
  rowHeight: number,
  header: number,
): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const room = viewHeight - header - rowHeight;
  return top > scrollTop + room ? top - room : scrollTop;
}

// The row that a key leads to from row `index`; undefined for other keys. `page` rows are seen at once.
export function rowAfterKey(key: string, index: number, page: number, count: number): number | undefined {
  const steps: Record<string, number> = {
    ArrowDown: index + 1,
    ArrowUp: index - 1,
    PageDown: index + page,
    PageUp: index - page,
    Home: 0,
    End: count - 1,
  };
  const next = steps[key];
  return next === undefined ? undefined : Math.max(0, Math.min(count - 1, next));
}
