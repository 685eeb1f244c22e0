// SPDX-License-Identifier: Apache-2.0
//
// Prints how busy a hub is: stats.mjs ADDRESS, e.g. 127.0.0.1:50051 or unix:/run/pigeonhub/control.sock.

import { call, connect } from './control.mjs';

const client = connect('ServerService', process.argv[2]);
const stats = await call(client, 'GetStats', {});
console.log(`${stats.connections} connections, ${stats.peers} peers, ${stats.hubs} hubs`);
client.close();
