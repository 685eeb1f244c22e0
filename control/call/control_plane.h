// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "control/access/authority.h"
#include "control/access/refusal_limit.h"
#include "control/call/inside_calls.h"
#include "control/call/other_hubs.h"
#include "control/call/request_memory.h"
#include "control/call/settings.h"
#include "control/call/worker.h"
#include "control/events/event_feed.h"
#include "control/events/stream_places.h"
#include "pigeonhub/hub_server.h"
#include "server/runtime/clock.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// What the services of one control server share. It is made before them and lives until the last
// call is over.
struct ControlPlane {
  HubServer& hub;
  Log& log;
  const Clock& clock;
  Settings& settings;
  const Authority authority;
  const std::string hub_id;  // this hub's own peer id
  const UnixMillis started_at;

  // Where the control API can be reached. Written before the first call.
  std::vector<std::string> addresses;
  // The URLs of the console port. Written before the first call.
  std::vector<std::string> console_addresses;

  // Calls that come in other ways than over gRPC.
  InsideCalls inside;
  // How calls that mean other hubs are answered. Set before the first call.
  OtherHubs* other_hubs = nullptr;

  StreamPlaces places;
  StreamPlaces trace_places;  // of those, for handshakes: each makes all hubs of the mesh work
  EventFeed feed;
  RefusalLimit refusals;
  RequestMemory requests;  // touched by the worker only
  Worker worker;           // ends first, because its tasks use all the above
};

}  // namespace pigeonhub
