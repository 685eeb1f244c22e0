// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/whole_id.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"

namespace pigeonhub::cli {
namespace {

constexpr size_t kDigits = 40;
constexpr size_t kShown = 3;  // of several that it may be

// An id or the beginning of one; empty if the text is neither.
std::string DigitsOf(const std::string& typed) {
  std::string text(absl::StripSuffix(typed, "…"));
  const bool is_id = text.size() <= kDigits && std::all_of(text.begin(), text.end(), [](char c) {
                       return absl::ascii_isxdigit(static_cast<unsigned char>(c));
                     });
  return is_id ? std::move(text) : std::string();
}

// The id of a hub that needs no look at the others: it has no letter that somebody may have typed
// in the wrong case.
bool IsWhole(const std::string& digits) {
  return digits.size() == kDigits && absl::AsciiStrToLower(digits) == digits;
}

// The one of `ids` that begins so, or else so in another case. Empty: none does.
absl::StatusOr<std::string> OnlyOne(const std::set<std::string>& ids,
                                    const std::string& beginning) {
  std::vector<std::string> found;
  for (const std::string& id : ids) {
    if (absl::StartsWith(id, beginning)) found.push_back(id);
  }
  if (found.empty()) {
    for (const std::string& id : ids) {
      if (absl::StartsWithIgnoreCase(id, beginning)) found.push_back(id);
    }
  }
  if (found.size() > 1) {
    return absl::InvalidArgumentError(absl::StrCat("the ids of several hubs begin with ", beginning,
                                                   ": ", absl::StrJoin(found, ", "),
                                                   "; give more of it"));
  }
  return found.empty() ? std::string() : found.front();
}

// The hubs of the mesh, those that were lost, and those that answer no more.
std::set<std::string> HubsOf(const v1::GetTopologyResponse& mesh) {
  std::set<std::string> ids;
  for (const v1::TopologyHub& hub : mesh.hubs()) ids.insert(hub.peer_id());
  for (const v1::LostHub& hub : mesh.lost_hubs()) ids.insert(hub.peer_id());
  for (const v1::UnreachableHub& hub : mesh.unreachable()) ids.insert(hub.hub_id());
  return ids;
}

// Some of the connected peers whose ids begin so, letter by letter.
absl::StatusOr<std::set<std::string>> PeersOf(Client& hub, const std::string& beginning) {
  v1::ListPeersRequest request;
  request.set_peer_id_prefix(beginning);
  request.set_include_remote(!hub.means_all_hubs());  // of all hubs each tells of its own
  request.set_page_size(static_cast<int32_t>(kShown) + 1);
  v1::ListPeersResponse found;
  if (absl::Status status = hub.Call(request, found); !status.ok()) return status;
  std::set<std::string> ids;  // who moves is at two hubs for a moment
  for (const v1::Peer& peer : found.peers()) ids.insert(peer.peer_id());
  return ids;
}

}  // namespace

absl::StatusOr<std::string> WholePeerId(Client& hub, std::string typed) {
  const std::string beginning = DigitsOf(typed);
  if (beginning.empty()) return typed;
  if (beginning.size() == kDigits) return beginning;
  auto found = PeersOf(hub, beginning);
  const std::string lower = absl::AsciiStrToLower(beginning);
  if (found.ok() && found->empty() && lower != beginning) found = PeersOf(hub, lower);
  if (!found.ok()) return found.status();
  std::set<std::string> ids = *std::move(found);
  if (ids.size() == 1) return *ids.begin();
  if (ids.empty()) {
    return absl::NotFoundError(absl::StrCat("no connected peer has an id that begins with ",
                                            beginning, "; give the whole id of one that has left"));
  }
  const bool has_others = ids.size() > kShown;
  if (has_others) ids.erase(std::next(ids.begin(), kShown), ids.end());
  return absl::InvalidArgumentError(
      absl::StrCat("several ids begin with ", beginning, ": ", absl::StrJoin(ids, ", "),
                   has_others ? " and others" : "", "; give more of it"));
}

absl::StatusOr<std::string> WholeHubId(Client& hub, std::string typed) {
  const std::string beginning = DigitsOf(typed);
  if (beginning.empty()) return typed;
  if (IsWhole(beginning)) return beginning;
  v1::GetTopologyRequest request;
  v1::GetTopologyResponse known;
  if (absl::Status status = hub.Call(request, known); !status.ok()) {
    if (beginning.size() == kDigits) return beginning;
    return status;
  }
  auto found = OnlyOne(HubsOf(known), beginning);
  if (!found.ok() || !found->empty()) return found;
  // A hub of the version before names lost ones only among those that do not answer. Which these
  // are, nobody asked.
  request.set_hub_id(std::string(kAllHubs));
  v1::GetTopologyResponse all;
  if (hub.CallQuietly(request, all).ok()) found = OnlyOne(HubsOf(all), beginning);
  if (!found.ok() || !found->empty()) return found;
  if (beginning.size() == kDigits) return beginning;  // it need not be known
  return absl::NotFoundError(absl::StrCat("no hub is known whose id begins with ", beginning,
                                          "; topology shows those that are"));
}

absl::StatusOr<std::string> WholeQuarantinedId(Client& hub, std::string typed) {
  const std::string beginning = DigitsOf(typed);
  if (beginning.empty()) return typed;
  if (IsWhole(beginning)) return beginning;
  v1::GetHubStatsResponse stats;
  if (absl::Status status = hub.Call(v1::GetHubStatsRequest(), stats); !status.ok()) return status;
  std::set<std::string> ids;
  for (const v1::QuarantinedHub& one : stats.quarantined_hubs()) ids.insert(one.peer_id());
  auto found = OnlyOne(ids, beginning);
  if (!found.ok() || !found->empty()) return found;
  if (beginning.size() == kDigits) return beginning;
  return absl::NotFoundError(absl::StrCat("no hub whose id begins with ", beginning,
                                          " is in quarantine; hubs stats shows those that are"));
}

}  // namespace pigeonhub::cli
