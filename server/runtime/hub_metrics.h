// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

#include "server/core/counters.h"
#include "server/runtime/event_log.h"
#include "server/runtime/exposition.h"

namespace pigeonhub {

// What the core counts, as metrics: docs/metrics.md lists them. Reads counters only, without the
// hub's lock.
void AddHubMetrics(const Counters& counters, size_t max_connections, const EventLog& events,
                   Exposition& out);

// The same of the bus, for a hub that has one.
void AddBusMetrics(const Counters& counters, Exposition& out);

}  // namespace pigeonhub
