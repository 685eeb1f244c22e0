// SPDX-License-Identifier: Apache-2.0
//
// Whom a ban hits, in a form, in words, and for pigeonctl.

import type { BanEntry, BanTarget } from '#proto/pigeonhub/v1/access_service_pb';

export type TargetCase = 'peerId' | 'subject' | 'tokenId' | 'address';

export interface BanFields {
  target: TargetCase;
  value: string;
  issuer: string; // with a subject or a token id
  span: string; // "1h"
  reason: string;
  keepChannels: boolean;
}

export const TARGETS: Record<TargetCase, { title: string; flag: string; hint: string }> = {
  peerId: { title: 'Peer id', flag: '--peer', hint: '40 hexadecimal digits' },
  subject: { title: 'User (sub of tokens)', flag: '--subject', hint: 'user42' },
  tokenId: { title: 'Token (its jti)', flag: '--token-id', hint: '9f3c' },
  address: { title: 'Address or network', flag: '--address', hint: '192.0.2.0/24' },
};

export function hasIssuer(target: TargetCase): boolean {
  return target === 'subject' || target === 'tokenId';
}

function targetWords(target: TargetCase, value: string, issuer: string): string[] {
  const words = [TARGETS[target].flag, value];
  return issuer !== '' && hasIssuer(target) ? [...words, '--issuer', issuer] : words;
}

export function banWords(fields: BanFields): string[] {
  const words = ['bans', 'add', ...targetWords(fields.target, fields.value, fields.issuer), '--for', fields.span];
  if (fields.reason !== '') words.push('--reason', fields.reason);
  if (fields.keepChannels) words.push('--keep-channels');
  return words;
}

export function unbanWords({ target, issuer }: BanTarget): string[] {
  return target.case === undefined ? ['bans', 'list'] : ['bans', 'remove', ...targetWords(target.case, target.value, issuer)];
}

// "address 192.0.2.0/24", "user user42 of https://id.example"
export function targetText({ target, issuer }: BanTarget): string {
  const names: Record<TargetCase, string> = { peerId: 'peer', subject: 'user', tokenId: 'token', address: 'address' };
  if (target.case === undefined) return 'nobody';
  return `${names[target.case]} ${target.value}${issuer === '' ? '' : ` of ${issuer}`}`;
}

export function banKey(ban: BanEntry): string {
  return `${ban.hubId} ${ban.target ? targetText(ban.target) : ''} ${ban.issuedBefore ? 'revocation' : 'ban'}`;
}
