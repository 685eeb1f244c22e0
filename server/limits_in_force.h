// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/hub_server.h"

namespace pigeonhub {

// A limit that holds for peers, addresses or other hubs.
struct LimitInForce {
  std::string_view name;  // of its option, or its own where nobody can set it; see LimitOf
  std::string value;      // as people write it
};

// All of them, those of peers and addresses first.
std::vector<LimitInForce> LimitsInForce(const HubServerOptions& options);

}  // namespace pigeonhub
