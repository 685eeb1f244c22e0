// SPDX-License-Identifier: Apache-2.0
//
// What the end of a connection to a hub means to an app.

export interface Close {
  code: number;
  reason: string; // a name of the table of reasons, as `pigeonctl errors` takes it; empty if it is none
  meaning: string;
  fix: string;
  retry: boolean; // whether trying again can help without a change here; the client tries in any case
}

export interface CloseReason {
  name: string;
  code: number;
  text: string;
  advice: string;
}

// What the hub minds is gone later, or with a new token.
const PASSES = new Set(['token_expired', 'maximum_connections', 'replaced', 'announce_timeout', 'rate_limit']);
// The codes that say: what you sent is wrong.
const OUR_FAULT = new Set([1002, 1003, 1007, 1008, 1009, 1010]);

const BROKEN = {
  meaning: 'The connection to the hub broke without a word.',
  fix: 'Nothing if it happens now and then. If it happens often, look at the network and at the idle timeouts of the proxies.',
};
const NEVER_OPEN = {
  meaning: 'The hub did not answer, or refused before the connection was open.',
  fix:
    "Is it running, and is the address right (ws:// or wss://)? If it refused, the browser's console has the HTTP status: " +
    '401 and 403 are about the token or the Origin, 429 and 503 pass.',
};

// A hub on this machine is seldom behind TLS, and a page that came over http needs none.
function tlsForNothing(hub: string, page: string | undefined): string | undefined {
  const { protocol, hostname, host } = new URL(hub);
  if (protocol !== 'wss:' || page !== 'http:' || !['localhost', '127.0.0.1', '[::1]'].includes(hostname)) return undefined;
  return `Write ws://${host}: this hub speaks ws:// unless it was started with --tls-cert.`;
}

// `text` is the reason of the close frame; `opened` says whether the connection was ever open; `hub` is the address that was
// dialed, and `page` the scheme of the page, "http:".
export function explainClose(
  { code, text, opened, hub, page }: { code: number; text: string; opened: boolean; hub: string; page: string | undefined },
  reasons: readonly CloseReason[],
): Close {
  const known = reasons.find((row) => row.code === code && (row.text === '' || row.text === text));
  if (known) {
    const retry = !OUR_FAULT.has(code) || PASSES.has(known.name);
    return { code, reason: known.name, meaning: known.text || text || known.name.replaceAll('_', ' '), fix: known.advice, retry };
  }
  if (code === 1006) {
    const wrongScheme = opened ? undefined : tlsForNothing(hub, page);
    return { code, reason: '', ...(opened ? BROKEN : NEVER_OPEN), ...(wrongScheme && { fix: wrongScheme }), retry: true };
  }
  return { code, reason: '', meaning: text || `Closed with code ${code}.`, fix: '', retry: !OUR_FAULT.has(code) };
}
