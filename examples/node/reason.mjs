// SPDX-License-Identifier: Apache-2.0
//
// Asks for a peer, and reads why there is no answer: reason.mjs ADDRESS PEER_ID.

import { fileURLToPath } from 'node:url';

import grpc from '@grpc/grpc-js';
import protobuf from 'protobufjs';

import { call, connect } from './control.mjs';

const types = new protobuf.Root();
types.resolvePath = (_, path) => (protobuf.common.get(path) ? path : fileURLToPath(new URL(`../../proto/${path}`, import.meta.url)));
types.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);
const [Status, ErrorInfo] = ['google.rpc.Status', 'google.rpc.ErrorInfo'].map((name) => types.lookupType(name));

function reasonOf(error) {
  const [bytes] = error.metadata.get('grpc-status-details-bin');
  const details = bytes ? Status.decode(bytes).details : [];
  const info = details.find((detail) => detail.type_url.endsWith('/google.rpc.ErrorInfo'));
  return info ? ErrorInfo.decode(info.value).reason : '';
}

const [address, peer_id] = process.argv.slice(2);
const client = connect('PeerService', address);
try {
  const { peer } = await call(client, 'GetPeer', { peer_id });
  console.log(`${peer.peer_id} is in ${peer.namespace}`);
} catch (error) {
  console.error(`${grpc.status[error.code]} ${reasonOf(error)}`);
  process.exitCode = 1;
}
client.close();
