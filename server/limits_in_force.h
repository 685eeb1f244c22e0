// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pigeonhub/hub_server.h"
#include "pigeonhub/namespace_policy.h"

namespace pigeonhub {

// A limit that holds for peers, addresses or other hubs.
struct LimitInForce {
  std::string_view name;  // of its option, or its own where nobody can set it; see LimitOf
  std::string value;      // as people write it
  std::optional<PolicyKey> key = {};  // of a policy of a namespace, which may say something else
};

// All of them, those of peers and addresses first. `running`: what has changed since the start.
std::vector<LimitInForce> LimitsInForce(const HubServerOptions& options,
                                        const RunningLimits& running);

// What the policy says for the key of a limit, as people write it.
std::string LimitIn(const NamespacePolicy& policy, PolicyKey key);

}  // namespace pigeonhub
