// SPDX-License-Identifier: Apache-2.0

// The beginning of an id, which pigeonctl takes, too; the whole one on the pointer and in a copy.
export function ShortId({ id }: { id: string }) {
  return <code title={id}>{id.slice(0, 8)}</code>;
}
