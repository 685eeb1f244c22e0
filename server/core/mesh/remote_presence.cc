// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/remote_presence.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "server/core/mesh/hub_share.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {
namespace {

// What a close frame can say, which is where these texts come from.
constexpr size_t kLongestReason = 123;

}  // namespace

size_t RemotePresence::RemovePath(Turn& turn, PathId path, const Link* link) {
  if (!remote_.HasPath(path)) return 0;
  size_t withdrawn = 0;
  const auto hub = std::make_shared<const std::string>(HubOn(path, link));
  for (const PeerId& id : remote_.PeersOn(path)) {
    RemotePeer& peer = *remote_.Find(id);
    const bool is_hub = self_.IsHubMesh(*peer.network);
    const SharedText network = peer.network->name;
    // Never a goodbye: clients keep their data channels to a peer whose hub was lost.
    LosePath(turn, peer, path, "hub lost");
    if (is_hub || remote_.Find(id) != nullptr) continue;
    ++withdrawn;
    departures_.NoteLost(turn.now.steady, id, network, hub);
  }
  remote_.RemovePath(path);
  cleanup_.Ask(turn.now.steady);
  return withdrawn;
}

bool RemotePresence::Accepts(Turn& turn, const RemoteJoin& input) {
  if (!remote_.HasPath(input.path) || input.peer == self_.id()) return false;
  if (const std::optional<Reason> refusal = RefusalOf(input)) {
    if (LinkCounts* counts = paths_.CountsOf(input.path)) ++counts->refused;
    turn.Count(*refusal);
    return false;
  }
  return input.network != self_.mesh_namespace() || MayAnnounceHubs(input);
}

void RemotePresence::Join(Turn& turn, const RemoteJoin& input) {
  RemotePeer* peer = remote_.Find(input.peer);
  const bool is_new = peer == nullptr;
  if (is_new) peer = &remote_.Add(input.peer);
  const RemoteState before = StateOf(*peer);
  // One name for all members: there may be hundreds of thousands.
  const Namespace* home = namespaces_.Find(input.network);
  SharedText network =
      home != nullptr ? home->name : std::make_shared<const std::string>(input.network);
  const bool from_reference = mesh_hubs_.IsReferencePath(input.path);
  if (from_reference) {
    // Of reference hubs the last one to speak is right: the peer has moved there from another.
    const auto entries = peer->entries;
    for (const RemotePeer::Entry& entry : entries) {
      if (mesh_hubs_.IsReferencePath(entry.path) && *entry.network != input.network) {
        remote_.Disconnect(*peer, entry.path);
      }
    }
  }
  const RemotePeer::Entry* known = RemotePeerTable::FindEntry(std::as_const(*peer), input.path);
  if (known == nullptr) AskOwner(*peer, input);
  if (known == nullptr || known->generation != input.generation) peer->since = turn.now.steady;
  const bool stays = known != nullptr && *known->network == input.network;
  remote_.Connect(*peer, {.path = input.path,
                          .generation = input.generation,
                          .network = std::move(network),
                          .profile = input.profile,
                          .since = stays ? known->since : turn.now.unix_ms});
  Apply(turn, *peer, before, "moved");
  peer = remote_.Find(input.peer);  // gone again, if nobody here wants to hear of it
  if (!is_new || peer == nullptr) return;
  if (self_.IsHubMesh(*peer->network)) {
    turn.Emit(HubDiscovered{peer->id, paths_.NameOf(input.path), peer->profile.members});
  } else if (from_reference) {
    introductions_.ListNamespaceForLink(turn, input.path, *peer->network);
  }
}

void RemotePresence::AskOwner(const RemotePeer& peer, const RemoteJoin& rival) {
  // Reference hubs do not answer, and several hubs tell of one connection to a reference hub.
  if (peer.entries.empty() || peer.entries.front().generation == 0 ||
      rival.network == self_.mesh_namespace()) {
    return;
  }
  MeshHub* owner = mesh_hubs_.On(peer.entries.front().path);
  // Whatever it answers: if its connection is over, it withdraws the peer.
  if (owner != nullptr) owner->talk.SayNow(mesh::Claim{peer.id});
}

void RemotePresence::Leave(Turn& turn, const RemoteLeave& input) {
  RemotePeer* peer = remote_.Find(input.peer);
  if (peer == nullptr || !RemotePeerTable::Connects(*peer, input.path)) {
    // A mesh hub also withdraws those that left while they were still on its list.
    if (mesh_hubs_.IsReferencePath(input.path)) turn.Count(Reason::kRemoteUnknown);
    return;
  }
  const RemotePeer::Entry& entry = *RemotePeerTable::FindEntry(std::as_const(*peer), input.path);
  // Late news of a namespace that the peer has left since. Not "global": reference hubs, after a
  // goodbye, tell of the leave under that name whatever the namespace was.
  if (*entry.network != input.network && input.network != "global") return;
  const bool says_why = !input.reason.empty() && input.reason.size() <= kLongestReason;
  const std::string reason = says_why ? std::string(input.reason) : "disconnected";
  // A goodbye ends it everywhere, if it was said to its owner; of reference hubs, several tell of
  // one connection.
  const RemotePeer::Entry& owner = peer->entries.front();
  const bool from_owner =
      owner.path == entry.path ||
      (owner.generation == 0 && entry.generation == 0 && *owner.network == *entry.network);
  if (input.goodbye.has_value() && from_owner) {
    return EndConnection(turn, *peer, entry, reason, *input.goodbye);
  }
  LosePath(turn, *peer, input.path, reason);
}

void RemotePresence::LosePath(Turn& turn, RemotePeer& peer, PathId path,
                              const std::string& reason) {
  const RemoteState before = StateOf(peer);
  remote_.Disconnect(peer, path);
  Apply(turn, peer, before, reason);
}

void RemotePresence::Remove(Turn& turn, RemotePeer& peer, const std::string& reason) {
  const RemoteState before = StateOf(peer);
  while (!peer.entries.empty()) remote_.Disconnect(peer, peer.entries.front().path);
  Apply(turn, peer, before, reason);
}

void RemotePresence::EndConnection(Turn& turn, RemotePeer& peer, const RemotePeer::Entry& ended,
                                   const std::string& reason, const RawJson& goodbye) {
  const RemoteState before = StateOf(peer);
  const PathId ended_path = ended.path;
  const uint64_t ended_generation = ended.generation;
  const auto entries = peer.entries;
  for (const RemotePeer::Entry& entry : entries) {
    // Several may tell of one connection to a reference hub. Of ours each has one of its own, and
    // two that do not know of each other may give them the same generation.
    const bool same = entry.path == ended_path || entry.generation == 0;
    if (!same && entry.generation >= ended_generation) continue;
    remote_.Disconnect(peer, entry.path);
    // The peer may have come to another hub since, which did not know of this connection and gave
    // its own a low generation. If it still has the peer, it will say so.
    if (MeshHub* hub = same ? nullptr : mesh_hubs_.On(entry.path)) {
      hub->talk.Say(mesh::Yields{peer.id, 0});
    }
  }
  Apply(turn, peer, before, reason, &goodbye);
}

std::optional<Reason> RemotePresence::RefusalOf(const RemoteJoin& input) const {
  if (!IsValidNamespaceName(input.network, options_.limits.namespace_name)) {
    return Reason::kNamespaceNameInvalid;
  }
  if (input.profile.size() > options_.limits.announce_data) return Reason::kAnnounceTooLarge;
  if (TakesMore(input) && !HasShareLeft(options_.limits, remote_, mesh_hubs_, input.path)) {
    return Reason::kRemoteTableFull;
  }
  return std::nullopt;
}

bool RemotePresence::TakesMore(const RemoteJoin& input) const {
  const RemotePeer* peer = remote_.Find(input.peer);
  const RemotePeer::Entry* known =
      peer == nullptr ? nullptr : RemotePeerTable::FindEntry(*peer, input.path);
  return known == nullptr || input.profile.size() > known->profile.size();
}

bool RemotePresence::MayAnnounceHubs(const RemoteJoin& input) const {
  // Hubs make themselves known in the hub mesh namespace, each by its own announce. Only the hubs
  // that this hub chose to dial, and mesh hubs, are believed about others.
  if (mesh_hubs_.On(input.path) != nullptr) return true;
  const Link* link = paths_.LinkTowards(input.path);
  return link != nullptr && link->dial_target.has_value() && input.profile.is_hub;
}

std::string RemotePresence::HubOn(PathId path, const Link* link) const {
  if (const MeshHub* hub = mesh_hubs_.On(path)) return std::string(hub->id.text());
  if (link == nullptr) return {};
  return link->hub.has_value() ? std::string(link->hub->text()) : paths_.UrlOf(*link);
}

RemoteState RemotePresence::StateOf(const RemotePeer& peer) const {
  if (peer.entries.empty()) return {};
  return {peer.network, peer.profile, peer.entries.size(), peer.entries.front().path,
          interest_.SpeaksFor(peer)};
}

void RemotePresence::Apply(Turn& turn, RemotePeer& peer, const RemoteState& before,
                           const std::string& reason, const RawJson* goodbye) {
  // An entry may have waited behind another one since its namespace was wanted.
  while (!peer.entries.empty() && !mesh_hubs_.IsReferencePath(peer.entries.front().path) &&
         !interest_.IsWantedHere(*peer.entries.front().network)) {
    remote_.Disconnect(peer, peer.entries.front().path);
  }
  const bool gone = peer.entries.empty();
  const bool stays =
      !gone && before.network != nullptr && *before.network->name == *peer.entries.front().network;
  if (before.network != nullptr && !stays) before.network->remote.Remove(peer);
  if (!gone) {
    peer.profile = peer.entries.front().profile;
    if (!stays) {
      peer.network = &namespaces_.FindOrAdd(*peer.entries.front().network);
      peer.network->remote.Add({&peer, peer.id.Prefix()});
    }
  }
  audience_.OnRemoteChange(turn, {peer, before, StateOf(peer), reason, goodbye});
  if (gone) remote_.Remove(peer);
  if (before.network != nullptr && !stays) namespaces_.RemoteLeft(*before.network);
}

void RemotePresence::Supersede(Turn& turn, Peer& peer) {
  RemotePeer* known = remote_.Find(peer.id);
  if (known == nullptr) return;
  peer.generation = std::max(peer.generation, mesh::GenerationAbove(known->HighestGeneration()));
  for (const RemotePeer::Entry& entry : known->entries) {
    if (const MeshHub* hub = mesh_hubs_.On(entry.path)) dropped_.Note(peer.id, *hub);
  }
  if (known->network != peer.network) {
    return Remove(turn, *known, "moved");
  }
  // It stays in its namespace, so nobody there has lost anything; nor have the hubs that were told.
  peer.published = self_.is_hub();
  peer.arrival = std::move(known->arrival);
  known->network->remote.Remove(*known);
  remote_.Remove(*known);
}

}  // namespace pigeonhub
