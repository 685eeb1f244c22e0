// SPDX-License-Identifier: Apache-2.0
//
// Namespaces, bans, settings and certificates.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bundle } from './support/bundle.mjs';

const { rowsOf } = await bundle('app/screens/namespaces/rows.ts');
const { fieldsOf, fieldsProblem, inForceRows, NO_FIELDS, policyOf, policyWords } = await bundle('app/screens/namespaces/policy.ts');
const { banWords, targetText, unbanWords } = await bundle('app/screens/access/ban_words.ts');
const { admissions, settingRows, settingsLike, validText } = await bundle('app/screens/configuration/settings.ts');
const { WhoMayEnter, OnDuplicate, PolicySource } = await bundle('proto/pigeonhub/v1/namespace_service_pb.ts');

const namespace = (name, hubId, local, remote, signals, joins = local) => ({
  name, hubId, isHubMesh: false, localPeers: BigInt(local), remotePeers: BigInt(remote), signalCount: BigInt(signals), signalBytes: 10n,
  joinCount: BigInt(joins), leaveCount: BigInt(joins - local),
});

test('a namespace of several hubs is one row, and nobody in it counts twice', () => {
  const [row] = rowsOf([namespace('chat', 'h1', 3, 4, 10, 8), namespace('chat', 'h2', 4, 3, 20)], true);
  assert.deepEqual([row.localPeers, row.remotePeers, row.hubs, row.signalCount, row.signalBytes], [7, 0, 2, 30, 20]);
  assert.deepEqual([row.joinCount, row.leaveCount], [12, 5]);
});

test('signals a second are those since the answer before; unknown for a new namespace or one that counts anew', () => {
  const before = rowsOf([namespace('a', '', 1, 0, 10), namespace('b', '', 1, 0, 10)], false);
  const now = [namespace('a', '', 1, 0, 40), namespace('b', '', 1, 0, 2), namespace('c', '', 1, 0, 9)];
  assert.deepEqual(rowsOf(now, false, { rows: before, seconds: 3 }).map((row) => row.signalRate), [10, -1, -1]);
});

test('joins a second are those that the hub counted between two answers', () => {
  const before = rowsOf([namespace('a', '', 1, 0, 10, 4), namespace('b', '', 1, 0, 10, 4)], false);
  const now = [namespace('a', '', 2, 0, 10, 10), namespace('b', '', 1, 0, 2, 1), namespace('c', '', 1, 0, 9)];
  assert.deepEqual(rowsOf(now, false, { rows: before, seconds: 3 }).map((row) => row.joinRate), [2, -1, -1]);
  assert.deepEqual(rowsOf(now, false).map((row) => row.joinRate), [-1, -1, -1]);
});

const fields = { ...NO_FIELDS, 'who': 'token', 'issuers': 'https://a, https://b', 'max-peers': '50', 'duplicate': 'reject', 'message-rate': 'off' };

test('a form of a policy is the request, and back; what is empty is not said', () => {
  const policy = policyOf(fields);
  assert.deepEqual(policy, {
    who: WhoMayEnter.TOKEN, issuers: { issuers: ['https://a', 'https://b'] }, maxPeers: 50n, announceData: undefined,
    discoveryLimit: undefined, duplicate: OnDuplicate.REJECT, messageRate: 'off', announceRate: undefined,
  });
  assert.deepEqual(fieldsOf(policy), fields);
  assert.deepEqual(policyOf({ ...NO_FIELDS, issuers: 'all' }).issuers, { issuers: [] });
  assert.equal(fieldsOf(policyOf({ ...NO_FIELDS, issuers: 'all' })).issuers, 'all');
});

test('a number that is none is told before anybody is asked', () => {
  assert.equal(fieldsProblem(fields), undefined);
  assert.equal(fieldsProblem({ ...fields, 'max-peers': 'many' }), 'max-peers: "many" is no number');
});

test('pigeonctl sets the same policy', () => {
  assert.deepEqual(policyWords('chat', fields, true), [
    'namespaces', 'policy', 'set', 'chat', '--who', 'token', '--issuers', 'https://a', '--issuers', 'https://b', '--max-peers', '50',
    '--duplicate', 'reject', '--message-rate', 'off', '--evict',
  ]);
});

test('each key that is in force says who said it', () => {
  const rows = inForceRows({
    policy: policyOf(fields),
    origins: [
      { key: 'who', source: PolicySource.CONFIGURATION, name: 'chat*' },
      { key: 'max-peers', source: PolicySource.CALL, name: 'chat' },
      { key: 'announce-data', source: PolicySource.DEFAULT, name: '' },
    ],
  });
  const said = Object.fromEntries(rows.map((row) => [row.key, `${row.value}: ${row.origin}`]));
  assert.equal(said.who, 'token: the configuration, policy chat*');
  assert.equal(said['max-peers'], '50: a call, until the process ends, policy chat');
  assert.equal(said['announce-data'], "–: the hub's own option");
});

test('pigeonctl makes and lifts the same ban, with the issuer where it means something', () => {
  const ban = { target: 'subject', value: 'user42', issuer: 'https://id', span: '1h', reason: 'lost it', keepChannels: true };
  assert.deepEqual(banWords(ban),
    ['bans', 'add', '--subject', 'user42', '--issuer', 'https://id', '--for', '1h', '--reason', 'lost it', '--keep-channels']);
  assert.deepEqual(banWords({ ...ban, target: 'address', value: '192.0.2.0/24', reason: '', keepChannels: false }),
    ['bans', 'add', '--address', '192.0.2.0/24', '--for', '1h']);
  const target = { target: { case: 'tokenId', value: '9f3c' }, issuer: 'https://id' };
  assert.deepEqual(unbanWords(target), ['bans', 'remove', '--token-id', '9f3c', '--issuer', 'https://id']);
  assert.equal(targetText(target), 'token 9f3c of https://id');
});

const info = (hubPeerId, settings) => ({
  hubPeerId, hubId: '', config: Object.entries(settings).map(([name, [value, origin]]) => ({ name, value, origin })),
});
const infos = [
  info('h1', { port: ['3000', 'default'], auth: ['required', 'flag'], 'token-key': ['/k', 'file'] }),
  info('h2', { port: ['4000', 'flag'], auth: ['required', 'flag'], 'token-key': ['', 'default'] }),
];

test('hubs that have the same setting share a row; where they differ each says so', () => {
  const rows = settingRows(infos);
  assert.deepEqual(rows.filter((row) => row.name === 'auth').map((row) => [row.hubIds, row.differs]), [[['h1', 'h2'], false]]);
  assert.deepEqual(rows.filter((row) => row.name === 'port').map((row) => [row.value, row.hubIds, row.differs]),
    [['3000', ['h1'], true], ['4000', ['h2'], true]]);
  assert.equal(settingRows([infos[0]]).some((row) => row.differs), false);
});

test('settings are found by a part of their name or value, without those that nobody set', () => {
  const rows = settingRows([infos[0]]);
  const names = (filter) => settingsLike(rows, { text: '', onlySet: false, onlyDifferent: false, ...filter }).map((row) => row.name).join(' ');
  assert.equal(names({}), 'port auth token-key');
  assert.equal(names({ onlySet: true }), 'auth token-key');
  assert.equal(names({ text: 'REQ' }), 'auth');
  assert.equal(names({ onlyDifferent: true }), '');
});

test('a hub says of peers and of hubs who may come in', () => {
  const said = (settings) => {
    const [{ peers, hubs }] = admissions([info('h1', Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, [value, 'flag']])))], 'h1');
    return `${peers} / ${hubs}`;
  };
  const linked = { auth: 'none', hub: 'true', 'hub-admission': '', 'hub-key': '' };
  assert.equal(said({ ...linked, hub: 'false' }), 'everybody, without a token / none: it is a single hub');
  assert.match(said(linked), /^everybody, without a token \/ who has the key that the hubs of this user share; /);
  assert.equal(said({ ...linked, auth: 'required', 'hub-key': '/k' }), 'who shows a good token / who has the key of /k');
  assert.match(said({ ...linked, 'hub-admission': 'open' }), /\/ everybody who announces as one$/);
  assert.match(said({ ...linked, 'hub-admission': 'deny', 'hub-key': '/k' }), /\/ those of hub-allow alone$/);
  assert.match(said({ ...linked, 'hub-key': '/k', 'nats': '[]', 'nats-subject': 'pigeonhub' }), /\/ who has the key of \/k$/);
  assert.match(said({ ...linked, 'hub-key': '/k', 'nats': '["nats://***@n1", "tls://n2:4443"]', 'nats-subject': 'pigeonhub' }),
    /\/ who has the key of \/k; over NATS, whom the broker lets in below pigeonhub \(nats:\/\/\*\*\*@n1, tls:\/\/n2:4443\)$/);
});

test('a certificate warns before it ends', () => {
  const day = 86_400_000;
  assert.deepEqual(validText(0, 100 * day, 42 * day), { text: 'valid for 58d', isTrouble: false });
  assert.deepEqual(validText(0, 100 * day, 96 * day), { text: 'ends in 4d', isTrouble: true });
  assert.deepEqual(validText(0, 100 * day, 100 * day), { text: 'expired', isTrouble: true });
  assert.deepEqual(validText(50 * day, 100 * day, 42 * day), { text: 'not valid yet', isTrouble: true });
});
