// SPDX-License-Identifier: Apache-2.0
//
// What `top` measures: two looks at a hub, and what happened between them.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/rpc/client.h"
#include "pigeonctl/v1/top.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/namespace_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub::cli {

enum class TopView { kHubs, kPeers, kNamespaces };

// One look. Only what the view needs is filled beside the counts.
struct TopSample {
  std::chrono::steady_clock::time_point when;
  v1::GetStatsResponse stats;
  v1::GetStatsResponse all_hubs;  // what each of them says; those that answered in time
  v1::GetTopologyResponse mesh;
  v1::ListLinksResponse links;
  v1::ListPeersResponse peers;
  v1::ListNamespacesResponse namespaces;
};

// Asks the hub. Reads at most 5000 rows: a tick of two seconds has no time for more.
absl::StatusOr<TopSample> TakeTopSample(Client& hub, TopView view);

// What happened between the looks.
pigeonctl::v1::Top Compare(const TopSample& before, const TopSample& after, TopView view,
                           std::chrono::system_clock::time_point now);

// What rows of the view can be sorted by, the usual one first.
std::vector<std::string> TopKeys(TopView view);

// Sorts the rows, the largest first, and keeps `most` of them; 0: all. `key` is one of TopKeys.
void SortTop(pigeonctl::v1::Top& top, TopView view, std::string_view key, size_t most);

// The ids and names of the rows.
std::vector<std::string> TopNames(const pigeonctl::v1::Top& top);

}  // namespace pigeonhub::cli
