// SPDX-License-Identifier: Apache-2.0
//
// The chart without a cluster: what helm says of it, what it renders, what it refuses.
// UPDATE_GOLDEN=1 writes golden/ anew; read the difference before you commit it.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { chart, helm, render } from './support/helm.mjs';
import { find, nameOf, parse, problems } from './support/manifests.mjs';
import { configs, container, pod, rendered, valuesOf } from './support/rendered.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const CASES = ['default', 'single', 'everything'];

for (const name of CASES) {
  test(`helm lint finds nothing in ${name}`, () => {
    assert.match(helm('lint', '--strict', chart, '--values', valuesOf(name)), /\n1 chart\(s\) linted, 0 chart\(s\) failed\n/);
  });

  test(`what ${name} renders is as it was`, () => {
    const path = here(`golden/${name}.yaml`);
    const text = render({ values: [valuesOf(name)], set: name === 'single' ? [] : ['mesh.hubIdSeed=golden'] })
      .replace(/( hub\.key: )\S+/, '$1made-at-random')
      // These come from files of their own.
      .replace(/( pigeonhub\.json: \|\n)(?: {4}.*\n)+/, '$1    {}\n')
      .replace(/(kind: PrometheusRule\n[^]*?\nspec:\n)(?: {2}.*\n|\n)+/, '$1  groups: []\n');
    if (process.env.UPDATE_GOLDEN) writeFileSync(path, text);
    assert.equal(text, readFileSync(path, 'utf8'));
  });

  test(`Kubernetes knows every field that ${name} sets, and by these types`, () => {
    const manifests = rendered({ values: [valuesOf(name)] });
    assert.ok(manifests.length > 4);
    assert.deepEqual(manifests.flatMap(problems), []);
  });

  test(`no two objects of ${name} share a name`, () => {
    const names = rendered({ values: [valuesOf(name)] }).map(nameOf);
    assert.deepEqual(names, [...new Set(names)]);
  });
}

test('the check of fields notices a misspelled one and a wrong type', () => {
  const [statefulSet] = rendered().filter(({ kind }) => kind === 'StatefulSet');
  statefulSet.spec.template.spec.containers[0].livenessProb = {};
  assert.deepEqual(problems(statefulSet), ['StatefulSet/hub-pigeonhub.spec.template.spec.containers[0].livenessProb: no such field']);
  statefulSet.spec.replicas = 'three';
  assert.match(problems(statefulSet)[0], /replicas must be integer/);
});

test('values that make no sense are refused before anything is installed', () => {
  const refusals = [
    ['replicaCount=three', /replicaCount': got string, want integer/],
    ['replicaCount=-1', /replicaCount': minimum/],
    ['service.ipFamilies={IPv5}', /ipFamilies\/0': value must be one of/],
    ['service.ipFamilies={IPv4,IPv4}', /ipFamilies': items at 0 and 1 are equal/],
    ['service.ipFamilyPolicy=Both', /ipFamilyPolicy': value must be one of/],
    ['replicas=2', /additional properties 'replicas' not allowed/],
    ['service.port=99999', /service\/port': maximum/],
    ['service.prot=80', /additional properties 'prot' not allowed/],
    ['service.type=Loadbalancer', /service\/type': value must be one of/],
    ['metrics.port=3000', /metrics\/port/],
    ['metrics.port=80', /metrics\/port/],
    ['config.log-level=loud', /config\/log-level': value must be one of/],
    ['config.log-levl=info', /additional properties 'log-levl' not allowed/],
    ['config.port=3001', /additional properties 'port' not allowed/],
    ['config.memory-limit=lots', /memory-limit' *: *'lots' does not match|'lots' does not match/],
    ['namespaces.a*b.max-peers=1', /'a\*b' does not match/],
    ['namespaces.chat.max-peer=1', /additional properties 'max-peer' not allowed/],
    ['namespaces.chat.who=me', /who': value must be one of/],
    ['namespaces.chat.message-rate=5', /message-rate': got number, want string/],
    ['mesh.hubPort=80', /mesh\/hubPort/],
    ['mesh.hubPort=9090', /mesh\.hubPort 9090 is the port of something else/],
    ['mesh.bootstrapHubs[0]=hub:3000', /'hub:3000' does not match/],
    ['drain.marginSeconds=0', /marginSeconds': minimum/],
    ['image.digest=latest', /'latest' does not match/],
    ['ingress.hosts[0].host=x', /missing property 'paths'/],
    ['commonLabels.a=1', /commonLabels\/a': got number, want string/],
    ['podDisruptionBudget.maxUnavailable=some', /maxUnavailable/],
    ['mesh.enabled=false', /several replicas need mesh\.enabled/],
    ['mesh.maxReplicas=2', /replicaCount 3 is more than mesh\.maxReplicas 2/],
    ['httpRoute.enabled=true', /httpRoute\.enabled needs httpRoute\.parentRefs/],
    ['autoscaling.enabled=true,autoscaling.minReplicas=9', /minReplicas is more than autoscaling\.maxReplicas/],
    ['trustProxies={10.0.0.1}', /trustProxies\/0/],
    ['allowOrigins={app.example.org}', /allowOrigins\/0/],
    ['proxyProtocol=true', /proxyProtocol needs trustProxies/],
    ['proxyProtocol=true,trustProxies={10.0.0.0/8},mesh.hubPort=3000', /proxyProtocol needs a mesh\.hubPort of its own/],
    ['auth.mode=always', /auth\/mode': value must be one of/],
    ['auth.mode=required', /auth\.mode required needs auth\.keys or auth\.jwks/],
    ['auth.keys.existingSecret=x', /auth\.keys\.existingSecret and auth\.keys\.secretKeys need each other/],
    ['auth.keys.secretKeys={a.pem}', /auth\.keys\.existingSecret and auth\.keys\.secretKeys need each other/],
    ['auth.keys.existingSecret=x,auth.keys.secretKeys={../a}', /secretKeys\/0': '\.\.\/a' does not match/],
    ['auth.jwks.url=id.example', /jwks\/url': 'id\.example' does not match/],
    ['auth.mode=required,auth.jwks.url=https://id.example/jwks.json', /auth\.jwks\.url needs auth\.audiences/],
    ['auth.jwks.existingSecret=x,auth.jwks.url=https://id.example/', /exclude each other/],
    ['webhooks.urls={https://app.example}', /webhooks\.urls needs webhooks\.key\.existingSecret/],
    ['webhooks.urls={app.example}', /webhooks\/urls\/0/],
    ['auth.cookie=token', /auth\.cookie needs allowOrigins/],
    ['auth.cookie=a=b', /auth\/cookie/],
    ['auth.leeway=a minute', /auth\/leeway/],
    ['auth.expiry=never', /auth\/expiry': value must be one of/],
    ['test.url=wss://hub.example.org/?token=x', /test\/url/],
    ['control.tls.existingSecret=x,control.tls.clientCertificates=false', /to tell who they are/],
    ['ice.urls={turn.example.org}', /ice\/urls\/0/],
    ['ice.urls={turn://turn.example.org}', /ice\/urls\/0/],
    ['ice.ttl=an hour', /ice\/ttl/],
    ['ice.urls={turn:turn.example.org}', /ice\.urls has a TURN server: it needs ice\.turnSecret\.existingSecret/],
    ['ice.turnSecret.existingSecret=x', /ice\.turnSecret\.existingSecret needs a TURN server/],
    ['ice.urls={stun:stun.example.org},ice.turnSecret.existingSecret=x', /ice\.turnSecret\.existingSecret needs a TURN server/],
  ];
  for (const [setting, message] of refusals) assert.throws(() => render({ set: [setting] }), message, setting);
});

test('with the PROXY protocol only the load balancer comes to the peers', () => {
  const manifests = rendered({ set: ['proxyProtocol=true', 'trustProxies={10.0.0.0/24}'] });
  const config = configs(manifests)['hub-pigeonhub-0.toml'];
  assert.match(config, /^trust-proxy = \["10\.0\.0\.0\/24"\]\nproxy-protocol = true$/m);
  assert.throws(() => find(manifests, 'Pod/hub-pigeonhub-handshake'));
});

test('helm test goes where the load balancer is, as soon as that is known', () => {
  const set = ['proxyProtocol=true', 'trustProxies={10.0.0.0/24}', 'test.url=wss://hub.example.org'];
  const { args } = find(rendered({ set }), 'Pod/hub-pigeonhub-handshake').spec.containers[0];
  assert.deepEqual(args, ['wss://hub.example.org']);
});

test('a Kubernetes that is too old is refused', () => {
  assert.throws(() => helm('template', 'hub', chart, '--kube-version', '1.29.9'), /kubeVersion: >=1\.30\.0-0/);
});

test('pods meet the restricted pod security standard', () => {
  for (const name of CASES) {
    const manifests = rendered({ values: [valuesOf(name)] });
    for (const spec of [pod(manifests), find(manifests, 'Pod/hub-pigeonhub-handshake').spec]) {
      assert.equal(spec.securityContext.runAsNonRoot, true);
      assert.equal(spec.securityContext.seccompProfile.type, 'RuntimeDefault');
      assert.equal(spec.automountServiceAccountToken, false);
      assert.ok(!spec.hostNetwork && !spec.hostPID && !spec.hostIPC);
      for (const { securityContext } of spec.containers) {
        assert.equal(securityContext.allowPrivilegeEscalation, false);
        assert.equal(securityContext.readOnlyRootFilesystem, true);
        assert.deepEqual(securityContext.capabilities, { drop: ['ALL'] });
      }
    }
  }
});

test('each replica has a hub id of its own, which stays the same', () => {
  const ids = (options) => Object.values(configs(rendered(options))).map((text) => text.match(/^hub-peer-id = "([0-9a-f]{40})"$/m)[1]);
  const seed = 'mesh.hubIdSeed=nobody-knows-this';
  const three = ids({ set: [seed] });
  assert.equal(three.length, 10, 'ids are there for replicas to come');
  assert.equal(new Set(three).size, 10);
  assert.deepEqual(ids({ set: [seed, 'replicaCount=5', 'image.tag=v2', 'mesh.region=eu'] }), three);
  assert.notDeepEqual(ids({ set: ['mesh.hubIdSeed=another'] }), three);
});

test('no stranger can know the hub ids of a release: they come from a secret that is made at random and kept', () => {
  const manifests = rendered();
  const secret = find(manifests, 'Secret/hub-pigeonhub-hub-ids');
  assert.equal(secret.metadata.annotations['helm.sh/resource-policy'], 'keep');
  const seed = Buffer.from(secret.data.seed, 'base64').toString();
  assert.match(seed, /^[0-9A-Za-z]{64}$/);
  const id = createHash('sha1').update(`${seed}/0`).digest('hex');
  assert.match(configs(manifests)['hub-pigeonhub-0.toml'], new RegExp(`^hub-peer-id = "${id}"$`, 'm'));
  assert.notEqual(find(rendered(), 'Secret/hub-pigeonhub-hub-ids').data.seed, secret.data.seed);
  assert.match(readFileSync(join(chart, 'templates/_helpers.tpl'), 'utf8'), /lookup "v1" "Secret" \.Release\.Namespace \(include "pigeonhub\.hubIdsSecret"/);
});

test('hubs have a port of their own, which a network policy keeps from peers', () => {
  const manifests = rendered();
  assert.match(configs(manifests)['hub-pigeonhub-0.toml'], /^hub-listen = "\[::\]:3001"$/m);
  assert.deepEqual(container(manifests).ports.map(({ name }) => name), ['ws', 'hubs', 'metrics']);
  const { ingress, egress } = find(manifests, 'NetworkPolicy/hub-pigeonhub').spec;
  const [peers, hubs] = ingress;
  assert.deepEqual([peers.ports, peers.from], [[{ port: 'ws' }], undefined]);
  assert.deepEqual(hubs.ports, [{ port: 'hubs' }]);
  assert.deepEqual(hubs.from, [{ podSelector: { matchLabels: find(manifests, 'StatefulSet/hub-pigeonhub').spec.selector.matchLabels } }]);
  assert.deepEqual(egress[1].ports, [{ port: 'hubs' }]);
  assert.doesNotMatch(configs(rendered({ set: ['mesh.hubPort=3000'] }))['hub-pigeonhub-0.toml'], /hub-listen/);
});

test('nobody reaches metrics and probes unless the values say who', () => {
  const ports = (...set) => find(rendered({ set }), 'NetworkPolicy/hub-pigeonhub').spec.ingress.flatMap((rule) => rule.ports.map(({ port }) => port));
  assert.deepEqual(ports(), ['ws', 'hubs']);
  assert.deepEqual(ports('networkPolicy.metricsFrom[0].ipBlock.cidr=10.0.0.0/8'), ['ws', 'hubs', 'metrics']);
});

test('hubs reach hubs elsewhere, whether or not an egress rule says where they are', () => {
  const policy = (...set) => find(rendered({ set }), 'NetworkPolicy/hub-pigeonhub').spec;
  const elsewhere = 'mesh.bootstrapHubs[0]=wss://hub.example.org';
  assert.deepEqual(policy().policyTypes, ['Ingress', 'Egress']);
  assert.deepEqual(policy(elsewhere).policyTypes, ['Ingress']);
  assert.deepEqual(policy(elsewhere, 'networkPolicy.extraEgress[0].ports[0].port=443').policyTypes, ['Ingress', 'Egress']);
});

test('scaling restarts nobody, a changed flag restarts everybody', () => {
  const checksum = (...set) => find(rendered({ set: ['mesh.hubIdSeed=x', ...set] }), 'StatefulSet/hub-pigeonhub').spec.template.metadata.annotations['checksum/config'];
  assert.equal(checksum('replicaCount=3'), checksum('replicaCount=7'));
  assert.notEqual(checksum(), checksum('config.log-level=debug'));
});

test('replicas dial the first ones, and never themselves', () => {
  const config = configs(rendered());
  const url = (n) => `ws://hub-pigeonhub-${n}.hub-pigeonhub-hubs.meet.svc.cluster.local:3001`;
  const dialed = (n) => JSON.parse(config[`hub-pigeonhub-${n}.toml`].match(/^bootstrap-hub = (.*)$/m)[1]);
  assert.deepEqual(dialed(0), [url(1)]);
  assert.deepEqual(dialed(1), [url(0)]);
  assert.deepEqual(dialed(2), [url(0), url(1)]);
  assert.match(config['hub-pigeonhub-2.toml'], new RegExp(`^advertise-url = "${url(2)}"$`, 'm'));
});

test('liveness, readiness and start are asked apart, and only readiness asks whether peers are welcome', () => {
  const { livenessProbe, readinessProbe, startupProbe } = container(rendered());
  assert.deepEqual(livenessProbe.httpGet, { path: '/livez', port: 'metrics' });
  assert.deepEqual(readinessProbe.httpGet, { path: '/readyz', port: 'metrics' });
  assert.deepEqual(startupProbe.httpGet, { path: '/livez', port: 'metrics' });
  // Whether or not anybody scrapes: the port of the peers goes with a drain.
  assert.equal(container(rendered({ values: [valuesOf('single')] })).livenessProbe.httpGet.port, 'metrics');
});

test('the grace period has room for the drain', () => {
  for (const seconds of [0, 30, 600]) {
    const manifests = rendered({ set: [`drain.timeoutSeconds=${seconds}`] });
    assert.equal(pod(manifests).terminationGracePeriodSeconds, seconds + 15);
    assert.match(configs(manifests)['hub-pigeonhub-0.toml'], new RegExp(`^drain-timeout = "${seconds}s"$`, 'm'));
    assert.deepEqual(container(manifests).lifecycle.preStop.exec.command, ['pigeonctl', 'server', 'drain']);
  }
});

test('hubs listen on every address, IPv6 and IPv4', () => {
  const config = configs(rendered())['hub-pigeonhub-0.toml'];
  assert.match(config, /^host = "::"$/m);
  assert.match(config, /^metrics-listen = "\[::\]:9090"$/m);
});

test('every service takes the IP families that are asked for, else those of the cluster', () => {
  const services = (options) =>
    rendered(options)
      .filter(({ kind }) => kind === 'Service')
      .map(({ spec: { ipFamilyPolicy, ipFamilies } }) => ({ ipFamilyPolicy, ipFamilies }));
  const asked = ['service.ipFamilyPolicy=PreferDualStack', 'service.ipFamilies={IPv6,IPv4}'];
  const wanted = { ipFamilyPolicy: 'PreferDualStack', ipFamilies: ['IPv6', 'IPv4'] };
  assert.deepEqual(services({ values: [valuesOf('everything')], set: asked }), Array(5).fill(wanted));
  assert.deepEqual(services(), Array(3).fill({ ipFamilyPolicy: undefined, ipFamilies: undefined }));
});

test('a probe that is null is none', () => {
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
    const manifests = rendered({ set: [`${probe}=null`] });
    assert.equal(probe in container(manifests), false, probe);
    assert.deepEqual(manifests.flatMap(problems), []);
  }
});

test('no replicas at all are a release that waits', () => {
  const manifests = rendered({ set: ['replicaCount=0'] });
  assert.equal(find(manifests, 'StatefulSet/hub-pigeonhub').spec.replicas, 0);
  assert.throws(() => find(manifests, 'Pod/hub-pigeonhub-handshake'), 'nobody is there to shake hands');
  assert.deepEqual(manifests.flatMap(problems), []);
});

test('where a hub has nobody to dial, its configuration says nothing of it', () => {
  for (const count of [0, 1]) {
    assert.doesNotMatch(configs(rendered({ set: [`replicaCount=${count}`] }))['hub-pigeonhub-0.toml'], /bootstrap-hub/);
  }
});

test('environment variables are text, whatever the values are', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-chart-'));
  try {
    const file = join(folder, 'values.yaml');
    const env = [
      '{name: SMALL, value: 3}',
      '{name: LARGE, value: 1000000000}',
      '{name: PART, value: 0.5}',
      '{name: AGREED, value: true}',
      '{name: TEXT, value: "007"}',
      '{name: NOTHING, value: null}',
      '{name: SECRET, valueFrom: {secretKeyRef: {name: s, key: k}}}',
    ];
    writeFileSync(file, `extraEnv:\n${env.map((variable) => `  - ${variable}\n`).join('')}`);
    const manifests = rendered({ values: [file] });
    const values = Object.fromEntries(container(manifests).env.map(({ name, value }) => [name, value]));
    const { SMALL, LARGE, PART, AGREED, TEXT, NOTHING, SECRET } = values;
    assert.deepEqual([SMALL, LARGE, PART, AGREED, TEXT, NOTHING, SECRET], ['3', '1000000000', '0.5', 'true', '007', '', undefined]);
    assert.deepEqual(manifests.flatMap(problems), []);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('whatever the release is called, names are ones that Kubernetes takes, and differ', () => {
  const long = 'a'.repeat(52);
  const releases = ['hub', '1hub', 'hub-1hub', 'a.b', 'a-b', `${long}1`, `${long}2`, `${'a'.repeat(42)}.b-c`, '9'];
  const seen = new Set();
  for (const release of releases) {
    const manifests = rendered({ release, values: [valuesOf('everything')], set: ['replicaCount=1'] });
    const names = manifests.map(({ kind, metadata }) => `${kind}/${metadata.name}`);
    assert.equal(new Set(names).size, names.length, release);
    for (const { kind, metadata } of manifests) {
      // RFC 1035, which services and the names of pods have to meet; a StatefulSet adds 11 characters in a label.
      if (kind === 'Service') assert.match(metadata.name, /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/, release);
      if (kind === 'StatefulSet') assert.match(metadata.name, /^[a-z]([-a-z0-9]{0,50}[a-z0-9])?$/, release);
      for (const value of Object.values(metadata.labels ?? {})) {
        assert.match(value, /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/, release);
      }
    }
    const { name } = manifests.find(({ kind }) => kind === 'StatefulSet').metadata;
    assert.ok(!seen.has(name), `${release} is called as another: ${name}`);
    seen.add(name);
  }
  assert.ok(seen.has('hub-pigeonhub'), 'a name that fits stays as it is');
});

test('pods that speak TLS dial each other by wss, and tests and notes know it', () => {
  const manifests = rendered({ set: ['tls.secretName=hub-tls', 'tls.ca=true'] });
  const config = configs(manifests)['hub-pigeonhub-1.toml'];
  assert.match(config, /^tls-cert = "\/etc\/pigeonhub\/tls\/tls\.crt"\ntls-key = "\/etc\/pigeonhub\/tls\/tls\.key"$/m);
  assert.match(config, /^hub-ca = "\/etc\/pigeonhub\/tls\/ca\.crt"$/m);
  assert.match(config, /^advertise-url = "wss:\/\/hub-pigeonhub-1\.hub-pigeonhub-hubs\./m);
  assert.match(config, /^bootstrap-hub = \["wss:\/\/hub-pigeonhub-0\./m);
  assert.doesNotMatch(config, /hub-token-plaintext/);
  const { volumes, containers } = pod(manifests);
  const { secret } = volumes.find(({ name }) => name === 'tls');
  assert.deepEqual(secret, { secretName: 'hub-tls', defaultMode: 0o440 });
  assert.equal(containers[0].readinessProbe.httpGet.scheme, undefined, 'the port of metrics stays plain');
  const { args } = find(manifests, 'Pod/hub-pigeonhub-handshake').spec.containers[0];
  assert.match(args[0], /^wss:\/\//);
  assert.equal(args.at(-1), '--ca=/etc/pigeonhub/tls/ca.crt');
  assert.equal(find(manifests, 'Service/hub-pigeonhub').spec.ports[0].appProtocol, 'kubernetes.io/wss');
  assert.match(configs(rendered())['hub-pigeonhub-1.toml'], /^hub-token-plaintext = true$/m);
});

test('pods with NATS servers meet there, with what the secrets let them in by', () => {
  const manifests = rendered({
    set: ['nats.urls={nats://nats:4222}', 'nats.auth.existingSecret=nats-user', 'nats.tls.existingSecret=nats-tls'],
  });
  const config = configs(manifests)['hub-pigeonhub-1.toml'];
  assert.match(config, /^nats = \["nats:\/\/nats:4222"\]\nnats-subject = "pigeonhub"$/m);
  assert.match(config, /^nats-auth = "\/etc\/pigeonhub\/nats-auth\/auth"\nnats-ca = "\/etc\/pigeonhub\/nats-tls\/ca\.crt"$/m);
  assert.doesNotMatch(config, /nats-cert|nats-key/);
  assert.match(config, /^bootstrap-hub = /m, 'links stay beside the bus');
  const { volumes, containers } = pod(manifests);
  for (const [name, secretName] of [['nats-auth', 'nats-user'], ['nats-tls', 'nats-tls']]) {
    assert.deepEqual(volumes.find((volume) => volume.name === name).secret, { secretName, defaultMode: 0o440 });
    assert.ok(containers[0].volumeMounts.some((mount) => mount.name === name && mount.readOnly), name);
  }
  const { egress } = find(manifests, 'NetworkPolicy/hub-pigeonhub').spec;
  assert.ok(egress.some(({ ports, to }) => !to && ports.some(({ port }) => port === 4222)));

  const without = rendered({ set: ['nats.auth.existingSecret=nats-user'] });
  assert.doesNotMatch(configs(without)['hub-pigeonhub-1.toml'], /nats/);
  assert.ok(!pod(without).volumes.some(({ name }) => name.startsWith('nats')));
  assert.throws(() => rendered({ set: ['nats.urls={nats://user:pw@nats}'] }), /nats/, 'the ConfigMap would show a password');
  assert.throws(() => rendered({ set: ['nats.urls={nats://nats}', 'mesh.enabled=false', 'replicaCount=1'] }), /mesh\.enabled/);
});

test('the control API has a service only where TLS and credentials guard it', () => {
  const open = rendered({ values: [valuesOf('everything')] });
  assert.ok(find(open, 'Service/hub-pigeonhub-control'));
  assert.match(configs(open)['hub-pigeonhub-0.toml'], /^control-listen = "\[::\]:50051"\ncontrol-tls-cert = /m);
  const closed = rendered();
  assert.throws(() => find(closed, 'Service/hub-pigeonhub-control'));
  assert.match(configs(closed)['hub-pigeonhub-0.toml'], /^control-listen = "127\.0\.0\.1:50051"$/m);
});

test('no service of the namespace can reach into the flags by an environment variable', () => {
  assert.equal(pod(rendered()).enableServiceLinks, false);
});

test('the handshake test goes through two replicas, or the one there is', () => {
  const urls = (options) => find(rendered(options), 'Pod/hub-pigeonhub-handshake').spec.containers[0].args;
  assert.equal(urls().length, 2);
  assert.equal(urls({ values: [valuesOf('single')] }).length, 1);
});

test('the hub key is found again on an upgrade and left behind by an uninstall', () => {
  const secret = find(rendered(), 'Secret/hub-pigeonhub-hub-key');
  assert.equal(secret.metadata.annotations['helm.sh/resource-policy'], 'keep');
  assert.match(Buffer.from(secret.data['hub.key'], 'base64').toString(), /^[0-9A-Za-z]{64}$/);
  assert.match(readFileSync(join(chart, 'templates/hub-key.yaml'), 'utf8'), /lookup "v1" "Secret"/);
  assert.throws(() => find(rendered({ values: [valuesOf('everything')] }), 'Secret/hub-pigeonhub-hub-key'));
});

test('the notes name a context for pigeonctl', () => {
  const notes = (...args) => helm('install', 'hub', chart, '--dry-run=client', '--namespace', 'meet', ...args).split('NOTES:\n')[1];
  assert.match(notes(), /pigeonctl context set hub --server localhost:50051\n/);
  assert.match(notes('--values', valuesOf('everything')), /--cert client\.crt --key client\.key --token-file token\n/);
  assert.match(notes('--values', valuesOf('everything')), /^ {2}wss:\/\/hub\.example\.org\/$/m);
});

test('every flag that the chart sets is one of pigeonhub', () => {
  const help = execFileSync(process.env.PIGEONHUB_BINARY, ['--help'], { encoding: 'utf8' });
  const flags = new Set([...help.matchAll(/(?:^ {2}|\bwas\s+)--(?:\[no-\])?([a-z0-9-]+)/gm)].map(([, flag]) => flag));
  const schema = JSON.parse(readFileSync(join(chart, 'values.schema.json'), 'utf8'));
  const set = CASES.flatMap((name) => Object.values(configs(rendered({ values: [valuesOf(name)] }))))
    // What stands behind a section is no flag.
    .flatMap((text) => [...text.split(/^\[/m)[0].matchAll(/^([a-z0-9-]+) = /gm)].map(([, key]) => key))
    .concat(Object.keys(schema.properties.config.properties));
  assert.deepEqual([...new Set(set)].filter((flag) => !flags.has(flag)), []);
});

test('the chart packs, and carries the version of the program', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-chart-'));
  try {
    helm('package', chart, '--destination', folder);
    const version = execFileSync(process.env.PIGEONHUB_BINARY, ['--version'], { encoding: 'utf8' }).trim().split(' ')[1];
    assert.match(readFileSync(join(chart, 'Chart.yaml'), 'utf8'), new RegExp(`^appVersion: ${version}$`, 'm'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('README.md lists the values as they are', () => {
  execFileSync(process.execPath, [here('values_readme.mjs')], { encoding: 'utf8' });
});
