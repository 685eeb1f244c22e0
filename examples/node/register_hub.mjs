// SPDX-License-Identifier: Apache-2.0
//
// Makes a peer a hub, now or whenever it connects: register_hub.mjs ADDRESS PEER_ID REGION.

import { randomUUID } from 'node:crypto';

import grpc from '@grpc/grpc-js';

import { call, connect } from './control.mjs';

const [address, peer_id, region] = process.argv.slice(2);
const client = connect('HubService', address);
try {
  const answer = await call(client, 'RegisterHub', {
    peer_id,
    region,
    capabilities: ['signaling', 'relay'],
    request_id: randomUUID(), // Sent twice, by a retry say, it happens once.
  });
  console.log(`${peer_id} is a hub, ${answer.connected ? 'connected' : 'not connected yet'}`);
} catch (error) {
  console.error(`${grpc.status[error.code]}: ${error.details}`);
  process.exitCode = 1;
}
client.close();
