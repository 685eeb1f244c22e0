// SPDX-License-Identifier: Apache-2.0

// The line that shows, or does, the same in a terminal. `words` are its arguments, as they are.
export function Command({ words }: { words: string[] }) {
  const line = ['pigeonctl', ...words.map(quoted)].join(' ');
  return (
    <p class="command">
      <code title={line}>{line}</code>
      <button class="small" title="Copy this command" onClick={() => void navigator.clipboard.writeText(line)}>Copy</button>
    </p>
  );
}

// As a shell takes it.
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
