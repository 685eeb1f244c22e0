// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "server/hub_server.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// Writes what happens in the server to its log: hubs, limits and drains for everyone, peers coming
// and going at level debug. Before Start; `log` outlives the server.
void LogEvents(HubServer& server, Log& log);

}  // namespace pigeonhub
