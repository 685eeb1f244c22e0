// SPDX-License-Identifier: Apache-2.0
//
// The services of the hub that served this page. The cookie of the sign-in goes along by itself.

import { Code, ConnectError, createClient, type Interceptor } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';

import { AccessService } from '#proto/pigeonhub/v1/access_service_pb';
import { EventService } from '#proto/pigeonhub/v1/event_service_pb';
import { HubService } from '#proto/pigeonhub/v1/hub_service_pb';
import { MeshService } from '#proto/pigeonhub/v1/mesh_service_pb';
import { NamespaceService } from '#proto/pigeonhub/v1/namespace_service_pb';
import { PeerService } from '#proto/pigeonhub/v1/peer_service_pb';
import { ServerService } from '#proto/pigeonhub/v1/server_service_pb';
import { TraceService } from '#proto/pigeonhub/v1/trace_service_pb';

import { needsSignIn, SILENT } from './problem';
import { tellStranger } from './session';

// The hub may know a caller no more who is still looking: signed out in another tab, or the token is gone.
const noticeStrangers: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    if (needsSignIn(error)) tellStranger();
    throw error;
  }
};

const PATIENCE = 15_000; // milliseconds; a hub asks others for less

// A hub that stands still keeps its connections, and says nothing.
const giveUp: Interceptor = (next) => (request) => {
  if (request.stream) return next(request);
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ConnectError(SILENT, Code.DeadlineExceeded)), PATIENCE);
  });
  return Promise.race([next(request), late]).finally(() => clearTimeout(timer));
};

const transport = createConnectTransport({ baseUrl: '/', useBinaryFormat: true, interceptors: [noticeStrangers, giveUp] });

export const access = createClient(AccessService, transport);
export const events = createClient(EventService, transport);
export const hubs = createClient(HubService, transport);
export const mesh = createClient(MeshService, transport);
export const namespaces = createClient(NamespaceService, transport);
export const peers = createClient(PeerService, transport);
export const server = createClient(ServerService, transport);
export const traces = createClient(TraceService, transport);
