// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "pigeonhub/v1/mesh_service.pb.h"
#include "proto/values/message_values.h"

namespace pigeonhub::cli {

// Draws the mesh as a tree, one line a hub. The answering hub is the root, and each hub stands
// below the first hub or bus that leads to it; a bus is a bar. Then follow the links that close
// circles, who else is on a bus, and the hubs to which no way is known; then the islands of lost
// hubs, and how long before `now` the way there was lost. The lines contain what other hubs say
// about themselves, unchanged.
std::vector<std::string> DrawTopology(const v1::GetTopologyResponse& mesh,
                                      std::chrono::system_clock::time_point now);

}  // namespace pigeonhub::cli
