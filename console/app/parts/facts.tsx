// SPDX-License-Identifier: Apache-2.0

import type { ComponentChildren } from 'preact';

// Names and values, aligned. What has no value is left out.
export function Facts({ facts }: { facts: [name: string, value: ComponentChildren][] }) {
  return (
    <dl class="facts">
      {facts.map(([name, value]) => value !== undefined && value !== null && value !== '' && value !== false && (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
