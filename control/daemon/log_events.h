// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "pigeonhub/hub_server.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// Writes what happens in the server to its log, and names the flags that help. Who changed
// something goes to `audit`, which may be the same log. Called before Start; the logs outlive the
// server.
void LogEvents(HubServer& server, Log& log, Log& audit);

}  // namespace pigeonhub
