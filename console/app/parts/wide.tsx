// SPDX-License-Identifier: Apache-2.0

import type { ComponentChildren } from 'preact';

// What may be wider than the screen and is moved sideways then, with the keys, too. `label` names it.
export function Wide({ label, children }: { label: string; children: ComponentChildren }) {
  return <div class="wide" role="group" aria-label={label} tabIndex={0}>{children}</div>;
}
