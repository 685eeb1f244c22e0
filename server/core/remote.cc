// SPDX-License-Identifier: Apache-2.0
//
// Peers of other hubs. Members of a namespace see no difference: they are told of remote peers as
// of local ones, once each, whatever number of paths leads there.
#include <utility>

#include "server/core/hub_state.h"
#include "server/core/introduction.h"

namespace pigeonhub {
namespace {

// What a close frame can say, which is where these texts come from.
constexpr size_t kLongestReason = 123;

}  // namespace

void Hub::State::OnPathUp(const PathUp& input) { remote.AddPath(input.path, input.hub); }

size_t Hub::State::OnPathDown(Turn& turn, const PathDown& input) {
  size_t withdrawn = 0;
  for (RemotePeer* peer : remote.RemovePath(input.path)) {
    if (!peer->paths.empty()) {
      NoteLastPath(turn, *peer, "hub lost");
      continue;
    }
    // Never a goodbye: clients keep their data channels to a peer whose hub was lost.
    RemoveRemote(turn, *peer, "hub lost");
    ++withdrawn;
  }
  if (!cleanup_due.has_value()) cleanup_due = turn.now.steady + options.cleanup_interval;
  return withdrawn;
}

bool Hub::State::MayTellOfHubs(const RemoteJoin& input) const {
  // Hubs make themselves known in the hub mesh namespace, each by its own announce. Only the hubs
  // that we chose to dial are believed about others.
  const Link* link = FindLink(input.path);
  return link != nullptr && link->uplink.has_value() && input.profile.is_hub;
}

void Hub::State::OnRemoteJoin(Turn& turn, const RemoteJoin& input) {
  if (!remote.HasPath(input.path)) return;
  // A hub's word about itself is its own announce.
  if (input.peer == remote.HubOf(input.path)) return;
  if (!IsValidNamespaceName(input.network, options.limits.namespace_name)) {
    return Count(turn, Reason::kNamespaceNameInvalid);
  }
  if (input.profile.size() > options.limits.announce_data) {
    return Count(turn, Reason::kAnnounceTooLarge);
  }
  if (input.network == mesh_namespace && !MayTellOfHubs(input)) return;
  if (peers.Find(input.peer) != nullptr) return Count(turn, Reason::kRemoteClaimsLocal);

  bool is_new = false;
  RemotePeer* peer = remote.Find(input.peer);
  if (peer != nullptr && peer->network->key.name != input.network) {
    RemoveRemote(turn, *peer, "moved");
    peer = nullptr;
  }
  if (peer == nullptr) {
    if (remote.size() >= options.limits.remote_peers) {
      return Count(turn, Reason::kRemoteTableFull);
    }
    peer = &remote.Add(input.peer);
    peer->network = &namespaces.FindOrAdd({"", std::string(input.network)});
    peer->network->remote.Add({peer, peer->id.Prefix()});
    is_new = true;
  } else if (peer->paths.front() != input.path) {
    // Known already, so no news here. But until now the hub behind the only path was not told.
    const bool is_second = peer->paths.size() == 1;
    remote.Connect(*peer, input.path);
    if (!is_second || input.network == mesh_namespace) return;
    return PublishJoin(turn,
                       {peer->network->name, peer->id, peer->profile.is_hub, peer->profile.members,
                        /*addressed=*/false},
                       Whose::kRemote, LinkAt(peer->paths.front()));
  }
  remote.Connect(*peer, input.path);
  peer->profile = input.profile;

  Namespace& network = *peer->network;
  std::vector<Namespace::LocalSlot> listeners;
  std::vector<uint64_t> prefixes;
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (slot.member->list != nullptr && slot.member->list->Waits(peer->id)) return;
    listeners.push_back(slot);
    prefixes.push_back(slot.prefix);
  });
  const bool everyone = options.discovery_limit == 0 || network.size() <= kFullIntroductionMembers;
  std::vector<ConnectionId> audience;
  for (size_t i :
       ChooseIntroductions(peer->id.Prefix(), prefixes,
                           everyone ? prefixes.size() : options.discovery_limit, random)) {
    audience.push_back(listeners[i].connection);
  }
  outbound::Discovered discovered{network.name, peer->id, peer->profile.is_hub,
                                  peer->profile.members};
  counters.discoveries_sent.Add(audience.size());
  Broadcast(turn, std::move(audience), discovered);
  discovered.addressed = false;
  if (input.network != mesh_namespace) {
    PublishJoin(turn, discovered, Whose::kRemote, LinksToldOf(*peer));
  } else if (is_new) {
    Emit(turn, HubDiscovered{peer->id, UrlOf(*FindLink(input.path)), peer->profile.members});
  }
}

void Hub::State::OnRemoteLeave(Turn& turn, const RemoteLeave& input) {
  RemotePeer* peer = remote.Find(input.peer);
  if (peer == nullptr || !RemotePeerTable::Connects(*peer, input.path)) {
    return Count(turn, Reason::kRemoteUnknown);
  }
  // Late news of a namespace that the peer has left since. Not "global": reference hubs, after a
  // goodbye, tell of the leave under that name whatever the namespace was.
  if (peer->network->key.name != input.network && input.network != "global") return;
  const bool says_why = !input.reason.empty() && input.reason.size() <= kLongestReason;
  const std::string reason = says_why ? std::string(input.reason) : "disconnected";
  if (input.goodbye.has_value()) return RemoveRemote(turn, *peer, reason, &*input.goodbye);
  if (peer->paths.size() == 1) return RemoveRemote(turn, *peer, reason);
  remote.Disconnect(*peer, input.path);
  NoteLastPath(turn, *peer, reason);
}

void Hub::State::OnRemoteSignal(Turn& turn, const RemoteSignal& input) {
  const RemotePeer* sender = remote.Find(input.from);
  if (sender == nullptr || !RemotePeerTable::Connects(*sender, input.path)) {
    return DropSignal(turn, input.signal, Reason::kSignalForgedSender);
  }
  if (input.signal.target.empty())
    return DropSignal(turn, input.signal, Reason::kSignalWithoutTarget);
  if (sender->network->key.name != input.signal.network) {
    return DropSignal(turn, input.signal, Reason::kSignalOtherNamespace);
  }
  const std::optional<PeerId> target = PeerId::Parse(input.signal.target);
  if (!target.has_value()) return DropSignal(turn, input.signal, Reason::kSignalUnknownTarget);

  if (*target == options.hub_peer_id && IsHubMesh(*sender->network)) {
    return NoteUplinkSignal(turn, input, *target);
  }
  if (const Peer* local = peers.Find(*target)) {
    if (local->network != sender->network) return Count(turn, Reason::kSignalOtherNamespace);
    NoteUplinkSignal(turn, input, *target);
    return DeliverSignal(turn, *local, sender->id, input.signal);
  }
  // Passed on only to a hub that told of the target, and never back where it came from: two
  // reference hubs meet through this one, and nothing runs in circles.
  const RemotePeer* far = remote.Find(*target);
  if (far == nullptr) return DropSignal(turn, input.signal, Reason::kSignalUnknownTarget);
  if (far->network != sender->network)
    return DropSignal(turn, input.signal, Reason::kSignalOtherNamespace);
  for (PathId path : far->paths) {
    if (path == input.path) continue;
    if (const Link* link = FindLink(path); link != nullptr && link->settled) {
      return RelaySignal(turn, *link, sender->id, *target, *far->network, input.signal);
    }
  }
  DropSignal(turn, input.signal, Reason::kSignalUnknownTarget);
}

void Hub::State::NoteUplinkSignal(Turn& turn, const RemoteSignal& input, const PeerId& target) {
  const Link* link = FindLink(input.path);
  if (link == nullptr || !link->uplink.has_value()) return;
  const inbound::Signal& signal = input.signal;
  Emit(turn, BootstrapSignaling{signal.type, input.from, target, UrlOf(*link),
                                signal.payload.text.size(), signal.payload});
}

void Hub::State::NoteLastPath(Turn& turn, const RemotePeer& peer, const std::string& reason) {
  if (peer.paths.size() > 1 || IsHubMesh(*peer.network)) return;
  PublishLeave(turn,
               {peer.network->name, peer.id, peer.profile.is_hub, reason, /*addressed=*/false},
               Whose::kRemote, LinkAt(peer.paths.front()));
}

void Hub::State::RemoveRemote(Turn& turn, RemotePeer& peer, const std::string& reason,
                              const RawJson* goodbye) {
  Namespace& network = *peer.network;
  network.remote.Remove(peer);
  std::vector<ConnectionId> audience;
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (slot.member->list != nullptr && slot.member->list->Waits(peer.id)) {
      slot.member->list->Forget(peer.id);
      return;
    }
    audience.push_back(slot.connection);
  });
  if (goodbye != nullptr) {
    Broadcast(turn, audience, outbound::Goodbye{network.name, peer.id, *goodbye});
  }
  outbound::Disconnected left{network.name, peer.id, peer.profile.is_hub, reason};
  Broadcast(turn, std::move(audience), left);
  left.addressed = false;
  if (!IsHubMesh(network)) PublishLeave(turn, left, Whose::kRemote, LinksToldOf(peer));
  remote.Remove(peer);
  namespaces.RemoteLeft(network);
}

void Hub::State::SupersedeRemote(Turn& turn, Peer& peer) {
  RemotePeer* known = remote.Find(peer.id);
  if (known == nullptr) return;
  if (known->network != peer.network) {
    return RemoveRemote(turn, *known, "moved");
  }
  // It stays in its namespace, so nobody there has lost anything; nor have the hubs that were told.
  peer.published = options.is_hub;
  known->network->remote.Remove(*known);
  remote.Remove(*known);
}

}  // namespace pigeonhub
