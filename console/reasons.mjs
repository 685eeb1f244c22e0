// SPDX-License-Identifier: Apache-2.0
//
// The reasons for which a hub closes a WebSocket, from the table of docs/operations.md.

const ROW = /^\| `(\w+)` \| (\d{4})(?: `([^`]+)`)? \| (.+) \|$/gm;

// [{name, code, text, advice}] of `guide`, the text of that page; `text` is empty where the table has none.
export function closeReasons(guide) {
  const table = guide.split('\n## Reasons and close codes\n')[1]?.split('\n## ')[0] ?? '';
  const reasons = [...table.matchAll(ROW)].map(([, name, code, text, advice]) => ({
    name,
    code: Number(code),
    text: text ?? '',
    advice: advice.replaceAll('`', ''),
  }));
  if (reasons.length === 0) throw new Error('docs/operations.md has no table of reasons and close codes');
  return reasons;
}
