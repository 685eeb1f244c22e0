// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "pigeonhub/event.h"
#include "pigeonhub/hub_server.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// Writes what happens in the server to its log: hubs, limits and drains for everyone, peers coming
// and going at level debug. Who changed something goes to `audit`, which may be the same log.
// Called before Start; the logs outlive the server.
void LogEvents(HubServer& server, Log& log, Log& audit);

// The line for one event.
void LogEvent(const Event& event, Log& log);

}  // namespace pigeonhub
