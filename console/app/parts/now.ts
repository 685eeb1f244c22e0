// SPDX-License-Identifier: Apache-2.0

import { useEffect, useState } from 'preact/hooks';

// The time, in milliseconds, anew each second: for ages.
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => document.hidden || setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
