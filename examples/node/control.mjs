// SPDX-License-Identifier: Apache-2.0
//
// The control API's clients, made from the .proto files as the program starts.

import { fileURLToPath } from 'node:url';

import grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const folder = fileURLToPath(new URL('../../proto', import.meta.url));

// connect('EventService', 'localhost:50051') gives a client with a method for each RPC.
export function connect(service, address) {
  const file = `pigeonhub/v1/${service.replace('Service', '').toLowerCase()}_service.proto`;
  const options = {
    includeDirs: [folder],
    keepCase: true, // names as the .proto files have them
    longs: String, // a JavaScript number would round 64 bits
    enums: String,
    defaults: true,
    oneofs: true,
  };
  const { pigeonhub } = grpc.loadPackageDefinition(loadSync(file, options));
  const Client = pigeonhub.v1[service];
  // The ping notices a hub that vanished without a word.
  return new Client(address, grpc.credentials.createInsecure(), {
    'grpc.keepalive_time_ms': 20_000,
  });
}

// call(client, 'GetStats', {}) resolves with the answer.
export function call(client, method, request) {
  return new Promise((resolve, reject) =>
    client[method](request, (error, answer) => (error ? reject(error) : resolve(answer))),
  );
}
