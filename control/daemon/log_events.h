// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>

#include "pigeonhub/event.h"
#include "pigeonhub/hub_server.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// Writes what happens in the server to its log, and names the flags that help. Who changed
// something goes to `audit`, which may be the same log. Events for which `is_told` says true are
// left out; empty: none. Called before Start; the logs outlive the server.
void LogEvents(HubServer& server, Log& log, Log& audit,
               std::function<bool(const Event&)> is_told = {});

}  // namespace pigeonhub
