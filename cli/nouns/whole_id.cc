// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/whole_id.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kDigits = 40;
constexpr int kShown = 3;  // of several that it may be

bool IsBeginning(const std::string& text) {
  return !text.empty() && text.size() < kDigits &&
         std::all_of(text.begin(), text.end(), absl::ascii_isxdigit);
}

}  // namespace

absl::StatusOr<std::string> WholePeerId(Client& hub, std::string typed) {
  const std::string beginning(absl::StripSuffix(typed, "…"));
  if (!IsBeginning(beginning)) return typed;
  v1::ListPeersRequest request;
  request.set_peer_id_prefix(beginning);
  request.set_page_size(kShown + 1);
  v1::ListPeersResponse found;
  if (absl::Status status = hub.Call(request, found); !status.ok()) return status;
  if (found.peers_size() == 1) return found.peers(0).peer_id();
  if (found.peers().empty()) {
    return absl::NotFoundError(absl::StrCat("no connected peer has an id that begins with ",
                                            beginning, "; give the whole id of one that has left"));
  }
  std::string ids;
  for (int i = 0; i < std::min(found.peers_size(), kShown); ++i) {
    absl::StrAppend(&ids, i == 0 ? "" : ", ", found.peers(i).peer_id());
  }
  return absl::InvalidArgumentError(absl::StrCat("several ids begin with ", beginning, ": ", ids,
                                                 found.peers_size() > kShown ? " and others" : "",
                                                 "; give more of it"));
}

absl::StatusOr<std::string> WholeHubId(Client& hub, std::string typed) {
  if (typed.empty()) return absl::InvalidArgumentError("--hub needs the id of a hub, or '*'");
  const std::string beginning(absl::StripSuffix(typed, "…"));
  if (!IsBeginning(beginning)) return typed;
  v1::GetTopologyResponse known;
  if (absl::Status status = hub.Call(v1::GetTopologyRequest(), known); !status.ok()) return status;
  std::vector<std::string> found;
  for (const v1::TopologyHub& one : known.hubs()) {
    if (absl::StartsWith(one.peer_id(), beginning)) found.push_back(one.peer_id());
  }
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    return absl::NotFoundError(absl::StrCat("no hub is known whose id begins with ", beginning,
                                            "; topology shows those that are"));
  }
  return absl::InvalidArgumentError(absl::StrCat("the ids of several hubs begin with ", beginning,
                                                 ": ", absl::StrJoin(found, ", "),
                                                 "; give more of it"));
}

}  // namespace pigeonhub::cli
