// SPDX-License-Identifier: Apache-2.0
//
// A list, and beside it what was opened of it.

import './side_panel.css';

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

export function Beside({ panel, children }: { panel: ComponentChildren; children: ComponentChildren }) {
  return (
    <div class={panel ? 'beside open' : 'beside'}>
      <div>{children}</div>
      {panel}
    </div>
  );
}

// `close` is the address without it. Whoever uses the keyboard goes on here; Escape leads back to where they were.
export function Panel({ title, close, children }: { title: string; close: string; children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    heading.current?.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !(event.target as HTMLElement).closest('dialog')) location.hash = close;
  };
  return (
    <section class="panel" aria-label={title} tabIndex={0} onKeyDown={onKeyDown}>
      <header>
        <h2 ref={heading} tabIndex={-1}>{title}</h2>
        <a href={close}>Close</a>
      </header>
      {children}
    </section>
  );
}
