// SPDX-License-Identifier: Apache-2.0
//
// The policy of a namespace: as a form has it, as requests have it, and for pigeonctl.

import type { MessageInitShape } from '@bufbuild/protobuf';

import {
  OnDuplicate, PolicySource, WhoMayEnter,
  type NamespacePolicy, type NamespacePolicySchema, type PolicyInForce, type PolicyOrigin,
} from '#proto/pigeonhub/v1/namespace_service_pb';

export type PolicyInit = MessageInitShape<typeof NamespacePolicySchema>;

// Each key as it is written in the configuration file. Empty: it is not said.
export const KEYS = {
  'who': { title: 'Who may come in', hint: '', choices: ['anyone', 'token'] },
  'issuers': { title: 'Tokens of', hint: 'https://id.example, … or all', choices: undefined },
  'max-peers': { title: 'Members at this hub, at most', hint: '5000', choices: undefined },
  'announce-data': { title: 'Bytes of an announce, at most', hint: '4096', choices: undefined },
  'discovery-limit': { title: 'Members a newcomer is told of', hint: '0: all', choices: undefined },
  'duplicate': { title: 'A second connection with an id', hint: '', choices: ['probe', 'replace', 'reject'] },
  'message-rate': { title: 'Messages of a member', hint: '100/s,500 or off', choices: undefined },
  'announce-rate': { title: 'Announces of a member', hint: '1/s,10 or off', choices: undefined },
} as const;

export type PolicyKey = keyof typeof KEYS;
export type PolicyFields = Record<PolicyKey, string>;

export const KEY_NAMES = Object.keys(KEYS) as PolicyKey[];
export const NO_FIELDS = Object.fromEntries(KEY_NAMES.map((key) => [key, ''])) as PolicyFields;

const nameOf = (names: Record<number, string | undefined>, value: number | undefined): string =>
  (value ? names[value]?.toLowerCase() ?? String(value) : '');

// What a policy says, in words; what it does not say is empty.
export function fieldsOf(policy: NamespacePolicy): PolicyFields {
  const number = (value: bigint | undefined): string => (value === undefined ? '' : String(value));
  return {
    'who': nameOf(WhoMayEnter, policy.who),
    'issuers': policy.issuers ? policy.issuers.issuers.join(', ') || 'all' : '',
    'max-peers': number(policy.maxPeers),
    'announce-data': number(policy.announceData),
    'discovery-limit': number(policy.discoveryLimit),
    'duplicate': nameOf(OnDuplicate, policy.duplicate),
    'message-rate': policy.messageRate ?? '',
    'announce-rate': policy.announceRate ?? '',
  };
}

const issuersIn = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '' && word !== 'all');

// What is wrong with the fields, in a line.
export function fieldsProblem(fields: PolicyFields): string | undefined {
  const bad = (['max-peers', 'announce-data', 'discovery-limit'] as const)
    .find((key) => fields[key] !== '' && !/^\d{1,9}$/.test(fields[key]));
  return bad && `${bad}: "${fields[bad]}" is no number`;
}

export function policyOf(fields: PolicyFields): PolicyInit {
  const number = (text: string): bigint | undefined => (text === '' ? undefined : BigInt(text));
  const text = (word: string): string | undefined => (word === '' ? undefined : word);
  const member = <E>(names: Record<string, E | string>, word: string): E | undefined =>
    (word === '' ? undefined : names[word.toUpperCase()] as E);
  return {
    who: member<WhoMayEnter>(WhoMayEnter, fields.who),
    issuers: fields.issuers === '' ? undefined : { issuers: issuersIn(fields.issuers) },
    maxPeers: number(fields['max-peers']),
    announceData: number(fields['announce-data']),
    discoveryLimit: number(fields['discovery-limit']),
    duplicate: member<OnDuplicate>(OnDuplicate, fields.duplicate),
    messageRate: text(fields['message-rate']),
    announceRate: text(fields['announce-rate']),
  };
}

export function policyWords(name: string, fields: PolicyFields, evict: boolean): string[] {
  const words = ['namespaces', 'policy', 'set', name];
  for (const key of KEY_NAMES) {
    if (fields[key] === '') continue;
    const values = key === 'issuers' && fields[key] !== 'all' ? issuersIn(fields[key]) : [fields[key]];
    for (const value of values) words.push(`--${key}`, value);
  }
  return evict ? [...words, '--evict'] : words;
}

const SOURCES: Partial<Record<PolicySource, string>> = {
  [PolicySource.DEFAULT]: "the hub's own option",
  [PolicySource.CONFIGURATION]: 'the configuration',
  [PolicySource.CALL]: 'a call, until the process ends',
};

export function sourceText(source: PolicySource): string {
  return SOURCES[source] ?? 'not said';
}

function originText({ source, name }: PolicyOrigin): string {
  return name === '' ? sourceText(source) : `${sourceText(source)}, policy ${name}`;
}

export interface PolicyRow {
  key: string;
  title: string;
  value: string;
  origin: string;
}

// What holds, and who says so.
export function inForceRows({ policy, origins }: PolicyInForce): PolicyRow[] {
  const fields = policy ? fieldsOf(policy) : NO_FIELDS;
  return KEY_NAMES.map((key) => {
    const origin = origins.find((one) => one.key === key);
    return { key, title: KEYS[key].title, value: fields[key] || '–', origin: origin ? originText(origin) : '–' };
  });
}
