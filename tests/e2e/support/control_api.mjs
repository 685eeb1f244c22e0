// SPDX-License-Identifier: Apache-2.0
//
// The control API as its protos describe it, for the official client of Connect: nothing is
// generated, the descriptors are read as they are.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';

import { within } from './wait.mjs';

const protos = fileURLToPath(new URL('../../../proto', import.meta.url));

function readDescriptors() {
  const folder = mkdtempSync(join(tmpdir(), 'pigeonhub-e2e-protos-'));
  try {
    const set = join(folder, 'set.binpb');
    const files = ['pigeonhub/v1', 'google/rpc'].flatMap((below) =>
      readdirSync(join(protos, below))
        .filter((name) => name.endsWith('.proto'))
        .map((name) => join(below, name)),
    );
    const words = ['--include_imports', `--descriptor_set_out=${set}`, `--proto_path=${protos}`];
    execFileSync(process.env.PROTOC ?? 'protoc', [...words, ...files]);
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(set)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const registry = readDescriptors();

export const SERVICES = [...registry]
  .filter((one) => one.kind === 'service' && one.file.name.startsWith('pigeonhub/v1/'))
  .sort((a, b) => a.name.localeCompare(b.name));

// "ServerService/GetStats", as people write it.
export const shortName = (method) => `${method.parent.name}/${method.name}`;

// The description of a message: messageOf('google.rpc.ErrorInfo').
export const messageOf = (name) => registry.getMessage(name);

// The number of a value: valueOf('Reason', 'REASON_ROLE_MISSING').
export const valueOf = (name, value) =>
  registry.getEnum(`pigeonhub.v1.${name}`).values.find((one) => one.name === value).number;

// Tells `onRequest` of each request of HTTP, not of HTTPS.
class Telling extends Agent {
  constructor(onRequest) {
    super({ keepAlive: true });
    this.onRequest = onRequest;
  }

  addRequest(request, ...rest) {
    this.onRequest(request);
    return super.addRequest(request, ...rest);
  }
}

// Clients of all services, by their names without "Service": api.server.getStats({}). `token` is
// shown with each call, `onRequest` is told what goes over http://, and the rest goes to the transport.
export function callersOf(baseUrl, { token, onRequest, nodeOptions, ...options } = {}) {
  const transport = createConnectTransport({
    baseUrl,
    httpVersion: '1.1',
    nodeOptions: onRequest ? { agent: new Telling(onRequest) } : nodeOptions,
    interceptors: [
      (next) => (request) => {
        if (token) request.header.set('Authorization', `Bearer ${token}`);
        return next(request);
      },
    ],
    ...options,
  });
  return Object.fromEntries(
    SERVICES.map((service) => [
      service.name.replace(/Service$/, '').toLowerCase(),
      createClient(service, transport),
    ]),
  );
}

// The reason of a refusal, as its detail ErrorInfo has it.
export const reasonOf = (error) =>
  error.findDetails(messageOf('google.rpc.ErrorInfo')).map((info) => info.reason)[0];

// A stream that is read message by message, and ended by whoever reads it.
export class Followed {
  #controller = new AbortController();
  #messages;

  // `call` gets the options of the call: (options) => api.event.watchEvents({}, options).
  constructor(call) {
    this.#messages = call({ signal: this.#controller.signal })[Symbol.asyncIterator]();
  }

  // Resolves with the first message for which `wanted` is true.
  async first(wanted = () => true) {
    for (;;) {
      const { done, value } = await within('a message of the stream', this.#messages.next());
      if (done) throw new Error('the stream ended before');
      if (wanted(value)) return value;
    }
  }

  end() {
    this.#controller.abort();
  }
}

// The first message of a stream for which `wanted` is true; the stream is ended then.
export async function firstOf(call, wanted) {
  const stream = new Followed(call);
  try {
    return await stream.first(wanted);
  } finally {
    stream.end();
  }
}
