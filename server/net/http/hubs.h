// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <vector>

#include "pigeonhub/records.h"
#include "server/core/time.h"

namespace pigeonhub::net {

// The body of GET /hubs, as the reference server lists hubs. `data` is what each hub announced,
// with isHub.
std::string HubsBody(const std::vector<HubRecord>& hubs, UnixMillis now);

}  // namespace pigeonhub::net
