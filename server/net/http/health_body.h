// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "pigeonhub/records.h"
#include "server/core/time.h"
#include "server/net/http/memory_use.h"

namespace pigeonhub::net {

// The body of GET /health: the fields of the reference server, in its order.
std::string HealthBody(const HubStats& stats, double uptime_seconds, UnixMillis now,
                       const MemoryUse& memory);

}  // namespace pigeonhub::net
