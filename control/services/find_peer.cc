// SPDX-License-Identifier: Apache-2.0

#include "control/services/find_peer.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"

namespace pigeonhub {
namespace {

// How many peers are looked at in one go. The hub waits meanwhile.
constexpr size_t kLookedAt = 1000;
constexpr size_t kNamed = 3;  // of several that it may be

// The ids of connected peers that begin so, here and at other hubs; enough to tell whether it is
// one.
std::vector<PeerId> Connected(const HubServer& hub, const PeerFilter& filter) {
  std::vector<PeerId> ids;
  for (uint64_t after = 0; ids.size() <= kNamed;) {
    const PeerPage page = hub.ListPeers(filter, after, kLookedAt).page;
    for (const PeerRecord& peer : page.peers) ids.push_back(peer.peer);
    if (!page.more) break;
    after = page.next_order;
  }
  for (std::string after; ids.size() <= kNamed;) {
    const RemotePeerPage page = hub.ListRemotePeers(filter, after, kLookedAt);
    for (const RemotePeerPage::Row& row : page.rows) ids.push_back(row.peer.peer);
    if (!page.more) break;
    after = page.next;
  }
  return ids;
}

RpcError Ambiguous(const std::string& typed, const std::vector<PeerId>& ids) {
  std::string text = "is the beginning of several ids: ";
  for (size_t i = 0; i < std::min(ids.size(), kNamed); ++i) {
    text += (i == 0 ? "" : ", ") + std::string(ids[i].text());
  }
  if (ids.size() > kNamed) text += " and others";
  return InvalidField("peer_id", text + "; give more of it than " + typed);
}

}  // namespace

Parsed<PeerWhereabouts> FindPeer(const HubServer& hub, const std::string& typed) {
  if (const std::optional<PeerId> id = PeerId::Parse(typed)) return hub.FindPeer(*id);
  if (typed.empty() || typed.size() > PeerId::kLength ||
      !std::all_of(typed.begin(), typed.end(), absl::ascii_isxdigit)) {
    return InvalidField("peer_id", "is not an id or its beginning, which are hexadecimal digits");
  }
  std::vector<PeerId> ids = Connected(hub, {.id_prefix = typed});
  if (ids.empty()) ids = hub.FindDepartedPeers(typed, kNamed + 1);
  if (ids.empty()) return PeerWhereabouts();
  if (ids.size() > 1) return Ambiguous(typed, ids);
  return hub.FindPeer(ids.front());
}

}  // namespace pigeonhub
