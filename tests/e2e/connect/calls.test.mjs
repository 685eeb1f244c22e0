// SPDX-License-Identifier: Apache-2.0
//
// What holds for every call over Connect, seen by the official client: roles, errors with their
// details, deadlines, an end in the middle of a stream, packed messages, and the limit of streams.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { compressionGzip } from '@connectrpc/connect-node';

import { Callers, startWithConsole } from '../support/console_port.mjs';
import { callersOf, firstOf, Followed, messageOf, reasonOf, SERVICES, valueOf } from '../support/control_api.mjs';
import { counted } from '../support/figures.mjs';
import { Hub } from '../support/hub.mjs';
import { TokenMaker } from '../support/token_maker.mjs';
import { until } from '../support/wait.mjs';
import { randomId, WirePeer } from '../support/wire_peer.mjs';

const STREAMS = 32;
const { ada, oscar, vera } = Callers.TOKENS;

const callers = new Callers();
const mesh = new TokenMaker();
const meshKey = ['--hub-key', mesh.keyFile];
let hub;
before(async () => {
  hub = await startWithConsole({ flags: ['--hub', '--no-auto-connect', ...meshKey, ...callers.flags] });
});
after(async () => {
  await hub?.kill();
  callers.remove();
  mesh.remove();
});

const as = (token, options) => callersOf(hub.console, { token, ...options });

async function refused(call, code, reason) {
  const error = await call.then(
    () => assert.fail('it was done'),
    (thrown) => thrown,
  );
  assert.ok(error instanceof ConnectError, `${error}`);
  assert.equal(Code[error.code], Code[code], `${error}`);
  assert.equal(reasonOf(error), reason);
  return error;
}

const now = { start: { case: 'now', value: true } };

test('a call has the role of its token, and without one it is refused', async () => {
  await refused(as(undefined).server.getStats({}), Code.Unauthenticated, 'NOT_AUTHENTICATED');
  await refused(as('a-token-of-nobody-0123').server.getStats({}), Code.Unauthenticated, 'NOT_AUTHENTICATED');
  await refused(firstOf((options) => as(undefined).event.watchEvents(now, options)), Code.Unauthenticated, 'NOT_AUTHENTICATED');

  const register = (token) => as(token).hub.registerHub({ peerId: randomId() });
  const reload = (token) => as(token).server.reload({ validateOnly: true });
  const drain = (token) =>
    firstOf((options) => as(token).server.drain({ validateOnly: true }, options));
  await as(vera).server.getStats({});
  await refused(register(vera), Code.PermissionDenied, 'ROLE_MISSING');
  await register(oscar);
  await refused(reload(oscar), Code.PermissionDenied, 'ROLE_MISSING');
  await refused(drain(vera), Code.PermissionDenied, 'ROLE_MISSING');
  await reload(ada);
});

test('a change is an audit event with the name of who made it', async () => {
  const peerId = randomId();
  await as(oscar).hub.quarantineHub({ peerId });
  await refused(as(vera).hub.releaseHub({ peerId }), Code.PermissionDenied, 'ROLE_MISSING');
  const kinds = [valueOf('EventKind', 'EVENT_KIND_AUDIT')];
  const { events } = await as(vera).event.listEvents({ filter: { kinds }, newestFirst: true });
  const [last, before] = events.map(({ body }) => body.value);
  assert.deepEqual([before.principal, before.object], ['oscar', peerId]);
  assert.match(before.method, /QuarantineHub$/);
  assert.equal(last.principal, 'vera');
  assert.match(last.method, /ReleaseHub$/);
  assert.notEqual(last.outcome, before.outcome);
});

test('errors have the details that they have over gRPC', async () => {
  const error = await refused(
    as(oscar).hub.registerHub({ peerId: 'not 40 hex' }),
    Code.InvalidArgument,
    'INVALID_REQUEST',
  );
  const [info] = error.findDetails(messageOf('google.rpc.ErrorInfo'));
  assert.equal(info.domain, 'pigeonhub');
  const [{ fieldViolations }] = error.findDetails(messageOf('google.rpc.BadRequest'));
  assert.equal(fieldViolations[0].field, 'peer_id');
  assert.ok(error.rawMessage.length > 10, error.rawMessage);

  // The same in a stream, whose answer has begun when it fails.
  await refused(
    firstOf((options) => as(vera).trace.watchHandshake({ peerId: 'not 40 hex' }, options)),
    Code.InvalidArgument,
    'INVALID_REQUEST',
  );
});

// The hub says itself that time is over, whatever a client does with its own clock.
const post = (method, headers, body) =>
  fetch(`${hub.console}/pigeonhub.v1.${method}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ada}`, 'Connect-Timeout-Ms': '300', ...headers },
    body,
  });

test('a call has the deadline of its Connect-Timeout-Ms, also where it asks another hub', async () => {
  const flags = ['--hub', ...meshKey, '--bootstrap-hub', hub.url, '--control-listen', 'off'];
  const other = await Hub.start({ flags });
  try {
    const { hubPeerId } = await until('the hubs are linked', async () => {
      const { links } = await as(vera).mesh.listLinks({});
      return links.find(({ speaksMesh }) => speaksMesh);
    });
    other.freeze();
    const asked = performance.now();
    const unary = await post(
      'ServerService/GetStats',
      { 'Content-Type': 'application/json' },
      JSON.stringify({ hubId: hubPeerId }),
    );
    // Whoever is first to say so: the hub that gives up on the other one, or the deadline itself.
    const { code, message } = await unary.json();
    assert.ok([503, 504].includes(unary.status), message);
    assert.ok(['unavailable', 'deadline_exceeded'].includes(code), message);
    const took = performance.now() - asked;
    assert.ok(took < 5000, `${took} ms; without a deadline it is 20 s`);
  } finally {
    await other.kill();
  }
});

test('a stream ends with deadline_exceeded after its Connect-Timeout-Ms', async () => {
  const message = '{"now":true}';
  const head = Buffer.from([0, 0, 0, 0, message.length]);
  const began = performance.now();
  const stream = await post(
    'EventService/WatchEvents',
    { 'Content-Type': 'application/connect+json' },
    Buffer.concat([head, Buffer.from(message)]),
  );
  assert.equal(stream.status, 200);
  assert.match(await stream.text(), /\x02[^]{4}\{"error":\{"code":"deadline_exceeded"/);
  const took = performance.now() - began;
  assert.ok(took > 250 && took < 5000, `${took} ms`);

  const events = new Followed((options) => as(vera).event.watchEvents(now, { ...options, timeoutMs: 300 }));
  await events.first();
  await refused(events.first(), Code.DeadlineExceeded);
});

test('messages may be packed with gzip, both ways', async () => {
  const name = 'n'.repeat(100);
  const policy = { issuers: { issuers: ['https://issuer.example/'.repeat(40)] } };
  for (const useBinaryFormat of [false, true]) {
    const asked = [];
    const api = as(ada, {
      useBinaryFormat,
      acceptCompression: [compressionGzip],
      sendCompression: compressionGzip,
      compressMinBytes: 0,
      onRequest: (request) => asked.push(request),
    });
    await api.namespace.setNamespacePolicy({ name, policy, validateOnly: true });
    const { config } = await api.server.getServerInfo({});
    assert.ok(config.length > 50);
    const earliest = { start: { case: 'earliest', value: true } };
    const { item } = await firstOf((options) => api.event.watchEvents(earliest, options));
    assert.ok(item.case);
    assert.equal(asked[0].getHeader('content-encoding'), 'gzip');
    assert.equal(asked[2].getHeader('connect-content-encoding'), 'gzip');

    const paths = [];
    const byGet = as(vera, {
      useBinaryFormat,
      useHttpGet: true,
      sendCompression: compressionGzip,
      compressMinBytes: 0,
      onRequest: (request) => paths.push(request.path),
    });
    const { config: same } = await byGet.server.getServerInfo({});
    assert.equal(same.length, config.length);
    await refused(byGet.peer.getPeer({ peerId: randomId() }), Code.NotFound, 'PEER_NOT_FOUND');
    assert.match(paths.at(-1), /compression=gzip/);
  }

  const info = (encoding) =>
    fetch(`${hub.console}/pigeonhub.v1.ServerService/GetServerInfo`, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${ada}`,
        'Content-Type': 'application/json',
        'Accept-Encoding': encoding,
      },
      body: '{}',
    });
  const packed = await info('br, gzip');
  assert.equal(packed.headers.get('content-encoding'), 'gzip');
  assert.equal((await packed.json()).pid, hub.pid);
  assert.equal((await info('identity')).headers.get('content-encoding'), null);
  assert.equal((await info('gzip;q=0')).headers.get('content-encoding'), null);
});

test('a packing that the hub does not know is refused, with those that it knows', async () => {
  const answer = await fetch(`${hub.console}/pigeonhub.v1.ServerService/GetStats`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${ada}`,
      'Content-Type': 'application/json',
      'Content-Encoding': 'br',
    },
    body: '{}',
  });
  assert.equal(answer.status, 501);
  const { code, message } = await answer.json();
  assert.equal(code, 'unimplemented');
  assert.match(message, /gzip, identity/);
});

test('a stream shows what happens while it is open, at once', async () => {
  const filter = { kinds: [valueOf('EventKind', 'EVENT_KIND_PEER_ANNOUNCED')] };
  const events = new Followed((options) => as(vera).event.watchEvents({ ...now, filter }, options));
  assert.equal((await events.first()).item.case, 'bookmark');
  const delays = [];
  for (let i = 0; i < 10; ++i) {
    const peer = await WirePeer.connect(hub);
    const began = performance.now();
    peer.send({ type: 'announce', networkName: 'room', data: {} });
    await events.first(({ item }) => item.value.body?.value.peerId === peer.id);
    delays.push(performance.now() - began);
  }
  events.end();
  delays.sort((a, b) => a - b);
  assert.ok(delays[5] < 1000, `${delays}`);
});

test('the 33rd stream is refused, and the place of one that its caller ends is free again', async () => {
  const watch = async () => {
    const stream = new Followed((options) => as(vera).event.watchEvents(now, options));
    await stream.first();
    return stream;
  };
  const tryToWatch = () => watch().catch((error) => assert.equal(error.code, Code.ResourceExhausted));

  const streams = [];
  await until('all places are free', async () => {
    const stream = await tryToWatch();
    if (stream) streams.push(stream);
    return streams.length === STREAMS;
  });
  const error = await refused(watch(), Code.ResourceExhausted, 'TOO_MANY_WATCHERS');
  const [{ retryDelay }] = error.findDetails(messageOf('google.rpc.RetryInfo'));
  assert.ok(retryDelay.seconds > 0n);
  assert.ok((await counted(hub, 'pigeonhub_console_refused_total{reason="streams"}')) > 0);
  // Calls that are no streams go on.
  await as(vera).server.getStats({});

  // In the middle of a stream: what comes next is for nobody.
  streams.pop().end();
  streams.push(await until('one place is free again', tryToWatch));
  for (const stream of streams.splice(0)) stream.end();
  while (streams.length < STREAMS) streams.push(await until('a place is free', tryToWatch));
  for (const stream of streams) stream.end();
});

test('a stream that its caller ends is over at the hub, too: 16 handshakes are watched again and again', async () => {
  const watch = async () => {
    const stream = new Followed((options) =>
      as(vera).trace.watchHandshake({ namespace: 'room' }, options),
    );
    await stream.first();
    return stream;
  };
  const tryToWatch = () => watch().catch((error) => assert.equal(error.code, Code.ResourceExhausted));
  for (let round = 0; round < 3; ++round) {
    const streams = [];
    while (streams.length < 16) streams.push(await until('a place is free', tryToWatch));
    await refused(watch(), Code.ResourceExhausted, 'TOO_MANY_WATCHERS');
    for (const stream of streams) stream.end();
  }
});

test('whom the hub does not know sends 16 KiB at most', async () => {
  const large = (headers) =>
    fetch(`${hub.console}/pigeonhub.v1.ServerService/GetStats`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: `{${' '.repeat(20_000)}}`,
    });
  assert.equal((await large({})).status, 413);
  assert.equal((await large({ Authorization: 'Bearer a-token-of-nobody-0123' })).status, 413);
  assert.equal((await large({ Authorization: `Bearer ${vera}` })).status, 200);
});

test('a viewer is refused exactly what changes something', async () => {
  const api = as(vera);
  for (const service of SERVICES) {
    const client = api[service.name.replace('Service', '').toLowerCase()];
    for (const method of service.methods.filter(({ methodKind }) => methodKind === 'unary')) {
      const reason = await client[method.localName]({}).then(() => undefined, reasonOf);
      const changes = method.idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
      assert.equal(reason === 'ROLE_MISSING', changes, `${method.name}: ${reason}`);
    }
  }
});
