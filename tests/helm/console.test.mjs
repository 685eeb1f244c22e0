// SPDX-License-Identifier: Apache-2.0
//
// The console in the chart: who reaches it, how, and which values make no sense of it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { render } from './support/helm.mjs';
import { find } from './support/manifests.mjs';
import { configs, container, rendered, valuesOf } from './support/rendered.mjs';

test('the console stays inside the pod unless the values say so', () => {
  const manifests = rendered();
  assert.match(configs(manifests)['hub-pigeonhub-0.toml'], /^console-listen = "127\.0\.0\.1:50080"$/m);
  assert.doesNotMatch(configs(manifests)['hub-pigeonhub-0.toml'], /console-behind-proxy/);
  for (const name of ['Service/hub-pigeonhub-console', 'Ingress/hub-pigeonhub-console']) assert.throws(() => find(manifests, name), name);
  assert.ok(!container(manifests).ports.some(({ name }) => name === 'console'));
  assert.doesNotMatch(configs(rendered({ set: ['control.enabled=false'] }))['hub-pigeonhub-0.toml'], /console/);
});

const signIn = ['console.enabled=true', 'control.tokens.existingSecret=operators'];

test('the console speaks TLS with the certificate of the control API, or plain HTTP to a proxy that has one', () => {
  const own = rendered({ set: [...signIn, 'control.tls.existingSecret=control-tls', 'control.tls.clientCertificates=false'] });
  assert.match(configs(own)['hub-pigeonhub-0.toml'], /^console-listen = "\[::\]:50080"\n(?!console-behind-proxy)/m);
  assert.match(configs(own)['hub-pigeonhub-0.toml'], /^control-tls-cert = /m);
  assert.equal(find(own, 'Service/hub-pigeonhub-console').spec.ports[0].appProtocol, 'https');

  const proxied = rendered({ set: [...signIn, 'console.behindProxy=true'] });
  const config = configs(proxied)['hub-pigeonhub-0.toml'];
  assert.match(config, /^console-listen = "\[::\]:50080"\nconsole-behind-proxy = true$/m);
  assert.match(config, /^control-listen = "127\.0\.0\.1:50051"$/m, 'the control API over gRPC stays inside');
  assert.match(config, /^control-tokens = "\/etc\/pigeonhub\/control-tokens\/tokens"$/m);
  assert.equal(find(proxied, 'Service/hub-pigeonhub-console').spec.ports[0].appProtocol, 'http');
});

test('nobody reaches the console but whom the network policy names, and its ingress passes live data on at once', () => {
  const ports = (...set) => find(rendered({ set: [...signIn, 'console.behindProxy=true', ...set] }), 'NetworkPolicy/hub-pigeonhub').spec.ingress
    .flatMap((rule) => rule.ports.map(({ port }) => [port, rule.from]));
  assert.ok(!ports().some(([port]) => port === 'console'));
  const from = [{ podSelector: { matchLabels: { app: 'ingress' } } }];
  const rule = ports('networkPolicy.consoleFrom[0].podSelector.matchLabels.app=ingress').find(([port]) => port === 'console');
  assert.deepEqual(rule, ['console', from]);

  const { metadata, spec } = find(rendered({ values: [valuesOf('everything')] }), 'Ingress/hub-pigeonhub-console');
  assert.equal(metadata.annotations['nginx.ingress.kubernetes.io/proxy-buffering'], 'off');
  assert.equal(metadata.annotations['nginx.ingress.kubernetes.io/proxy-read-timeout'], '3600');
  assert.deepEqual(spec.tls, [{ secretName: 'console-tls', hosts: ['console.example.org'] }]);
  assert.deepEqual(spec.rules[0].http.paths[0].backend.service, { name: 'hub-pigeonhub-console', port: { name: 'console' } });
});

test('values that make no sense of the console are refused before anything is installed', () => {
  const refusals = [
    ['console.enabled=true', /console\.enabled opens the console to others: it needs control\.tokens\.existingSecret/],
    ['console.enabled=true,console.behindProxy=true', /it needs control\.tokens\.existingSecret/],
    ['console.enabled=true,control.tls.existingSecret=x', /it needs control\.tokens\.existingSecret/],
    ['console.enabled=true,control.tokens.existingSecret=x', /needs control\.tls\.existingSecret, or console\.behindProxy/],
    ['console.enabled=true,control.enabled=false', /console\.enabled needs control\.enabled/],
    ['console.ingress.enabled=true,console.ingress.tls[0].secretName=x', /console\.ingress\.enabled needs console\.enabled/],
    ['console.enabled=true,console.behindProxy=true,control.tokens.existingSecret=x,console.ingress.enabled=true', /needs console\.ingress\.tls/],
    ['console.port=50051', /console\.port 50051 is the port of something else/],
    ['console.port=9090', /console\.port 9090 is the port of something else/],
  ];
  for (const [setting, message] of refusals) assert.throws(() => render({ set: [setting] }), message, setting);
});
