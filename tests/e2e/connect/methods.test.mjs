// SPDX-License-Identifier: Apache-2.0
//
// The official client of Connect for Node calls every method that the protos have, as JSON and as
// protobuf, by POST and, of methods that only look, by GET.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';

import { startWithConsole } from '../support/console_port.mjs';
import { callersOf, firstOf, Followed, reasonOf, SERVICES, shortName, valueOf } from '../support/control_api.mjs';
import { randomId, WirePeer } from '../support/wire_peer.mjs';

const ROOM = 'room';
const MINUTE = { seconds: 60n };
const UNKNOWN = randomId();

let hub;
let hubId;
let ada;
let bob;
let otherHub;

before(async () => {
  hub = await startWithConsole({ flags: ['--hub', '--no-auto-connect', '--hub-admission', 'open'] });
  ada = await WirePeer.join(hub, ROOM, { name: 'Ada' });
  bob = await WirePeer.join(hub, ROOM, { name: 'Bob' });
  otherHub = await WirePeer.join(hub, 'pigeonhub-mesh', { isHub: true, region: 'eu' });
  hubId = (await callersOf(hub.console).server.getStats({})).hubId;
});
after(() => hub?.kill());

const sorted = (items) => [...items].sort();

// The call is refused, and the reason of the contract says why.
const refusedWith = (reason, call) =>
  assert.rejects(call, (error) => {
    assert.equal(reasonOf(error), reason, `${error}`);
    return true;
  });

const bannedSubject = async (api) => {
  const subject = `user-${randomId()}`;
  const target = { target: { case: 'subject', value: subject } };
  const answer = await api.access.ban({ target, duration: MINUTE, reason: 'noise' });
  return { subject, target, answer };
};

// Each calls the method of its name, at least, and says what is to come back.
const CASES = {
  async 'AccessService/Ban'(api) {
    const { answer } = await bannedSubject(api);
    assert.equal(answer.hitCount, 0n);
    const left = Number(answer.expireTime.seconds) - Date.now() / 1000;
    assert.ok(left > 50 && left < 70, `${left} s`);
  },
  async 'AccessService/Unban'(api) {
    const { target } = await bannedSubject(api);
    assert.equal((await api.access.unban({ target })).liftedCount, 1n);
    await refusedWith('BAN_NOT_FOUND', api.access.unban({ target }));
  },
  async 'AccessService/ListBans'(api) {
    const { subject } = await bannedSubject(api);
    const { bans } = await api.access.listBans({ pageSize: 1000 });
    const ban = bans.find(({ target }) => target.target.value === subject);
    assert.equal(ban.target.target.case, 'subject');
    assert.equal(ban.reason, 'noise');
  },
  async 'AccessService/ListKeys'(api) {
    const { publicKey } = await api.hub.getHubKey({});
    const { keys } = await api.access.listKeys({});
    const identity = keys.find(({ kind }) => kind === valueOf('KeyKind', 'KEY_KIND_HUB_IDENTITY'));
    assert.deepEqual([identity.name, identity.algorithm], [publicKey, 'Ed25519']);
    assert.ok(Number(identity.loadedTime.seconds) <= Date.now() / 1000);
  },
  async 'AccessService/CheckToken'(api) {
    const answer = await api.access.checkToken({ token: 'no.such.token' });
    assert.deepEqual([answer.accepted, answer.notLookedAt], [true, true], 'this hub asks for none');
  },

  async 'EventService/WatchEvents'(api) {
    const wanted = {
      start: { case: 'earliest', value: true },
      filter: { kinds: [valueOf('EventKind', 'EVENT_KIND_PEER_ANNOUNCED')] },
    };
    const isAda = ({ item }) => item.case === 'event' && item.value.body.value.peerId === ada.id;
    const { item } = await firstOf((options) => api.event.watchEvents(wanted, options), isAda);
    assert.equal(item.value.body.case, 'peerAnnounced');
    assert.equal(item.value.body.value.namespace, ROOM);
    assert.equal(item.value.hubId, hubId);
  },
  async 'EventService/ListEvents'(api) {
    const kinds = [valueOf('EventKind', 'EVENT_KIND_STARTED')];
    const { events } = await api.event.listEvents({ filter: { kinds } });
    assert.equal(events.length, 1);
    assert.equal(events[0].body.value.port, hub.port);
  },

  async 'HubService/ListHubs'(api) {
    const { hubs } = await api.hub.listHubs({});
    assert.ok(hubs.some(({ peerId, region }) => peerId === otherHub.id && region === 'eu'));
  },
  async 'HubService/GetHub'(api) {
    const answer = await api.hub.getHub({ peerId: otherHub.id });
    assert.equal(answer.hub.connected, true);
    await refusedWith('HUB_NOT_FOUND', api.hub.getHub({ peerId: UNKNOWN }));
  },
  async 'HubService/RegisterHub'(api) {
    const peerId = randomId();
    assert.equal((await api.hub.registerHub({ peerId, capabilities: ['turn'] })).connected, false);
    const { hub: entry } = await api.hub.getHub({ peerId });
    assert.deepEqual(entry.capabilities, ['turn']);
  },
  async 'HubService/UnregisterHub'(api) {
    const peerId = randomId();
    await api.hub.registerHub({ peerId });
    await api.hub.unregisterHub({ peerId });
    await refusedWith('HUB_NOT_FOUND', api.hub.unregisterHub({ peerId }));
  },
  async 'HubService/QuarantineHub'(api) {
    const peerId = randomId();
    await api.hub.quarantineHub({ peerId });
    const { quarantinedHubs } = await api.hub.getHubStats({});
    assert.ok(quarantinedHubs.some((one) => one.peerId === peerId));
  },
  async 'HubService/ReleaseHub'(api) {
    const peerId = randomId();
    await api.hub.quarantineHub({ peerId });
    await api.hub.releaseHub({ peerId });
    await refusedWith('HUB_NOT_QUARANTINED', api.hub.releaseHub({ peerId }));
  },
  async 'HubService/GetHubStats'(api) {
    assert.equal((await api.hub.getHubStats({})).connectedHubs, 1n);
  },
  async 'HubService/GetHubKey'(api) {
    const { peerId, publicKey } = await api.hub.getHubKey({});
    assert.equal(peerId, hubId);
    assert.ok(publicKey.length >= 32, publicKey);
  },
  async 'HubService/GeneratePeerId'(api) {
    assert.match((await api.hub.generatePeerId({})).peerId, /^[0-9a-f]{40}$/);
  },

  async 'MeshService/GetHubMeshNamespace'(api) {
    const { hubMeshNamespace } = await api.mesh.getHubMeshNamespace({});
    assert.equal(hubMeshNamespace, 'pigeonhub-mesh');
  },
  async 'MeshService/SetHubMeshNamespace'(api) {
    const wanted = { hubMeshNamespace: 'elsewhere', restartSignaling: true, validateOnly: true };
    assert.equal((await api.mesh.setHubMeshNamespace(wanted)).previous, 'pigeonhub-mesh');
  },
  async 'MeshService/ListLinks'(api) {
    const { links } = await api.mesh.listLinks({});
    assert.deepEqual(links.filter(({ outgoing }) => outgoing), []);
  },
  async 'MeshService/ConnectHub'(api) {
    await api.mesh.connectHub({ url: 'ws://127.0.0.1:1', validateOnly: true });
    await refusedWith('INVALID_REQUEST', api.mesh.connectHub({ url: 'ftp://nowhere' }));
  },
  async 'MeshService/ConnectBootstrapHubs'(api) {
    assert.equal((await api.mesh.connectBootstrapHubs({ validateOnly: true })).bootstrapHubs, 0);
  },
  async 'MeshService/DisconnectBootstrapHubs'(api) {
    assert.equal((await api.mesh.disconnectBootstrapHubs({ validateOnly: true })).bootstrapHubs, 0);
  },
  async 'MeshService/DisconnectLink'(api) {
    await refusedWith('LINK_NOT_FOUND', api.mesh.disconnectLink({ hubPeerId: UNKNOWN }));
  },
  async 'MeshService/GetTopology'(api) {
    const { hubs } = await api.mesh.getTopology({});
    assert.equal(hubs.find(({ self }) => self).peerId, hubId);
  },

  async 'NamespaceService/ListNamespaces'(api) {
    const { namespaces } = await api.namespace.listNamespaces({ namePrefix: ROOM });
    assert.deepEqual(
      namespaces.map(({ name, localPeers }) => [name, localPeers]),
      [[ROOM, 2n]],
    );
  },
  async 'NamespaceService/GetNamespace'(api) {
    assert.equal((await api.namespace.getNamespace({ name: ROOM })).namespace.localPeers, 2n);
    await refusedWith('NAMESPACE_NOT_FOUND', api.namespace.getNamespace({ name: 'nowhere' }));
  },
  async 'NamespaceService/SetNamespacePolicy'(api) {
    const policy = { maxPeers: 1n };
    const wanted = { name: ROOM, policy, evict: true, validateOnly: true };
    const { evictedCount, evictedPeers } = await api.namespace.setNamespacePolicy(wanted);
    assert.equal(evictedCount, 1n);
    assert.equal(evictedPeers[0].namespace, ROOM);
  },
  async 'NamespaceService/UnsetNamespacePolicy'(api) {
    const name = `lobby-${randomId()}`;
    await api.namespace.setNamespacePolicy({ name, policy: { maxPeers: 7n } });
    await api.namespace.unsetNamespacePolicy({ name });
    await refusedWith('POLICY_NOT_FOUND', api.namespace.unsetNamespacePolicy({ name }));
  },
  async 'NamespaceService/ListNamespacePolicies'(api) {
    await api.namespace.setNamespacePolicy({ name: 'hall-*', policy: { maxPeers: 7n } });
    const { policies } = await api.namespace.listNamespacePolicies({});
    const hall = policies.find(({ name }) => name === 'hall-*');
    assert.equal(hall.policy.maxPeers, 7n);
    assert.equal(hall.source, valueOf('PolicySource', 'POLICY_SOURCE_CALL'));
  },
  async 'NamespaceService/GetNamespacePolicy'(api) {
    await api.namespace.setNamespacePolicy({ name: 'yard', policy: { messageRate: '10/s,50' } });
    const { inForce } = await api.namespace.getNamespacePolicy({ name: 'yard' });
    assert.equal(inForce.policy.messageRate, '10/s,50');
  },

  async 'PeerService/ListPeers'(api) {
    const { peers } = await api.peer.listPeers({ namespace: ROOM });
    assert.deepEqual(sorted(peers.map(({ peerId }) => peerId)), sorted([ada.id, bob.id]));
  },
  async 'PeerService/GetPeer'(api) {
    const { peer } = await api.peer.getPeer({ peerId: ada.id });
    assert.equal(JSON.parse(peer.dataJson).name, 'Ada');
    await refusedWith('PEER_NOT_FOUND', api.peer.getPeer({ peerId: UNKNOWN }));
  },
  async 'PeerService/FindPeer'(api) {
    assert.equal((await api.peer.findPeer({ peerId: bob.id })).peer.namespace, ROOM);
  },
  async 'PeerService/ExplainPair'(api) {
    const { findings } = await api.peer.explainPair({ peerId: ada.id, otherPeerId: bob.id });
    assert.ok(findings.every(({ code }) => /^PH-E\d+$/.test(code)));
    assert.ok(findings.length > 0);
  },
  async 'PeerService/DisconnectPeer'(api) {
    const guest = await WirePeer.join(hub, 'guests');
    const answer = await api.peer.disconnectPeer({ peerId: guest.id });
    assert.equal(answer.disconnectedCount, 1n);
    await guest.closed();
  },

  async 'ServerService/GetStats'(api) {
    const { isHub, port, resources, uptime } = await api.server.getStats({});
    assert.equal(isHub, true);
    assert.equal(port, hub.port);
    assert.ok(resources.residentBytes > 1_000_000n);
    assert.ok(uptime.seconds < 600n);
  },
  async 'ServerService/GetServerInfo'(api) {
    const { pid, consoleAddresses } = await api.server.getServerInfo({});
    assert.equal(pid, hub.pid);
    assert.deepEqual(consoleAddresses, [hub.console]);
  },
  async 'ServerService/GetLimits'(api) {
    const { limits } = await api.server.getLimits({});
    assert.ok(limits.some(({ name }) => name === 'max-connections'));
  },
  async 'ServerService/ListAddresses'(api) {
    const { addresses } = await api.server.listAddresses({});
    assert.ok(addresses.some(({ connectionCount }) => connectionCount >= 3n));
  },
  async 'ServerService/StartSignaling'(api) {
    await refusedWith('SIGNALING_RUNNING', api.server.startSignaling({}));
  },
  async 'ServerService/StopSignaling'(api) {
    const { closedConnections } = await api.server.stopSignaling({ validateOnly: true });
    assert.ok(closedConnections >= 3n, `${closedConnections}`);
  },
  async 'ServerService/Drain'(api) {
    const wanted = { over: MINUTE, validateOnly: true };
    const { total } = await firstOf((options) => api.server.drain(wanted, options));
    assert.ok(total >= 3n, `${total}`);
  },
  async 'ServerService/Undrain'(api) {
    const over = { seconds: 3600n };
    const drain = new Followed((options) => api.server.drain({ over }, options));
    assert.equal((await drain.first()).done, false);
    await api.server.undrain({});
    drain.end();
    const { servingState } = await api.server.getStats({});
    assert.equal(servingState, valueOf('ServingState', 'SERVING_STATE_SERVING'));
  },
  async 'ServerService/SetLogLevel'(api) {
    const level = valueOf('LogLevel', 'LOG_LEVEL_INFO');
    assert.equal((await api.server.setLogLevel({ level })).previous, level);
  },
  async 'ServerService/Reload'(api) {
    const { applied, needsRestart } = await api.server.reload({ validateOnly: true });
    assert.deepEqual([applied, needsRestart], [[], []]);
  },
  async 'ServerService/Diagnose'(api) {
    const { findings } = await api.server.diagnose({});
    assert.ok(findings.length > 0);
    assert.ok(findings.every(({ code, text }) => code && text));
  },

  async 'TraceService/WatchHandshake'(api) {
    const wanted = { peerId: ada.id, otherPeerId: bob.id };
    const steps = new Followed((options) => api.trace.watchHandshake(wanted, options));
    // It says that the hub watches.
    await steps.first(({ item: { case: kind } }) => kind === 'bookmark');
    ada.signal('offer', bob, ROOM, { sdp: 'v=0' });
    const { item } = await steps.first(({ item: { case: kind } }) => kind === 'step');
    steps.end();
    assert.equal(item.value.fromPeerId, ada.id);
    assert.equal(item.value.kind, valueOf('HandshakeStepKind', 'HANDSHAKE_STEP_KIND_OFFER'));
  },
};

const METHODS = SERVICES.flatMap(({ methods }) => methods);
const ONLY_LOOKS = MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;

test('there is a case for each method, and no other', () => {
  assert.deepEqual(sorted(Object.keys(CASES)), sorted(METHODS.map(shortName)));
});

const WAYS = {
  'JSON by POST': { useBinaryFormat: false },
  'protobuf by POST': { useBinaryFormat: true },
  'JSON by GET': { useBinaryFormat: false, useHttpGet: true },
  'protobuf by GET': { useBinaryFormat: true, useHttpGet: true },
};

for (const [way, options] of Object.entries(WAYS)) {
  test(`each method is called as ${way}`, async (t) => {
    const methods = METHODS.filter(
      (method) => !options.useHttpGet || method.idempotency === ONLY_LOOKS,
    );
    assert.ok(methods.length > 10);
    for (const method of methods) {
      await t.test(shortName(method), async () => {
        const asked = [];
        const onRequest = (request) => asked.push(`${request.method} ${request.path.split('?')[0]}`);
        await CASES[shortName(method)](callersOf(hub.console, { onRequest, ...options }));
        const verb = options.useHttpGet ? 'GET' : 'POST';
        assert.ok(asked.includes(`${verb} /pigeonhub.v1.${shortName(method)}`), `${asked}`);
      });
    }
  });
}
