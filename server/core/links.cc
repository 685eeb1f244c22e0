// SPDX-License-Identifier: Apache-2.0
//
// A hub that announced on the hub mesh namespace is a link: it speaks the PeerPigeon protocol of
// the reference's hubs (docs/protocol.md, "Links"). What it reports becomes remote presence; what
// happens here, and on other links, is told to it.
#include <algorithm>
#include <utility>

#include "server/core/hub_state.h"

namespace pigeonhub {

void Hub::State::UpdateLink(Turn& turn, Peer& peer) {
  const bool should_link = peer.is_hub && peer.network != nullptr && IsHubMesh(*peer.network);
  if (should_link == peer.link.has_value()) return;
  if (!should_link) {
    const PathId path = *peer.link;
    peer.link.reset();
    std::erase_if(links, [&](const Link& link) { return link.path == path; });
    Emit(turn, LinkDown{peer.id, OnPathDown(turn, {path})});
    return;
  }

  peer.link = PathId(next_path++);
  turn.effects.push_back(WatchLink{peer.connection});
  if (options.is_hub) {
    // Everything it should know so far; what happens from now on is published as it happens. It
    // goes as a list, because it may be long.
    auto list = std::make_unique<PendingList>();
    for (const auto& [order, local] : peers.in_order()) {
      if (local->published) list->Append({local->id, /*for_link=*/true});
    }
    for (const Link& other : links) {
      for (const PeerId& far : remote.PeersOn(other.path)) list->Append({far, /*for_link=*/true});
    }
    if (peer.list != nullptr) {
      while (const auto entry = peer.list->Next()) list->Append(*entry);
    } else {
      ++peer.network->lists_pending;
    }
    peer.list = std::move(list);
    TellList(turn, peer);
  }
  links.push_back({*peer.link, &peer});
  OnPathUp({*peer.link, peer.id});
  Emit(turn, LinkUp{peer.id});
}

const Hub::State::Link* Hub::State::FindLink(PathId path) const {
  auto it =
      std::find_if(links.begin(), links.end(), [&](const Link& link) { return link.path == path; });
  return it == links.end() ? nullptr : &*it;
}

void Hub::State::OnPeerReport(Turn& turn, Peer& hub, const inbound::PeerReport& report) {
  if (!hub.link.has_value()) return Count(turn, Reason::kNotAHub);
  const std::optional<PeerId> peer = PeerId::Parse(report.peer);
  if (!peer.has_value()) return Count(turn, Reason::kInvalidMessage);
  OnRemoteJoin(turn, {*hub.link, *peer, report.network, report.profile});
}

void Hub::State::OnPeerWithdrawal(Turn& turn, Peer& hub,
                                  const inbound::PeerWithdrawal& withdrawal) {
  // To anybody else this is a type the hub does not route.
  if (!hub.link.has_value()) return OnUnroutable(turn, hub, "peer-disconnected");
  const std::optional<PeerId> peer = PeerId::Parse(withdrawal.peer);
  if (!peer.has_value()) return Count(turn, Reason::kInvalidMessage);
  OnRemoteLeave(turn, {*hub.link, *peer, withdrawal.network, withdrawal.reason, std::nullopt});
}

void Hub::State::UpdatePublished(Turn& turn, Peer& peer) {
  // Hubs of the mesh find each other in its namespace; only ordinary peers are told of, as the
  // reference does. A plain server tells nothing.
  const bool publish = options.is_hub && !peer.is_hub && !IsHubMesh(*peer.network);
  if (publish) {
    PublishJoin(turn,
                {peer.network->name, peer.id, false, peer.profile.members, /*addressed=*/false},
                kAllLinks);
  } else if (peer.published) {
    PublishLeave(turn, {peer.network->name, peer.id, peer.is_hub, "hub", /*addressed=*/false},
                 kAllLinks);
  }
  peer.published = publish;
}

void Hub::State::PublishJoin(Turn& turn, const outbound::Discovered& discovered,
                             const Audience& audience) {
  if (!options.is_hub) return;
  std::vector<ConnectionId> to;
  for (const Link& link : links) {
    if (!audience.Includes(link.path)) continue;
    if (link.peer->list != nullptr && link.peer->list->Waits(discovered.peer)) continue;
    to.push_back(link.peer->connection);
  }
  Broadcast(turn, std::move(to), discovered);
}

void Hub::State::PublishLeave(Turn& turn, const outbound::Disconnected& left,
                              const Audience& audience) {
  if (!options.is_hub) return;
  std::vector<ConnectionId> to;
  for (const Link& link : links) {
    if (!audience.Includes(link.path)) continue;
    if (link.peer->list != nullptr && link.peer->list->Waits(left.peer)) {
      link.peer->list->Forget(left.peer);
      continue;
    }
    to.push_back(link.peer->connection);
  }
  Broadcast(turn, std::move(to), left);
}

void Hub::State::RelaySignal(Turn& turn, const Link& link, const PeerId& from, const PeerId& target,
                             const Namespace& network, const inbound::Signal& signal) {
  counters.signals_relayed[static_cast<size_t>(signal.type)].Add();
  NoteSignal(turn, signal, from, target, network, /*to_link=*/true);
  SendTo(turn, link.peer->connection,
         outbound::Signal{signal.type, network.name, from, target, signal.payload});
}

}  // namespace pigeonhub
