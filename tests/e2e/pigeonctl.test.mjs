// SPDX-License-Identifier: Apache-2.0
//
// The program pigeonctl against the program pigeonhub, with peers in between.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';

import { Hub } from './support/hub.mjs';
import { Pigeonctl } from './support/pigeonctl.mjs';
import { until } from './support/wait.mjs';
import { newNetwork, randomId, WirePeer } from './support/wire_peer.mjs';

const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-ctl-'));
const controlAt = (name) => `unix:${join(folder, name)}`;
const startHub = (name, flags = []) =>
  Hub.start({ flags: ['--hub', '--no-auto-connect', '--control-listen', controlAt(name), ...flags] });

const ctl = new Pigeonctl(controlAt('hub'));
let hub;
before(async () => (hub = await startHub('hub', ['--hub-admission', 'open'])));
beforeEach(() => WirePeer.closeAll(hub));
after(async () => {
  await hub?.kill();
  rmSync(folder, { recursive: true });
});

const names = async (...words) =>
  (await ctl.run(...words, '-o', 'name')).out.split('\n').slice(0, -1);

test('what peers do shows in every list', async () => {
  const network = newNetwork();
  const ada = await WirePeer.join(hub, network, { name: 'Ada' });
  const other = await WirePeer.join(hub, 'pigeonhub-mesh', { isHub: true, region: 'eu' });
  assert.deepEqual((await names('peers', 'list')).sort(), [ada.id, other.id].sort());
  assert.deepEqual(await names('peers', 'list', '--namespace', network), [ada.id]);
  assert.deepEqual(await names('peers', 'list', '--hubs-only'), [other.id]);
  assert.deepEqual(await names('hubs', 'list'), [other.id]);
  assert.deepEqual((await names('namespaces', 'list')).sort(), [network, 'pigeonhub-mesh'].sort());

  const { peer } = await ctl.json('peers', 'get', ada.id);
  assert.equal(peer.namespace, network);
  assert.equal(JSON.parse(peer.dataJson).name, 'Ada');
  const stats = await ctl.json('stats');
  assert.equal(stats.peers, '2');
  assert.equal(stats.hubs, '1');
  assert.equal((await ctl.json('hubs', 'stats')).connectedHubs, '1');
});

test('a peer is disconnected, and the summary knows why', async () => {
  const peer = await WirePeer.join(hub, newNetwork());
  const { code, out } = await ctl.run('peers', 'disconnect', peer.id);
  assert.equal(code, 0);
  assert.equal(out, `${peer.id} disconnected; it may come back\n`);
  await peer.closed();
  assert.match((await ctl.run('events', 'summary', '--by', 'reason')).out, /^operator +1$/m);
});

test('a peer is made a hub and an ordinary peer again', async () => {
  const peer = await WirePeer.join(hub, newNetwork());
  assert.equal((await ctl.json('hubs', 'register', peer.id, '--region', 'eu')).connected, true);
  assert.deepEqual(
    (await hub.hubs()).hubs.map((each) => each.peerId),
    [peer.id],
  );
  assert.equal((await ctl.run('hubs', 'unregister', peer.id)).code, 0);
  assert.deepEqual((await hub.hubs()).hubs, []);
});

test('a drain turns newcomers away until it is ended, and a stopped hub starts again', async () => {
  const peer = await WirePeer.join(hub, newNetwork());
  const drain = ctl.start('server', 'drain', '--over', '10m');
  await drain.prints(/^draining, 1 connection of 1 left$/m);
  assert.equal((await ctl.run('health', 'ready')).code, 7);
  assert.equal((await ctl.run('health', 'live')).code, 0);
  await assert.rejects(WirePeer.connect(hub));
  assert.equal((await ctl.run('server', 'undrain')).code, 0);
  await drain.ended;
  assert.equal(drain.code, 6);
  await peer.settle();

  assert.equal((await ctl.json('server', 'stop')).closedConnections, '1');
  await peer.closed();
  assert.equal((await ctl.json('stats')).servingState, 'SERVING_STATE_STOPPED');
  assert.equal((await ctl.run('server', 'start')).code, 0);
  await WirePeer.connect(hub);
});

test('the hub mesh namespace changes only with a restart of signaling', async () => {
  const refused = await ctl.run('mesh', 'namespace', 'set', 'other-mesh');
  assert.equal(refused.code, 6);
  assert.equal(
    refused.err,
    'pigeonctl: signaling runs (SIGNALING_RUNNING); add --restart-signaling, or stop it first: ' +
      'pigeonctl server stop\n',
  );
  assert.equal(
    (await ctl.run('mesh', 'namespace', 'set', 'other-mesh', '--restart-signaling')).code,
    0,
  );
  assert.deepEqual(await names('mesh', 'namespace', 'get'), ['other-mesh']);
  assert.equal(
    (await ctl.run('mesh', 'namespace', 'set', 'pigeonhub-mesh', '--restart-signaling')).code,
    0,
  );
});

test('the log level changes, and a reload of files that did not change leaves it', async () => {
  assert.equal((await ctl.json('server', 'log-level', 'debug')).previous, 'LOG_LEVEL_INFO');
  assert.deepEqual(await names('server', 'reload'), []);
  assert.equal((await ctl.json('server', 'log-level', 'info')).previous, 'LOG_LEVEL_DEBUG');
  const { config } = await ctl.json('server', 'info');
  assert.equal(config.find(({ name }) => name === 'hub').origin, 'flag --hub');
});

test('a handshake is tried out through one hub, and fails through two that are not linked', async () => {
  const one = await ctl.json('check', 'handshake', hub.url);
  assert.equal(one.passed, true);
  assert.deepEqual(
    one.steps.map(({ name }) => name),
    ['connect first', 'connect second', 'discover', 'offer', 'answer', 'candidates', 'goodbye'],
  );
  for (const { took } of [...one.steps, { took: one.total }]) assert.ok(parseFloat(took) > 0);

  const stranger = await Hub.start({ flags: ['--control-listen', 'off'] });
  try {
    const both = await ctl.run('check', 'handshake', hub.url, stranger.url, '--timeout', '500ms');
    assert.equal(both.code, 7);
    assert.equal(both.err, 
      'pigeonctl: discover: the two hubs are not linked: no peer heard of the other in time; see pigeonctl links list\n',
    );
  } finally {
    await stranger.kill();
  }
});

test('why two do not meet is explained, step by step', async () => {
  const network = newNetwork();
  const ada = await WirePeer.join(hub, network);
  const ben = await WirePeer.join(hub, network);
  const explain = async (...words) => ctl.run('explain', ada.id, ben.id, ...words);
  const codes = async () => (await explain('-o', 'name')).out.split('\n').slice(0, -1);

  assert.deepEqual(await codes(), ['PH-E10'], 'nobody offered');
  const watch = ctl.start('explain', ada.id.slice(0, 16), ben.id.slice(0, 16), '-f', '-o', 'name');
  await watch.prints(/PH-E10/);
  const line = (address, type) => `candidate:1 1 udp 2113937151 ${address} 50000 typ ${type}`;
  const signal = (from, to, type, data) => from.signal(type, to, network, data);
  signal(ben, ada, 'offer', { type: 'offer', sdp: 'v=0\r\n' });
  await watch.prints(/PH-E14/);
  signal(ada, ben, 'answer', { type: 'answer', sdp: 'v=0\r\n' });
  await watch.prints(/PH-E18/);
  signal(ada, ben, 'ice-candidate', { candidate: { candidate: line('192.0.2.1', 'host') } });
  signal(ben, ada, 'ice-candidate', { candidate: { candidate: line('198.51.100.1', 'relay raddr 0.0.0.0 rport 0') } });
  await watch.ended;
  assert.equal(watch.code, 0, watch.out + watch.err);
  assert.match(watch.out, /PH-E24/);
  assert.deepEqual(await codes(), ['PH-E22', 'PH-E24']);

  ada.send({ type: 'cleanup', networkName: network, data: { reason: 'connection_established', targetPeerId: ben.id } });
  await until('it is reported', async () => (await codes()).includes('PH-E25'));
  const lost = { reason: 'connection_lost', ms: 60_000, local: 'host', remote: 'relay', protocol: 'udp', targetPeerId: ben.id };
  ada.send({ type: 'cleanup', networkName: network, data: lost });
  await until('it is lost', async () => (await codes()).includes('PH-E29'));
  assert.match((await explain('-o', 'json')).out, new RegExp(`${ada.id.slice(0, 12)}: after 60000 ms, host to relay over udp`));
  await ben.leave();
  await until('it is gone', async () => (await codes()).includes('PH-E02'));
  const { code, out } = await explain();
  assert.equal(code, 1);
  assert.match(out, new RegExp(`^PH-E02  ${ben.id.slice(0, 8)}  was here, and left`, 'm'));
  const { code: never } = await ctl.run('explain', randomId(), randomId());
  assert.equal(never, 5);
});

test('events are followed, filtered, and resumed where they were left', async () => {
  const network = newNetwork();
  const watch = ctl.start('events', '-f', '--namespace', network, '--earliest', '-o', 'jsonl');
  const peer = await WirePeer.join(hub, network);
  await watch.prints(/PEER_ANNOUNCED/);
  watch.interrupt();
  await watch.ended;
  assert.equal(watch.code, 0);
  const events = watch.out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['EVENT_KIND_NAMESPACE_CREATED', 'EVENT_KIND_PEER_ANNOUNCED'],
  );

  await peer.leave();
  const { seq, epoch } = events.at(-1);
  const from = ['--from-seq', Number(seq) + 1, '--epoch', epoch];
  const rest = await ctl.run(
    'events',
    '-f',
    ...from,
    '--namespace',
    network,
    '--limit',
    2,
    '-o',
    'jsonl',
  );
  assert.deepEqual(
    rest.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).kind)
      .sort(),
    ['EVENT_KIND_NAMESPACE_REMOVED', 'EVENT_KIND_PEER_DISCONNECTED'],
  );
});

test('a watch outlives its hub, and says that it cannot know what it missed', async () => {
  const other = new Pigeonctl(controlAt('other'));
  let mortal = await startHub('other');
  const watch = other.start('events', '-f', '--earliest', '--limit', 2);
  await watch.prints(/ 1 +started/);
  await mortal.kill();
  mortal = await startHub('other');
  await watch.ended;
  await mortal.kill();
  assert.equal(watch.code, 8);
  assert.match(watch.err, /^pigeonctl: connection lost; resuming at event 2$/m);
  assert.match(watch.out, / gap +the hub was started anew/);
});

test('a shell completes peers and namespaces with those there are', async () => {
  const network = newNetwork();
  const peer = await WirePeer.join(hub, network);
  const completed = async (...words) =>
    (await ctl.run('__complete', '--', '--server', controlAt('hub'), ...words)).out;
  assert.equal(await completed('peers', 'get', peer.id.slice(0, 5)), `${peer.id}\n`);
  assert.equal(
    await completed('peers', 'list', '--namespace', network.slice(0, 4)),
    `${network}\n`,
  );
});

test('every documented exit code comes from where it is documented', async () => {
  const tokens = join(folder, 'tokens');
  writeFileSync(tokens, 'dashboard viewer a-token-of-a-dashboard\n', { mode: 0o600 });
  const guarded = await startHub('guarded', ['--control-tokens', tokens]);
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  try {
    const viewer = new Pigeonctl(controlAt('guarded'), ['--token', 'a-token-of-a-dashboard']);
    const nobody = new Pigeonctl(controlAt('guarded'), ['--token', 'a-token-of-no-one-at-all']);
    const away = new Pigeonctl(controlAt('nowhere'));
    const mute = new Pigeonctl(`127.0.0.1:${silent.address().port}`);
    for (const [code, who, ...words] of [
      [0, viewer, 'stats'],
      [1, ctl, 'context', 'set', 'a'], // whose file cannot be written
      [2, ctl, 'peers', 'lst'],
      [2, ctl, 'peers', 'get', 'nonsense'],
      [3, away, 'stats'],
      [4, viewer, 'server', 'stop'],
      [4, nobody, 'stats'],
      [5, ctl, 'peers', 'get', randomId()],
      [6, ctl, 'server', 'start'],
      [7, ctl, 'check', 'handshake', hub.url, guarded.url, '--timeout', '300ms'],
      [8, ctl, 'events', '--from-seq', 1, '--epoch', 'another'],
      [9, mute, 'stats', '--timeout', '200ms'],
    ]) {
      const call = await who.run(...words);
      assert.equal(call.code, code, `${words.join(' ')}: ${call.err}`);
      // One line says why, and nothing else does.
      assert.match(call.err, code === 0 ? /^$/ : /^pigeonctl: [^\n]+\n$/, words.join(' '));
    }
  } finally {
    silent.close();
    await guarded.kill();
  }
});
