// SPDX-License-Identifier: Apache-2.0
//
// What a hub for development tells its own pages. A hub that is away or tells nothing of this is no error here.

export interface DevFacts {
  addresses: string[]; // http://…, under which other devices reach the hub
  lan: boolean;
  token?: string;
}

export interface Finding {
  code: string;
  cause: string;
  advice: string;
}

async function fetchJson(path: string): Promise<unknown> {
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(2_000) });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}

export async function devFacts(): Promise<DevFacts> {
  const facts = (await fetchJson('/dev.json')) as Partial<DevFacts> | undefined;
  return { addresses: facts?.addresses ?? [], lan: facts?.lan ?? false, token: facts?.token };
}

export async function explain(from: string, to: string): Promise<Finding[]> {
  const answer = (await fetchJson(`/explain?from=${from}&to=${to}`)) as { findings?: Finding[] } | undefined;
  return answer?.findings ?? [];
}

const isThisMachine = (host: string) => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(host);

// The link to this room for another device, undefined if none can reach the hub.
export function linkFor(facts: DevFacts, page: URL, room: string): string | undefined {
  const base = isThisMachine(page.hostname) ? facts.lan && facts.addresses[0] : page;
  if (!base) return undefined;
  const link = new URL(page.pathname, base);
  link.searchParams.set('room', room);
  return link.href;
}
