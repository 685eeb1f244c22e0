// SPDX-License-Identifier: Apache-2.0
//
// A hub that asks for tokens: unmodified clients show one in the URL, and meet; and whatever token is
// shown in whatever way, nothing that the hub says afterwards has any of it.

import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';

import { Hub } from './support/hub.mjs';
import { member } from './support/mesh_client.mjs';
import { NodeClient } from './support/node_client.mjs';
import { Pigeonctl } from './support/pigeonctl.mjs';
import { exchange, meet } from './support/scenario.mjs';
import { TokenMaker } from './support/token_maker.mjs';
import { until } from './support/wait.mjs';
import { randomId, refusal, WirePeer } from './support/wire_peer.mjs';

const tokens = new TokenMaker();
after(() => tokens.remove());

let hub;
let clients = [];

afterEach(async () => {
  await Promise.all(clients.map((client) => client.vanish()));
  clients = [];
  await hub?.kill();
});

test('clients that show a token in the URL meet, and whoever shows none is turned away', async () => {
  hub = await Hub.start({ flags: ['--auth', 'required', '--token-key', tokens.keyFile] });
  const url = `${hub.url}/?token=${tokens.make()}`;
  for (const letter of ['a', 'b']) clients.push(await NodeClient.join({ url }, member(letter)));
  await meet(...clients);
  await exchange(...clients, 'with a token');
  await assert.rejects(WirePeer.connect(hub, { id: randomId() }));
});

// How a client may show a token: options of a WirePeer.
const CARRIERS = {
  header: (token) => ({ headers: { authorization: `Bearer ${token}` } }),
  cookie: (token) => ({ headers: { cookie: `theme=dark; pass=${token}` } }),
  subprotocol: (token) => ({
    protocols: [`base64url.bearer.authorization.k8s.io.${Buffer.from(token).toString('base64url')}`, 'mesh'],
  }),
  query: (token, id) => ({ query: `?peerId=${id}&token=${token}` }),
};

test('no token, whole or in part, good or bad, is in anything that the hub says', async () => {
  const control = `unix:${tokens.path('control')}`;
  hub = await Hub.start({
    flags: [
      ...['--auth', 'required', ...tokens.ruleFlags, '--token-cookie', 'pass'],
      ...['--allow-origin', 'same', '--auth-failure-rate', 'off'],
      ...['--log-level', 'debug', '--control-listen', control],
    ],
    logSize: Infinity,
  });
  const ctl = new Pigeonctl(control);
  assert.equal((await ctl.run('bans', 'add', '--token-id', 'revoked', '--for', '1h', '--reason', 'lost')).code, 0);

  const said = []; // Everything that came from the hub.
  const shown = [];
  const show = (token) => (shown.push(token), token);
  for (const [carrier, optionsFor] of Object.entries(CARRIERS)) {
    const id = randomId();
    const peer = await WirePeer.connect(hub, { id, ...optionsFor(show(tokens.make({ ...TokenMaker.ours, peerpigeon: { ns: ['room'] } })), id) });
    peer.send({ type: 'announce', networkName: 'room', data: {} });
    peer.send({ type: 'announce', networkName: 'elsewhere', data: {} });
    await peer.take({ type: 'error' });
    await peer.settle();
    assert.equal(peer.socket.protocol, carrier === 'subprotocol' ? 'mesh' : '');
    said.push(...peer.texts);
    for (const [reason, make] of Object.entries(tokens.wrong)) {
      const answer = await refusal(hub, { id, ...optionsFor(show(make()), id) });
      assert.match(answer, new RegExp(`\\b${reason}\\b`), `${carrier}: ${reason}`);
      said.push(answer);
    }
    for (const spoil of [(token) => `${token}.x`, (token) => token.slice(0, -4), (token) => `x${token}`, (token) => token.repeat(40)]) {
      said.push(await refusal(hub, { id, ...optionsFor(spoil(show(tokens.make(TokenMaker.ours))), id) }));
    }
    const { err } = await ctl.run('check', 'handshake', `${hub.url}/?token=${show(tokens.wrong.token_expired())}`);
    said.push(err);
    if (carrier === 'query') peer.socket.terminate(); // so that there is one who left, too
  }
  for (const path of ['/hubs', '/health', '/readyz', '/nowhere', '/']) {
    const token = show(tokens.make(TokenMaker.ours));
    const answer = await hub.fetch(`${path}?token=${token}`, { headers: { authorization: `Bearer ${token}` } });
    said.push(JSON.stringify([...answer.headers]), await answer.text());
  }
  for (const words of [
    ...[['peers', 'list'], ['events'], ['bans', 'list'], ['stats'], ['namespaces', 'list'], ['hubs', 'list']],
    ...[['server', 'limits'], ['server', 'info'], ['links', 'list'], ['events', 'summary', '--by', 'reason']],
  ]) {
    for (const format of ['wide', 'json']) said.push((await ctl.run(...words, '-o', format)).out);
  }
  const [{ peerId }] = (await ctl.json('peers', 'list')).peers;
  said.push((await ctl.run('peers', 'get', peerId, '-o', 'yaml')).out);
  said.push(await (await fetch(`http://127.0.0.1:${hub.metricsPort}/metrics`)).text());
  await hub.stop();
  said.push(hub.log);

  const everything = said.join('\n');
  for (const reason of Object.keys(tokens.wrong)) assert.ok(hub.log.includes(`reason=${reason}`), `the log has ${reason}`);
  assert.match(everything, /"subject": "user42"/, 'what a good token says is shown to operators');
  assert.ok(shown.length > 60);
  for (const token of shown) {
    const [, claims, signature] = token.split('.');
    for (const part of [token, claims, signature, Buffer.from(token).toString('base64url')]) {
      // A piece of it would do for whoever looks for tokens in logs.
      for (let at = 0; at + 20 <= part.length; at += 10) {
        assert.ok(!everything.includes(part.slice(at, at + 20)), 'a piece of a token is in what the hub said');
      }
    }
  }
});

test('a key file that is replaced is in force by itself, and one that cannot be used leaves the old keys', async () => {
  const others = new TokenMaker();
  after(() => others.remove());
  hub = await Hub.start({ flags: ['--auth', 'required', '--token-key', tokens.keyFile], logSize: Infinity });
  const enter = (token) => WirePeer.connect(hub, { headers: { authorization: `Bearer ${token}` } });
  const metric = async (name) => {
    const text = await (await fetch(`http://127.0.0.1:${hub.metricsPort}/metrics`)).text();
    return Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ')[1]);
  };
  await enter(tokens.make());
  await tokens.replaceKey('too short\n');
  await until('the log says what is wrong', () => /new keys of tokens are not taken over, the old ones stay/.test(hub.log));
  assert.match(hub.log, /problem="line 1: .*" file=\S*main\.keys/);
  assert.equal(await metric('pigeonhub_token_files_refused'), 1);
  assert.equal(await metric('pigeonhub_token_files_changes_total{result="refused"}'), 1);
  await enter(tokens.make());

  await tokens.replaceKey(others.keyText);
  await until('the new key is in force', () => /new keys of tokens are in force/.test(hub.log));
  await enter(others.make());
  await assert.rejects(enter(tokens.make()));
  assert.equal(await metric('pigeonhub_token_files_refused'), 0);
  assert.equal(await metric('pigeonhub_token_files_changes_total{result="ok"}'), 1);
  assert.equal(hub.log.match(/not taken over/g).length, 1, 'said once');
});
