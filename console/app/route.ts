// SPDX-License-Identifier: Apache-2.0
//
// The address of a screen, with its filter: #/peers?namespace=chat. So each view can be bookmarked and passed on.

import { useEffect, useState } from 'preact/hooks';

export interface Route {
  screen: string;
  params: URLSearchParams;
}

function current(): Route {
  const [path = '', query = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  return { screen: path || 'overview', params: new URLSearchParams(query) };
}

export function address(screen: string, params: Record<string, string> = {}): string {
  const filled = Object.entries(params).filter(([, value]) => value !== '');
  const query = new URLSearchParams(filled).toString();
  return `#/${screen}${query === '' ? '' : `?${query}`}`;
}

export function useRoute(): Route {
  const [route, setRoute] = useState(current);
  useEffect(() => {
    const look = () => setRoute(current());
    addEventListener('hashchange', look);
    look(); // The address may have changed since it was first shown.
    return () => removeEventListener('hashchange', look);
  }, []);
  return route;
}

// Changes some parameters of the screen that is shown. The way back leads to the screen before, not through each letter typed.
export function setParams(changes: Record<string, string>): void {
  const { screen, params } = current();
  const next = { ...Object.fromEntries(params), ...changes };
  history.replaceState(null, '', address(screen, next));
  dispatchEvent(new Event('hashchange'));
}
