// SPDX-License-Identifier: Apache-2.0
//
// Peers of other hubs. Members of a namespace see no difference: they are told of remote peers as
// of local ones, once each, whatever number of paths leads there.
#include <algorithm>
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
  if (!remote.HasPath(input.path)) return 0;
  size_t withdrawn = 0;
  for (const PeerId& id : remote.PeersOn(input.path)) {
    // Never a goodbye: clients keep their data channels to a peer whose hub was lost.
    LoseWay(turn, *remote.Find(id), input.path, "hub lost");
    if (remote.Find(id) == nullptr) ++withdrawn;
  }
  remote.RemovePath(input.path);
  if (!cleanup_due.has_value()) cleanup_due = turn.now.steady + options.cleanup_interval;
  return withdrawn;
}

void Hub::State::LoseWay(Turn& turn, RemotePeer& peer, PathId path, const std::string& reason) {
  const Told before = ToldOf(peer);
  remote.Disconnect(peer, path);
  Retell(turn, peer, before, reason);
}

void Hub::State::RemoveRemote(Turn& turn, RemotePeer& peer, const std::string& reason) {
  const Told before = ToldOf(peer);
  while (!peer.ways.empty()) remote.Disconnect(peer, peer.ways.front().path);
  Retell(turn, peer, before, reason);
}

void Hub::State::EndConnection(Turn& turn, RemotePeer& peer, const RemotePeer::Way& ended,
                               const std::string& reason, const RawJson& goodbye) {
  const Told before = ToldOf(peer);
  const PathId ended_path = ended.path;
  const uint64_t ended_generation = ended.generation;
  const auto ways = peer.ways;
  for (const RemotePeer::Way& way : ways) {
    // Several may tell of one connection to a plain hub. Of ours each has one of its own, and two
    // that do not know of each other may give them the same generation.
    const bool same = way.path == ended_path || way.generation == 0;
    if (!same && way.generation >= ended_generation) continue;
    remote.Disconnect(peer, way.path);
    // The peer may have come to another hub since, which did not know of this connection and gave
    // its own a low generation. If it still has the peer, it will say so.
    if (MeshHub* hub = same ? nullptr : FindMeshHub(way.path)) {
      hub->talk.Say(mesh::Yields{peer.id, 0});
    }
  }
  Retell(turn, peer, before, reason, &goodbye);
}

LinkCounts* Hub::State::CountsOf(PathId path) const {
  if (MeshHub* hub = FindMeshHub(path)) return &hub->counts;
  Link* link = FindLink(path);
  return link == nullptr ? nullptr : &link->counts;
}

bool Hub::State::MayTellOfHubs(const RemoteJoin& input) const {
  // Hubs make themselves known in the hub mesh namespace, each by its own announce. Only the hubs
  // that we chose to dial, and those of our kind, are believed about others.
  if (FindMeshHub(input.path) != nullptr) return true;
  const Link* link = FindLink(input.path);
  return link != nullptr && link->uplink.has_value() && input.profile.is_hub;
}

std::optional<Reason> Hub::State::JoinRefusal(const RemoteJoin& input) const {
  if (!IsValidNamespaceName(input.network, options.limits.namespace_name)) {
    return Reason::kNamespaceNameInvalid;
  }
  if (input.profile.size() > options.limits.announce_data) return Reason::kAnnounceTooLarge;
  if (remote.size() >= options.limits.remote_peers && remote.Find(input.peer) == nullptr) {
    return Reason::kRemoteTableFull;
  }
  return std::nullopt;
}

void Hub::State::OnRemoteJoin(Turn& turn, const RemoteJoin& input) {
  if (!remote.HasPath(input.path) || input.peer == options.hub_peer_id) return;
  if (const std::optional<Reason> refusal = JoinRefusal(input)) {
    if (LinkCounts* counts = CountsOf(input.path)) ++counts->refused;
    return Count(turn, *refusal);
  }
  if (input.network == mesh_namespace && !MayTellOfHubs(input)) return;
  if (Peer* local = peers.Find(input.peer)) return OnContested(turn, *local, input);

  RemotePeer* peer = remote.Find(input.peer);
  const bool is_new = peer == nullptr;
  if (is_new) peer = &remote.Add(input.peer);
  const Told before = ToldOf(*peer);
  // One name for all members: there may be hundreds of thousands.
  const Namespace* home = namespaces.Find({"", std::string(input.network)});
  SharedText network =
      home != nullptr ? home->name : std::make_shared<const std::string>(input.network);
  if (FindMeshHub(input.path) == nullptr) {
    // Of plain hubs the last one to speak is right: the peer has moved there from another.
    const auto ways = peer->ways;
    for (const RemotePeer::Way& way : ways) {
      if (IsPlainWay(way) && *way.network != input.network) remote.Disconnect(*peer, way.path);
    }
  }
  remote.Connect(*peer, {input.path, input.generation, std::move(network), input.profile});
  Retell(turn, *peer, before, "moved");
  peer = remote.Find(input.peer);  // gone again, if nobody here wants to hear of it
  if (!is_new || peer == nullptr) return;
  if (IsHubMesh(*peer->network)) {
    Emit(turn, HubDiscovered{peer->id, ViaOf(input.path), peer->profile.members});
  } else if (FindMeshHub(input.path) == nullptr) {
    RetellNamespace(turn, input.path, *peer->network);
  }
}

void Hub::State::OnRemoteLeave(Turn& turn, const RemoteLeave& input) {
  const bool is_plain = FindMeshHub(input.path) == nullptr;
  if (Peer* local = peers.Find(input.peer)) {
    if (local->proof != nullptr) {
      local->proof->Withdraw(input.path);
    }
    WithdrawPlainClaim(*local, input.path);
    // It gives up a peer that is ours now. While it had that peer it may have dropped our word.
    if (!is_plain) TellMeshOf(local->id);
  }
  RemotePeer* peer = remote.Find(input.peer);
  if (peer == nullptr || !RemotePeerTable::Connects(*peer, input.path)) {
    // A hub of our kind also tells of those that left while they were still on its list.
    if (is_plain) Count(turn, Reason::kRemoteUnknown);
    return;
  }
  const RemotePeer::Way& way = *RemotePeerTable::FindWay(std::as_const(*peer), input.path);
  // Late news of a namespace that the peer has left since. Not "global": reference hubs, after a
  // goodbye, tell of the leave under that name whatever the namespace was.
  if (*way.network != input.network && input.network != "global") return;
  const bool says_why = !input.reason.empty() && input.reason.size() <= kLongestReason;
  const std::string reason = says_why ? std::string(input.reason) : "disconnected";
  // A goodbye ends it everywhere; but not one that was said to a hub that it has left since.
  const RemotePeer::Way& best = peer->ways.front();
  const bool from_owner = best.generation == way.generation && *best.network == *way.network;
  if (input.goodbye.has_value() && from_owner) {
    return EndConnection(turn, *peer, way, reason, *input.goodbye);
  }
  LoseWay(turn, *peer, input.path, reason);
}

void Hub::State::OnRemoteSignal(Turn& turn, const RemoteSignal& input) {
  const RemotePeer* sender = remote.Find(input.from);
  LinkCounts* counts = CountsOf(input.path);
  if (sender == nullptr || !RemotePeerTable::Connects(*sender, input.path)) {
    if (counts != nullptr) ++counts->forged;
    return DropSignal(turn, input.from, input.signal, nullptr, Reason::kSignalForgedSender);
  }
  const auto drop = [&](Reason reason) {
    DropSignal(turn, input.from, input.signal, sender->network, reason);
  };
  if (input.signal.target.empty()) return drop(Reason::kSignalWithoutTarget);
  if (sender->network->key.name != input.signal.network) {
    return drop(Reason::kSignalOtherNamespace);
  }
  const std::optional<PeerId> target = PeerId::Parse(input.signal.target);
  if (!target.has_value()) return drop(Reason::kSignalUnknownTarget);

  if (*target == options.hub_peer_id && IsHubMesh(*sender->network)) {
    return NoteUplinkSignal(turn, input, *target);
  }
  if (const Peer* local = peers.Find(*target)) {
    if (local->network != sender->network) return drop(Reason::kSignalOtherNamespace);
    NoteUplinkSignal(turn, input, *target);
    if (counts != nullptr) ++counts->relayed;
    return DeliverSignal(turn, *local, sender->id, input.signal);
  }
  // Passed on only to a hub that told of the target, and never back where it came from: two
  // reference hubs meet through this one, and nothing runs in circles.
  const RemotePeer* far = remote.Find(*target);
  if (far == nullptr) return drop(Reason::kSignalUnknownTarget);
  if (far->network != sender->network) return drop(Reason::kSignalOtherNamespace);
  if (counts != nullptr) ++counts->relayed;
  SendTowards(turn, *far, sender->id, input.signal, input.path);
}

void Hub::State::SendTowards(Turn& turn, const RemotePeer& target, const PeerId& from,
                             const inbound::Signal& signal, std::optional<PathId> came_by) {
  if (!FitsALink(signal)) return DropTooLarge(turn, from, signal, *target.network);
  const bool came_from_mesh = came_by.has_value() && FindMeshHub(*came_by) != nullptr;
  const auto is_open = [&](const RemotePeer::Way& way) {
    const MeshHub* hub = FindMeshHub(way.path);
    return way.path != came_by && (hub == nullptr || CanReach(*hub));
  };
  const bool any_open = std::any_of(target.ways.begin(), target.ways.end(), is_open);
  for (const RemotePeer::Way& way : target.ways) {
    if (way.path == came_by) continue;
    if (MeshHub* hub = FindMeshHub(way.path)) {
      // A hub of our kind sends to the one that has the target, and knows best which that is.
      if (came_from_mesh) continue;
      // Lost a moment ago, and the peer has turned up at another one since.
      if (any_open && !CanReach(*hub)) continue;
      if (hub->talk.overfull()) {
        return DropSignal(turn, from, signal, target.network, Reason::kLinkBacklogged);
      }
      mesh::Op said =
          mesh::Signal{signal.type, from, target.id, target.network->name, signal.payload};
      if (!hub->talk.Fits(said)) return DropTooLarge(turn, from, signal, *target.network);
      // Counted once that hub is known to have it.
      NoteSignal(turn, signal, from, target.id, *target.network, /*to_link=*/true);
      return hub->talk.SayNow(std::move(said));
    }
    if (const Link* link = FindLink(way.path); link != nullptr && link->settled) {
      return RelaySignal(turn, *link, from, target.id, *target.network, signal);
    }
  }
  DropSignal(turn, from, signal, target.network, Reason::kSignalUnknownTarget);
}

void Hub::State::NoteUplinkSignal(Turn& turn, const RemoteSignal& input, const PeerId& target) {
  if (!show_bootstrap_signaling) return;
  const Link* link = FindLink(input.path);
  if (const MeshHub* hub = FindMeshHub(input.path)) link = FindMeshLink(hub->next_hop);
  if (link == nullptr || !link->uplink.has_value()) return;
  const inbound::Signal& signal = input.signal;
  RawJson payload;
  if (signal.payload.text.size() <= BootstrapSignaling::kMostPayload) {
    // A copy, as what it came in may be much larger and live as long as the event.
    payload.buffer = std::make_shared<const std::string>(signal.payload.text);
    payload.text = *payload.buffer;
  }
  Emit(turn, BootstrapSignaling{signal.type, input.from, target, UrlOf(*link),
                                signal.payload.text.size(), std::move(payload)});
}

void Hub::State::RetellNamespace(Turn& turn, PathId path, const Namespace& network) {
  // A reference hub that we dialed does not keep what we told it, so a member that it tells of now
  // knows none of ours.
  Link* link = FindLink(path);
  if (link == nullptr || !link->uplink.has_value() || !Tells(*link, Whose::kOwn) ||
      IsHubMesh(network)) {
    return;
  }
  if (link->uplink_list == nullptr) link->uplink_list = std::make_unique<PendingList>();
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (!slot.member->published) return;
    link->uplink_list->Append({slot.member->id, /*for_link=*/true, /*again=*/true});
  });
  if (Tells(*link, Whose::kRemote)) {
    network.remote.ForEach([&](const Namespace::RemoteSlot& slot) {
      if (!RemotePeerTable::Connects(*slot.member, path)) {
        link->uplink_list->Append({slot.member->id, /*for_link=*/true, /*again=*/true});
      }
    });
  }
  if (link->uplink_list->empty()) {
    link->uplink_list.reset();
  } else {
    turn.effects.push_back(ListPending{link->connection});
  }
}

Hub::State::Told Hub::State::ToldOf(const RemotePeer& peer) const {
  if (peer.ways.empty()) return {};
  return {peer.network, peer.profile, peer.ways.size(), peer.ways.front().path, WeSpeakFor(peer)};
}

void Hub::State::Retell(Turn& turn, RemotePeer& peer, const Told& before, const std::string& reason,
                        const RawJson* goodbye) {
  // A way may have waited behind another one since its namespace was wanted.
  while (!peer.ways.empty() && !IsPlainWay(peer.ways.front()) &&
         !WeWant(*peer.ways.front().network)) {
    remote.Disconnect(peer, peer.ways.front().path);
  }
  const bool gone = peer.ways.empty();
  const bool was_there = before.network != nullptr;
  const bool stays = !gone && was_there && before.network->key.name == *peer.ways.front().network;
  const bool same_words = stays &&
                          SameText(before.profile.members, peer.ways.front().profile.members) &&
                          before.profile.is_hub == peer.ways.front().profile.is_hub;
  const std::string why = gone ? reason : "moved";
  if (was_there && !stays) {
    before.network->remote.Remove(peer);
    TellMembersOfLeave(turn, peer, before, why, goodbye);
  }
  if (!gone) {
    peer.profile = peer.ways.front().profile;
    if (!stays) {
      peer.network = &namespaces.FindOrAdd({"", *peer.ways.front().network});
      peer.network->remote.Add({&peer, peer.id.Prefix()});
    }
    if (!same_words) TellMembersOfJoin(turn, peer);
  }
  const Told after = ToldOf(peer);
  if (was_there && !IsHubMesh(*before.network)) {
    PublishLeave(turn,
                 {before.network->name, peer.id, before.profile.is_hub, stays ? reason : why,
                  /*addressed=*/false},
                 Whose::kRemote,
                 [&](PathId link) { return before.To(link) && (!stays || !after.To(link)); });
  }
  if (!gone && !IsHubMesh(*peer.network)) {
    PublishJoin(turn,
                {peer.network->name, peer.id, peer.profile.is_hub, peer.profile.members,
                 /*addressed=*/false},
                Whose::kRemote,
                [&](PathId link) { return after.To(link) && (!same_words || !before.To(link)); });
  }
  if (before.spoken_for && (!after.spoken_for || !stays)) {
    TellMeshOfLeave(peer.id, before.network->name, stays ? reason : why, goodbye);
  }
  if (after.spoken_for && (!before.spoken_for || !same_words)) TellMeshOf(peer.id);
  if (gone) remote.Remove(peer);
  if (was_there && !stays) namespaces.RemoteLeft(*before.network);
}

void Hub::State::TellMembersOfLeave(Turn& turn, const RemotePeer& peer, const Told& before,
                                    const std::string& reason, const RawJson* goodbye) {
  const Namespace& network = *before.network;
  std::vector<ConnectionId> audience;
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (slot.member->list != nullptr && slot.member->list->Forget(peer.id)) return;
    audience.push_back(slot.connection);
  });
  if (goodbye != nullptr) {
    Broadcast(turn, audience, outbound::Goodbye{network.name, peer.id, *goodbye});
  }
  Broadcast(turn, std::move(audience),
            outbound::Disconnected{network.name, peer.id, before.profile.is_hub, reason});
}

void Hub::State::TellMembersOfJoin(Turn& turn, const RemotePeer& peer) {
  const Namespace& network = *peer.network;
  std::vector<Namespace::LocalSlot> listeners;
  std::vector<uint64_t> prefixes;
  network.local.ForEach([&](const Namespace::LocalSlot& slot) {
    if (slot.member->list != nullptr && slot.member->list->Waits(peer.id)) return;
    listeners.push_back(slot);
    prefixes.push_back(slot.prefix);
  });
  const bool everyone = options.discovery_limit == 0 || network.size() <= kFullIntroductionMembers;
  std::vector<ConnectionId> audience;
  for (size_t i :
       ChooseIntroductions(peer.id.Prefix(), prefixes,
                           everyone ? prefixes.size() : options.discovery_limit, random)) {
    audience.push_back(listeners[i].connection);
  }
  counters.discoveries_sent.Add(audience.size());
  Broadcast(turn, std::move(audience),
            outbound::Discovered{network.name, peer.id, peer.profile.is_hub, peer.profile.members});
}

void Hub::State::SupersedeRemote(Turn& turn, Peer& peer) {
  RemotePeer* known = remote.Find(peer.id);
  if (known == nullptr) return;
  peer.generation =
      std::max(peer.generation, mesh::GenerationAbove(known->ways.front().generation));
  for (const RemotePeer::Way& way : known->ways) {
    if (const MeshHub* hub = FindMeshHub(way.path)) NoteWordDropped(peer.id, *hub);
  }
  if (known->network != peer.network) {
    return RemoveRemote(turn, *known, "moved");
  }
  // It stays in its namespace, so nobody there has lost anything; nor have the hubs that were told.
  peer.published = options.is_hub;
  known->network->remote.Remove(*known);
  remote.Remove(*known);
}

}  // namespace pigeonhub
