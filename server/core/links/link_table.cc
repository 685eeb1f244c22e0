// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/link_table.h"

#include <algorithm>
#include <string>
#include <utility>

namespace pigeonhub {
namespace {

Link* FirstOf(const std::vector<std::unique_ptr<Link>>& links, auto matches) {
  const auto it =
      std::find_if(links.begin(), links.end(), [&](const auto& link) { return matches(*link); });
  return it == links.end() ? nullptr : it->get();
}

}  // namespace

Link& LinkTable::Add(ConnectionId connection, const Now& now) {
  return *links_.emplace_back(
      std::make_unique<Link>(NewPath(), connection, now, queue_, most_hubs_));
}

std::unique_ptr<Link> LinkTable::Remove(PathId path) {
  const auto found = std::find_if(links_.begin(), links_.end(),
                                  [&](const auto& link) { return link->path == path; });
  std::unique_ptr<Link> link = std::move(*found);
  links_.erase(found);
  return link;
}

Link* LinkTable::Find(PathId path) const {
  return FirstOf(links_, [&](const Link& link) { return link.path == path; });
}

Link* LinkTable::FindDialed(ConnectionId connection) const {
  return FirstOf(links_, [&](const Link& link) {
    return link.dial_target.has_value() && link.connection == connection;
  });
}

Link* LinkTable::FindOn(ConnectionId connection) const {
  return FirstOf(links_, [&](const Link& link) { return link.connection == connection; });
}

Link* LinkTable::FindMesh(const PeerId& hub) const {
  return FirstOf(links_, [&](const Link& link) { return link.is_mesh() && link.hub == hub; });
}

LinkEnd EndOf(Reason reason, uint16_t code, std::string_view text) {
  LinkEnd end{LinkEnd::Side::kThisHub, reason, code, std::string(text)};
  if (reason == Reason::kPeerClosed || reason == Reason::kGoodbye) {
    end.side = LinkEnd::Side::kOtherHub;
  } else if (reason == Reason::kTransportLost) {
    end.side = LinkEnd::Side::kNeither;
  }
  if (end.text.empty()) end.text = std::string(ReasonName(reason));
  return end;
}

LinkDown DescribeEnd(const Now& now, const Link& link, size_t withdrawn_peers) {
  return {.peer = *link.hub,
          .withdrawn_peers = withdrawn_peers,
          .end = link.end,
          .since = link.since,
          .up_for = now.steady - link.began};
}

void CountUnread(Turn& turn, LinkCounts& counts, size_t refused) {
  if (refused == 0) return;
  counts.refused += refused;
  turn.Count(Reason::kInvalidMessage);
}

}  // namespace pigeonhub
