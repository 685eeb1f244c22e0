// SPDX-License-Identifier: Apache-2.0
//
// Policies of namespaces: the noun below `namespaces`, and what holds in one of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/command/command.h"
#include "cli/output/table.h"
#include "pigeonhub/v1/namespace_service.pb.h"

namespace pigeonhub::cli {

// What holds, and where several hubs were asked at which of them.
struct PolicyAnswer {
  const v1::PolicyInForce& all;  // what all hubs have the same
  std::vector<std::pair<std::string, const v1::PolicyInForce*>> per_hub;  // by the id of the hub
};

// Of GetNamespaceResponse and GetNamespacePolicyResponse. It has to stay for as long.
template <typename Response>
PolicyAnswer PolicyAnswerOf(const Response& response) {
  PolicyAnswer answer{response.in_force(), {}};
  for (const Response& hub : response.per_hub()) {
    answer.per_hub.emplace_back(hub.hub_id(), &hub.in_force());
  }
  return answer;
}

// Key by key: what holds, and where it comes from; at the end, which hubs differ in what.
Table PolicyTable(const PolicyAnswer& answer);

Command PolicyCommand();

}  // namespace pigeonhub::cli
