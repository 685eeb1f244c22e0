// SPDX-License-Identifier: Apache-2.0
//
// The settings of one hub, or of several side by side.

import type { GetServerInfoResponse } from '#proto/pigeonhub/v1/server_service_pb';

import { DASH } from '../../parts/units';

export interface SettingRow {
  name: string;
  value: string;
  origin: string;
  hubIds: string[]; // where it is so
  differs: boolean; // hubs have different values
}

const idOf = (info: GetServerInfoResponse): string => info.hubPeerId || info.hubId;

// Hubs that have the same value from the same place share a row. In the order in which the hubs tell them.
export function settingRows(infos: readonly GetServerInfoResponse[]): SettingRow[] {
  const byName = new Map<string, SettingRow[]>();
  for (const info of infos) {
    for (const { name, value, origin } of info.config) {
      const rows = byName.get(name) ?? [];
      byName.set(name, rows);
      const same = rows.find((row) => row.value === value && row.origin === origin);
      if (same) same.hubIds.push(idOf(info));
      else rows.push({ name, value, origin, hubIds: [idOf(info)], differs: false });
    }
  }
  return [...byName.values()].flatMap((rows) => {
    const differs = rows.some((row) => row.value !== rows[0]!.value);
    return rows.map((row) => ({ ...row, differs }));
  });
}

export interface SettingFilter {
  text: string; // a part of the name or of the value
  onlySet: boolean; // leaves out what has its default everywhere
  onlyDifferent: boolean;
}

export function settingsLike(rows: readonly SettingRow[], { text, onlySet, onlyDifferent }: SettingFilter): SettingRow[] {
  const wanted = text.toLowerCase();
  return rows.filter((row) =>
    (wanted === '' || row.name.includes(wanted) || row.value.toLowerCase().includes(wanted)) &&
    (!onlySet || row.origin !== 'default' || row.differs) &&
    (!onlyDifferent || row.differs));
}

export interface Admission {
  hubId: string;
  peers: string;
  hubs: string;
}

// Whom each hub lets in, in words.
export function admissions(infos: readonly GetServerInfoResponse[], ownHub: string): Admission[] {
  return infos.map((info) => {
    const set = new Map(info.config.map(({ name, value }) => [name, value]));
    return { hubId: idOf(info) || ownHub, peers: PEERS[set.get('auth') ?? ''] ?? DASH, hubs: hubsWords(set) };
  });
}

const PEERS: Record<string, string> = {
  none: 'everybody, without a token',
  optional: 'everybody; a token is checked where one is shown',
  required: 'who shows a good token',
};

function hubsWords(set: ReadonlyMap<string, string>): string {
  if (set.get('hub') !== 'true') return 'none: it is a single hub';
  const broker = (set.get('nats') ?? '').replaceAll(/[[\]"]/g, '');
  // On the bus no hub shows a key to another: the broker decides.
  const overBroker = broker && `; over NATS, whom the broker lets in below ${set.get('nats-subject')} (${broker})`;
  return `${linkedWords(set)}${overBroker}`;
}

function linkedWords(set: ReadonlyMap<string, string>): string {
  const key = set.get('hub-key');
  switch (set.get('hub-admission')) {
    case 'open': return 'everybody who announces as one';
    case 'deny': return 'those of hub-allow alone';
    default: return key ? `who has the key of ${key}` : 'who has the key that the hubs of this user share; nobody where it cannot be made';
  }
}

const DAY = 86_400_000; // milliseconds
export const SOON = 21 * DAY;

// How a certificate stands: "valid for 58d", "ends in 4d", "expired".
export function validText(notBefore: number, notAfter: number, now: number): { text: string; isTrouble: boolean } {
  const days = Math.floor((notAfter - now) / DAY);
  if (now < notBefore) return { text: 'not valid yet', isTrouble: true };
  if (now >= notAfter) return { text: 'expired', isTrouble: true };
  return notAfter - now < SOON ? { text: `ends in ${days}d`, isTrouble: true } : { text: `valid for ${days}d`, isTrouble: false };
}
