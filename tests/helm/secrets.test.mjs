// SPDX-License-Identifier: Apache-2.0
//
// Keys and tokens in the chart: they come from secrets, and stand nowhere else.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chart, helm } from './support/helm.mjs';
import { find } from './support/manifests.mjs';
import { configs, container, pod, rendered } from './support/rendered.mjs';

const required = ['auth.mode=required', 'auth.keys.existingSecret=app-keys', 'auth.keys.secretKeys={2026-11.pem,shared.keys}'];

test('keys of tokens come from a secret, and stand in no argument, environment or file of the chart', () => {
  const manifests = rendered({ set: [...required, 'auth.jwks.existingSecret=provider-keys'] });
  const config = configs(manifests)['hub-pigeonhub-2.toml'];
  assert.match(config, /^auth = "required"\ntoken-key = \["\/etc\/pigeonhub\/token-keys\/2026-11\.pem", "\/etc\/pigeonhub\/token-keys\/shared\.keys"\]$/m);
  assert.match(config, /^token-jwks = "\/etc\/pigeonhub\/token-jwks\/jwks\.json"$/m);
  assert.match(config, /^token-query = "on"$/m);
  const { volumes } = pod(manifests);
  for (const [name, secretName] of [['token-keys', 'app-keys'], ['token-jwks', 'provider-keys']]) {
    assert.deepEqual(volumes.find((volume) => volume.name === name).secret, { secretName, defaultMode: 0o440 });
    const mount = container(manifests).volumeMounts.find((one) => one.name === name);
    assert.deepEqual(mount, { name, mountPath: `/etc/pigeonhub/${name}`, readOnly: true });
  }
  assert.doesNotMatch(JSON.stringify([container(manifests).args, container(manifests).env]), /token/);
});

test('a hub that asks for no tokens has no keys', () => {
  const manifests = rendered({ set: required.slice(1) });
  assert.doesNotMatch(configs(manifests)['hub-pigeonhub-0.toml'], /^(auth|token-)/m);
  assert.ok(!pod(manifests).volumes.some(({ name }) => name === 'token-keys'));
});

test('keys of webhooks come from a secret, and pods reach the receivers', () => {
  const set = ['webhooks.urls={https://app.example.org/hook}', 'webhooks.kinds={peerConnected}', 'webhooks.key.existingSecret=hooks'];
  const manifests = rendered({ set });
  const config = configs(manifests)['hub-pigeonhub-1.toml'];
  assert.match(config, /^webhook = \["https:\/\/app\.example\.org\/hook"\]\nwebhook-kind = \["peerConnected"\]\nwebhook-key = "\/etc\/pigeonhub\/webhook-key\/webhook\.keys"$/m);
  assert.doesNotMatch(config, /webhook-plaintext/);
  assert.deepEqual(pod(manifests).volumes.find(({ name }) => name === 'webhook-key').secret, { secretName: 'hooks', defaultMode: 0o440 });
  assert.deepEqual(find(manifests, 'NetworkPolicy/hub-pigeonhub').spec.policyTypes, ['Ingress']);
  assert.doesNotMatch(configs(rendered({}))['hub-pigeonhub-0.toml'], /webhook/);
});

test('pods reach the identity provider, whether or not an egress rule says where it is', () => {
  const provider = ['auth.mode=required', 'auth.jwks.url=https://id.example/jwks.json', 'auth.audiences={hub.example.org}'];
  const policy = (...set) => find(rendered({ set }), 'NetworkPolicy/hub-pigeonhub').spec;
  assert.match(configs(rendered({ set: provider }))['hub-pigeonhub-0.toml'], /^token-jwks = "https:\/\/id\.example\/jwks\.json"$/m);
  assert.deepEqual(policy(...provider).policyTypes, ['Ingress']);
  assert.deepEqual(policy(...provider, 'networkPolicy.extraEgress[0].ports[0].port=443').policyTypes, ['Ingress', 'Egress']);
});

test('helm test shows a token that a secret has, and is not there without one where tokens are required', () => {
  const token = [...required, 'test.token.existingSecret=test-token', 'tls.secretName=hub-tls', 'tls.ca=true'];
  const { containers, volumes } = find(rendered({ set: token }), 'Pod/hub-pigeonhub-handshake').spec;
  assert.deepEqual(containers[0].args.slice(-2), ['--ca=/etc/pigeonhub/tls/ca.crt', '--token-file=/etc/pigeonhub/token/token']);
  assert.deepEqual(volumes.map(({ name }) => name), ['ca', 'token']);
  assert.deepEqual(containers[0].volumeMounts.map(({ name }) => name), ['ca', 'token']);
  assert.throws(() => find(rendered({ set: required }), 'Pod/hub-pigeonhub-handshake'));
  assert.match(helm('install', 'hub', chart, '--dry-run=client', ...required.flatMap((one) => ['--set', one])), /no helm test without test\.token\.existingSecret/);
});

test('pages are told of ICE servers, and the secret of the TURN servers stays in a secret', () => {
  const set = ['client.enabled=true', 'ice.urls={stun:stun.example.org,turn:turn.example.org}', 'ice.turnSecret.existingSecret=coturn'];
  const manifests = rendered({ set });
  const config = configs(manifests)['hub-pigeonhub-1.toml'];
  assert.match(config, /^client-js = true\nice-url = \["stun:stun\.example\.org","turn:turn\.example\.org"\]\nturn-secret = "\/etc\/pigeonhub\/turn-secret\/turn\.secret"\nice-ttl = "1h"$/m);
  assert.deepEqual(pod(manifests).volumes.find(({ name }) => name === 'turn-secret').secret, { secretName: 'coturn', defaultMode: 0o440 });
  assert.ok(container(manifests).volumeMounts.some(({ name, readOnly }) => name === 'turn-secret' && readOnly));
  const without = rendered();
  assert.doesNotMatch(configs(without)['hub-pigeonhub-1.toml'], /^(client-js|ice-|turn-)/m);
  assert.ok(!pod(without).volumes.some(({ name }) => name === 'turn-secret'));
});
