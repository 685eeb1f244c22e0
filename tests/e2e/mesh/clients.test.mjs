// SPDX-License-Identifier: Apache-2.0
//
// Real PeerPigeon clients in Node, one on each of two linked hubs.

import { afterEach, beforeEach, test } from 'node:test';

import { LinkedPair } from '../support/linked_pair.mjs';
import { NodeClient } from '../support/node_client.mjs';

let pair;

beforeEach(async () => {
  pair = new LinkedPair();
  await pair.start((hub, options) => NodeClient.join(hub, options));
});
afterEach(async () => {
  await Promise.all(pair.clients.map((client) => client.vanish()));
  await pair.killHubs();
});

test('clients on two hubs keep their channel when the hub that dials is killed', () =>
  pair.restart(1, (hub) => hub.kill()));

test('clients on two hubs keep their channel when the hub that is dialled is killed', () =>
  pair.restart(0, (hub) => hub.kill()));

test('clients on two hubs keep their channel when either hub drains', async () => {
  await pair.restart(1, (hub) => hub.stop());
  await pair.restart(0, (hub) => hub.stop());
});
