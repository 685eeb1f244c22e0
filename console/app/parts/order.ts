// SPDX-License-Identifier: Apache-2.0
//
// The order of a table, in the address and for pigeonctl: "queueBytes", or "-queueBytes" for the other way round.

export interface Order {
  by: string; // the id of a column
  down: boolean; // the largest first
}

export type Sortable = string | number;

export function parseOrder(text: string | null, fallback: string): Order {
  const word = text || fallback;
  return word.startsWith('-') ? { by: word.slice(1), down: true } : { by: word, down: false };
}

export function orderText({ by, down }: Order): string {
  return down ? `-${by}` : by;
}

// What a click on the title of a column makes of the order. Numbers are asked for the largest first.
export function nextOrder(now: Order, by: string, isNumber: boolean): Order {
  return now.by === by ? { by, down: !now.down } : { by, down: isNumber };
}

// A new list in the order of `valueOf`; rows of the same value stay as they were.
export function ordered<Row>(rows: readonly Row[], valueOf: (row: Row) => Sortable, down: boolean): Row[] {
  const keyed = rows.map((row) => ({ row, value: valueOf(row) }));
  const sign = down ? -1 : 1;
  keyed.sort((a, b) => (a.value < b.value ? -sign : a.value > b.value ? sign : 0));
  return keyed.map(({ row }) => row);
}
