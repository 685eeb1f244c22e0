// SPDX-License-Identifier: Apache-2.0

// What went wrong, in a line; nothing where nothing did.
export function Problem({ text }: { text: string | undefined }) {
  return text === undefined ? null : <p class="problem" role="alert">{text}</p>;
}
