// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/core/hub_state.h"
#include "server/core/introduction.h"

namespace pigeonhub {
namespace {

// A list goes out in pieces of this size, so that it never fills a connection's queue.
constexpr size_t kListPieceMembers = 128;
constexpr size_t kListPieceBytes = size_t{64} * 1024;

std::string AnnounceRefusalText(Reason reason, const Limits& limits) {
  switch (reason) {
    case Reason::kAnnounceTooLarge:
      return absl::StrCat("Announce refused: data is larger than ", limits.announce_data, " bytes");
    case Reason::kNamespaceNameInvalid:
      return absl::StrCat("Announce refused: networkName must be 1 to ", limits.namespace_name,
                          " bytes without control characters");
    case Reason::kNamespaceFull:
      return absl::StrCat("Announce refused: the network already has ", limits.namespace_peers,
                          " peers on this hub");
    default:
      return absl::StrCat("Announce refused: this hub already has ", limits.namespaces,
                          " networks");
  }
}

outbound::Discovered DiscoveryOf(const Peer& peer, bool addressed) {
  return {peer.network->name, peer.id, peer.is_hub, peer.profile.members, addressed};
}

outbound::Discovered DiscoveryOf(const RemotePeer& peer, bool addressed) {
  return {peer.network->name, peer.id, peer.profile.is_hub, peer.profile.members, addressed};
}

}  // namespace

void Hub::State::OnAnnounce(Turn& turn, Peer& peer, const inbound::Announce& announce) {
  if (const std::optional<Reason> refusal = AnnounceRefusal(peer, announce)) {
    Count(turn, *refusal, OriginOf(peer));
    outbound::Error error{AnnounceRefusalText(*refusal, options.limits)};
    if (SpeaksMesh(announce.profile)) error.reason = std::string(ReasonName(*refusal));
    SendTo(turn, peer.connection, std::move(error));
    return;
  }
  counters.announces.Add();

  const bool moves = peer.network != nullptr && peer.network->key.name != announce.network;
  if (moves) LeaveNamespace(turn, peer, "moved", nullptr);
  peer.profile = announce.profile;
  UpdateHubStanding(turn, peer, announce.profile.is_hub || announce.network == mesh_namespace);
  const bool again = peer.network != nullptr;
  if (!again) JoinNamespace(turn, peer, announce.network);
  if (peer.is_hub) {
    HubRecord& record = *registry.Find(peer.id);
    record.network = peer.network->name;
    NoteAnnounced(peer, record, announce.profile);
  }
  Emit(turn, PeerAnnounced{peer.id, peer.network->name, peer.is_hub});

  SupersedeRemote(turn, peer);
  Introduce(turn, peer, again);
  UpdatePublished(turn, peer);
  UpdateLink(turn, peer);
  TellMeshOf(peer.id);
}

std::optional<Reason> Hub::State::AnnounceRefusal(const Peer& peer,
                                                  const inbound::Announce& announce) const {
  const Limits& limits = options.limits;
  if (!IsValidNamespaceName(announce.network, limits.namespace_name)) {
    return Reason::kNamespaceNameInvalid;
  }
  if (announce.profile.size() > limits.announce_data) return Reason::kAnnounceTooLarge;
  if (peer.network != nullptr && peer.network->key.name == announce.network) return std::nullopt;

  const Namespace* network = namespaces.Find({"", std::string(announce.network)});
  if (network != nullptr && network->local.size() >= limits.namespace_peers) {
    return Reason::kNamespaceFull;
  }
  const bool is_new = network == nullptr || network->local.empty();
  // A peer that is alone in its namespace takes that one away when it moves.
  const bool frees_one = peer.network != nullptr && peer.network->local.size() == 1;
  if (is_new && !frees_one && namespaces.with_local_members() >= limits.namespaces) {
    return Reason::kTooManyNamespaces;
  }
  return std::nullopt;
}

void Hub::State::JoinNamespace(Turn& turn, Peer& peer, std::string_view name) {
  Namespace& network = namespaces.FindOrAdd({"", std::string(name)});
  network.local.Add({&peer, peer.connection, peer.id.Prefix()});
  namespaces.LocalJoined(network);
  peer.network = &network;
  peer.announced_at = turn.now.unix_ms;
  counters.joins.Add();
  if (network.local.size() > 1) return;
  Emit(turn, NamespaceCreated{network.name});
  OnNamespaceGained(network.name);
}

void Hub::State::LeaveNamespace(Turn& turn, Peer& peer, const std::string& reason,
                                const RawJson* goodbye) {
  Namespace& network = *peer.network;
  DropList(peer);
  network.local.Remove(peer);

  std::vector<ConnectionId> audience;
  audience.reserve(network.local.size());
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (network.lists_pending > 0 && slot.member->list != nullptr &&
        slot.member->list->Forget(peer.id)) {
      return;
    }
    audience.push_back(slot.connection);
  });
  if (goodbye != nullptr)
    Broadcast(turn, audience, outbound::Goodbye{network.name, peer.id, *goodbye});
  Broadcast(turn, std::move(audience),
            outbound::Disconnected{network.name, peer.id, peer.is_hub, reason});
  if (peer.published) {
    PublishLeave(turn, {network.name, peer.id, peer.is_hub, reason, /*addressed=*/false},
                 Whose::kOwn, AllLinks);
    peer.published = false;
  }
  TellMeshOfLeave(peer.id, network.name, reason, goodbye);

  peer.network = nullptr;
  const SharedText name = network.name;
  const bool was_last = network.local.empty();
  if (was_last) Emit(turn, NamespaceRemoved{name});
  namespaces.LocalLeft(network);  // which may be gone now
  if (was_last) OnNamespaceLost(turn, name);
  UpdateLink(turn, peer);
}

void Hub::State::Introduce(Turn& turn, Peer& peer, bool again) {
  Namespace& network = *peer.network;
  struct Candidate {
    const Peer* local;  // null: the member is remote
    const RemotePeer* remote;
  };
  std::vector<Candidate> others;
  others.reserve(network.size());
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (slot.member != &peer) others.push_back({slot.member, nullptr});
  });
  network.remote.ForEach([&](const Namespace::RemoteSlot& slot) {
    others.push_back({nullptr, slot.member});
  });

  if (options.discovery_limit > 0 && network.size() > kFullIntroductionMembers) {
    std::vector<uint64_t> prefixes;
    prefixes.reserve(others.size());
    network.local.ForEach([&](const Namespace::LocalSlot& slot) {
      if (slot.member != &peer) prefixes.push_back(slot.prefix);
    });
    network.remote.ForEach(
        [&](const Namespace::RemoteSlot& slot) { prefixes.push_back(slot.prefix); });
    std::vector<Candidate> chosen;
    for (size_t i :
         ChooseIntroductions(peer.id.Prefix(), prefixes, options.discovery_limit, random)) {
      chosen.push_back(others[i]);
    }
    others = std::move(chosen);
  }

  std::vector<ConnectionId> audience;
  audience.reserve(others.size());
  for (const Candidate& other : others) {
    if (other.local == nullptr) continue;
    if (network.lists_pending > 0 && other.local->list != nullptr &&
        other.local->list->Waits(peer.id)) {
      continue;  // its list will show the peer as it is now
    }
    audience.push_back(other.local->connection);
  }
  counters.discoveries_sent.Add(audience.size());
  Broadcast(turn, std::move(audience), DiscoveryOf(peer, /*addressed=*/true));

  size_t members = 0;
  size_t bytes = 0;
  for (const Candidate& other : others) {
    const Profile& profile = other.local != nullptr ? other.local->profile : other.remote->profile;
    if (members < kListPieceMembers && bytes < kListPieceBytes) {
      // The list of an earlier announce may still hold it.
      if (peer.list != nullptr) {
        peer.list->Forget(other.local != nullptr ? other.local->id : other.remote->id);
      }
      SendTo(turn, peer.connection,
             other.local != nullptr ? DiscoveryOf(*other.local, /*addressed=*/true)
                                    : DiscoveryOf(*other.remote, /*addressed=*/true));
      counters.discoveries_sent.Add();
      ++members;
      bytes += profile.size();
      continue;
    }
    if (peer.list == nullptr) {
      peer.list = std::make_unique<PendingList>();
      ++network.lists_pending;
    }
    peer.list->Append({other.local != nullptr ? other.local->id : other.remote->id,
                       /*for_link=*/false, again});
  }
  if (peer.list != nullptr) turn.effects.push_back(ListPending{peer.connection});
}

void Hub::State::OnWantMore(Turn& turn, const WantMore& input) {
  if (Peer* peer = peers.Find(input.connection)) {
    if (peer->list != nullptr) TellList(turn, *peer);
    return;
  }
  Link* link = FindUplinkLink(input.connection);
  if (link == nullptr || link->uplink_list == nullptr) return;
  TellPiece(turn, link->connection, *link->uplink_list, nullptr);
  if (link->uplink_list->empty()) link->uplink_list.reset();
}

void Hub::State::TellList(Turn& turn, Peer& peer) {
  TellPiece(turn, peer.connection, *peer.list, &peer);
  if (peer.list->empty()) DropList(peer);
}

void Hub::State::TellPiece(Turn& turn, ConnectionId to, PendingList& list, const Peer* receiver) {
  size_t members = 0;
  size_t bytes = 0;
  while (members < kListPieceMembers && bytes < kListPieceBytes) {
    const std::optional<PendingList::Entry> entry = list.Next();
    if (!entry.has_value()) break;
    // Of a list for hubs, the rest is nobody's business once the link is gone.
    if (entry->for_link && receiver != nullptr && !receiver->link.has_value()) continue;
    const auto tell = [&](const auto& other) {
      // It may have moved to another namespace since; its old one was then told it left.
      if (!entry->for_link && other.network != receiver->network) return;
      SendTo(turn, to, DiscoveryOf(other, /*addressed=*/!entry->for_link));
      counters.discoveries_sent.Add();
      ++members;
      bytes += other.profile.size();
    };
    // One that is connected here but has not announced may still be a member on another hub.
    if (const Peer* local = peers.Find(entry->peer);
        local != nullptr && local->network != nullptr) {
      tell(*local);
    } else if (const RemotePeer* far = remote.Find(entry->peer)) {
      tell(*far);
    }
  }
  if (!list.empty()) turn.effects.push_back(ListPending{to});
}

void Hub::State::DropList(Peer& peer) {
  if (peer.list == nullptr) return;
  peer.list.reset();
  --peer.network->lists_pending;
}

}  // namespace pigeonhub
