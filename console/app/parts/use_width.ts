// SPDX-License-Identifier: Apache-2.0

import { useEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

// The width of an element in whole steps of 40 pixels, so that what depends on it seldom changes; 0 before it is shown.
export function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry!.contentRect.width / 40) * 40));
    observer.observe(element.current!);
    return () => observer.disconnect();
  }, []);
  return width;
}
