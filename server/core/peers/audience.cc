// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/audience.h"

#include <optional>
#include <utility>
#include <vector>

#include "server/core/mesh_message.h"
#include "server/core/peers/choose_introductions.h"
#include "server/core/peers/discovery.h"

namespace pigeonhub {
namespace {

bool AllLinks(PathId) { return true; }

}  // namespace

void Audience::OnRemoteChange(Turn& turn, const RemoteChange& change) {
  RemotePeer& peer = change.peer;
  const RemoteState& before = change.before;
  const RemoteState& after = change.after;
  const bool was_there = before.network != nullptr;
  const bool is_there = after.network != nullptr;
  const bool stays = was_there && before.network == after.network;
  const bool same_words = stays && SameText(before.profile.members, after.profile.members) &&
                          before.profile.is_hub == after.profile.is_hub;
  // For those that lose the peer although it is still known.
  const std::string why = is_there ? "moved" : change.reason;

  const auto disconnected = [&](const std::string& reason, bool addressed) {
    return outbound::Disconnected{before.network->name, peer.id, before.profile.is_hub, reason,
                                  addressed};
  };
  if (was_there && !stays) {
    WithdrawFromMembers(turn, *before.network, peer.arrival, disconnected(why, /*addressed=*/true),
                        change.goodbye);
  }
  if (is_there && !stays) IntroduceToMembers(turn, peer);
  if (stays && !same_words) Tell(turn, peer, /*again=*/true);
  if (was_there && !self_.IsHubMesh(*before.network)) {
    WithdrawFromLinks(turn, disconnected(stays ? change.reason : why, /*addressed=*/false),
                      Whose::kRemote, [&](PathId link) {
                        return before.IsAnnouncedTo(link) && (!stays || !after.IsAnnouncedTo(link));
                      });
  }
  if (is_there && !self_.IsHubMesh(*after.network)) {
    AnnounceToLinks(turn,
                    {peer.network->name, peer.id, peer.profile.is_hub, peer.profile.members,
                     /*addressed=*/false, /*again=*/stays},
                    Whose::kRemote, [&](PathId link) {
                      return after.IsAnnouncedTo(link) &&
                             (!same_words || !before.IsAnnouncedTo(link));
                    });
  }
  if (before.spoken_for && (!after.spoken_for || !stays)) {
    WithdrawFromHubs(peer.id, before.network->name, stays ? change.reason : why, change.goodbye);
  }
  if (after.spoken_for && (!before.spoken_for || !same_words)) AnnounceToMesh(peer.id);
}

void Audience::AnnounceLeave(Turn& turn, Peer& peer, const Namespace& network,
                             const std::string& reason, const RawJson* goodbye) {
  const size_t told = WithdrawFromMembers(turn, network, peer.arrival,
                                          {network.name, peer.id, peer.is_hub, reason}, goodbye);
  rates_.OnFanout(turn, peer, told, goodbye == nullptr ? 0 : told * goodbye->text.size());
  if (peer.published && !links_.all().empty()) {
    WithdrawFromLinks(turn, {network.name, peer.id, peer.is_hub, reason, /*addressed=*/false},
                      Whose::kOwn, AllLinks);
  }
  peer.published = false;
  WithdrawFromHubs(peer.id, network.name, reason, goodbye);
}

void Audience::AnnounceToLinks(Turn& turn, Peer& peer) {
  // Hubs find each other in the hub mesh namespace; reference hubs hear only of ordinary peers, as
  // the reference's own hubs tell of no others.
  const bool publish = !peer.is_hub && !self_.IsHubMesh(*peer.network);
  const bool was_published = std::exchange(peer.published, publish);
  if (links_.all().empty()) return;
  if (publish) {
    AnnounceToLinks(turn,
                    {peer.network->name, peer.id, false, peer.profile.members, /*addressed=*/false,
                     /*again=*/was_published},
                    Whose::kOwn, AllLinks);
  } else if (was_published) {
    WithdrawFromLinks(turn, {peer.network->name, peer.id, peer.is_hub, "hub", /*addressed=*/false},
                      Whose::kOwn, AllLinks);
  }
}

void Audience::AnnounceToLinkAgain(Turn& turn, const Peer& peer, const Link& link) {
  AnnounceToLinks(turn,
                  {peer.network->name, peer.id, peer.is_hub, peer.profile.members,
                   /*addressed=*/false},
                  Whose::kOwn, [&](PathId path) { return path == link.path; });
}

void Audience::AnnounceToMesh(const PeerId& id, bool alive) {
  if (mesh_hubs_.empty()) return;
  std::optional<mesh::Join> join = interest_.JoinOf(id);
  if (!join.has_value()) return;
  join->alive = alive;
  for (MeshHub* hub : interest_.WhoWant(*join->network)) hub->talk.Say(*join);
}

void Audience::AnnounceToHubAgain(const PeerId& id, MeshHub& hub) {
  std::optional<mesh::Join> join = interest_.JoinOf(id);
  if (!join.has_value() || !hub.up || !interest_.IsWantedBy(hub, *join->network)) return;
  hub.talk.Say(*std::move(join));
}

void Audience::WithdrawFromHubs(const PeerId& id, const SharedText& network,
                                const std::string& reason, const RawJson* goodbye) {
  if (mesh_hubs_.empty()) return;
  for (MeshHub* hub : interest_.WhoWant(*network)) {
    hub->talk.Say(mesh::Leave{id, network, reason, goodbye != nullptr,
                              goodbye == nullptr ? RawJson() : *goodbye});
  }
}

void Audience::AnnounceToLinks(Turn& turn, const outbound::Discovered& discovered, Whose whose,
                               LinkFilter filter) {
  std::vector<ConnectionId> to;
  for (const auto& link : links_.all()) {
    if (!filter(link->path) || !links_.Hears(*link, whose)) continue;
    if (link->list() != nullptr && link->list()->Waits(discovered.peer)) continue;
    to.push_back(link->connection);
  }
  turn.Broadcast(std::move(to), discovered);
}

void Audience::WithdrawFromLinks(Turn& turn, const outbound::Disconnected& left, Whose whose,
                                 LinkFilter filter) {
  std::vector<ConnectionId> to;
  for (const auto& link : links_.all()) {
    if (!filter(link->path) || !links_.Hears(*link, whose)) continue;
    if (link->list() != nullptr && link->list()->Forget(left.peer)) continue;
    to.push_back(link->connection);
  }
  turn.Broadcast(std::move(to), left);
}

void Audience::IntroduceToMembers(Turn& turn, RemotePeer& peer) {
  Namespace& network = *peer.network;
  const NamespaceRules& rules = RulesOf(policies_, network);
  if (IntroducesEveryone(rules, network)) {
    peer.arrival = Arrival(++network.arrivals);
  } else {
    std::vector<uint64_t> members;
    std::vector<uint64_t> prefixes;
    network.local.ForEach([&](const Namespace::LocalSlot& slot) {
      members.push_back(slot.member->arrival.number());
      prefixes.push_back(slot.prefix);
    });
    std::vector<uint64_t> met;
    for (size_t i :
         ChooseIntroductions(peer.id.Prefix(), prefixes, rules.discovery_limit, secret_)) {
      met.push_back(members[i]);
    }
    peer.arrival = Arrival(++network.arrivals, std::move(met));
  }
  Tell(turn, peer, /*again=*/false);
}

void Audience::Tell(Turn& turn, const RemotePeer& peer, bool again) {
  const Namespace& network = *peer.network;
  const bool for_hubs = peer.profile.is_hub || self_.IsHubMesh(network);
  TellMembers(turn, trace_, network, peer.arrival,
              {network.name, peer.id, peer.profile.is_hub, peer.profile.members,
               /*addressed=*/true, again},
              for_hubs ? WordsFor::kHubs : WordsFor::kAll);
}

size_t Audience::WithdrawFromMembers(Turn& turn, const Namespace& network, const Arrival& arrival,
                                     const outbound::Disconnected& left, const RawJson* goodbye) {
  std::vector<ConnectionId> to;
  to.reserve(network.local.size());
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (!HaveMet(arrival, slot.member->arrival)) return;
    // One to whom the peer is still to be announced need not hear that it left.
    if (network.lists_pending > 0 && slot.member->list != nullptr &&
        slot.member->list->Forget(left.peer)) {
      return;
    }
    to.push_back(slot.connection);
  });
  if (goodbye != nullptr) {
    turn.Broadcast(to, outbound::Goodbye{left.network, left.peer, *goodbye});
  }
  const size_t told = to.size();
  turn.Broadcast(std::move(to), left);
  return told;
}

}  // namespace pigeonhub
