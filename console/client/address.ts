// SPDX-License-Identifier: Apache-2.0

// Where the hub is that served a script: the folder that the script is in, as a WebSocket.
export function hubOfScript(src: string): string {
  return webSocketAddress(new URL('.', src).href);
}

// ws:// or wss:// for a hub that is named by any of ws, wss, http and https. Throws a TypeError for anything else.
export function webSocketAddress(hub: string): string {
  let url: URL | undefined;
  try {
    url = new URL(hub);
  } catch {
    // Told below.
  }
  if (!url || !/^(ws|http)s?:$/.test(url.protocol)) {
    throw new TypeError(`PigeonHub: '${hub}' is no address of a hub; it looks like ws://localhost:3000 or wss://hub.example.org`);
  }
  url.protocol = url.protocol.replace('http', 'ws');
  url.hash = '';
  return url.href;
}

export function withQuery(address: string, name: string, value: string | undefined): string {
  if (!value) return address;
  const url = new URL(address);
  url.searchParams.set(name, value);
  return url.href;
}

// The page of that name on the port of the hub, in the same folder.
export function besideHub(hub: string, name: string): string {
  const url = new URL(hub);
  url.protocol = url.protocol.replace('ws', 'http');
  url.search = '';
  return new URL(name, url).href;
}
