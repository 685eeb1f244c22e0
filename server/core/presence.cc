// SPDX-License-Identifier: Apache-2.0
//
// What our hubs tell each other of their peers. A hub speaks for the peers that are connected to it
// and for those that plain hubs told it of; it tells each other hub of the namespaces that this one
// wants, which are those in which it has members itself.
#include <utility>

#include "server/core/hub_state.h"

namespace pigeonhub {

bool Hub::State::Wants(const MeshHub& hub, const std::string& network) const {
  return hub.wants_all || hub.wants.contains(network) || network == mesh_namespace;
}

bool Hub::State::WeWant(const std::string& network) const {
  if (wants_all || network == mesh_namespace) return true;
  const Namespace* known = namespaces.Find({"", network});
  return known != nullptr && !known->local.empty();
}

bool Hub::State::IsPlainWay(const RemotePeer::Way& way) const {
  return !mesh_paths.contains(way.path);
}

bool Hub::State::WeSpeakFor(const RemotePeer& peer) const {
  return options.is_hub && !peer.ways.empty() && IsPlainWay(peer.ways.front());
}

std::optional<mesh::Join> Hub::State::JoinOf(const PeerId& id) const {
  if (const Peer* peer = peers.Find(id); peer != nullptr && peer->network != nullptr) {
    // A hub of ours is on the map.
    const Link* link = LinkOf(*peer);
    if (link != nullptr && link->speaks_mesh) return std::nullopt;
    return mesh::Join{id,           peer->network->name,  peer->generation, /*alive=*/false,
                      peer->is_hub, peer->profile.members};
  }
  const RemotePeer* far = remote.Find(id);
  if (far == nullptr || !WeSpeakFor(*far)) return std::nullopt;
  return mesh::Join{id,
                    far->network->name,
                    /*generation=*/0,
                    /*alive=*/false,
                    far->profile.is_hub,
                    far->profile.members};
}

void Hub::State::TellMeshOf(const PeerId& id, bool alive) {
  if (mesh_hubs.empty()) return;
  std::optional<mesh::Join> join = JoinOf(id);
  if (!join.has_value()) return;
  join->alive = alive;
  for (const auto& [hub_id, hub] : mesh_hubs) {
    if (hub->up && Wants(*hub, *join->network)) hub->talk.Say(*join);
  }
}

void Hub::State::TellMeshOfLeave(const PeerId& id, const SharedText& network,
                                 const std::string& reason, const RawJson* goodbye) {
  for (const auto& [hub_id, hub] : mesh_hubs) {
    if (!hub->up || !Wants(*hub, *network)) continue;
    hub->talk.Say(mesh::Leave{id, network, reason, goodbye != nullptr,
                              goodbye == nullptr ? RawJson() : *goodbye});
  }
}

void Hub::State::Greet(MeshHub& hub) {
  if (wants_all) hub.talk.Say(mesh::WantAll{true});
  for (const auto& [key, network] : namespaces.in_order()) {
    if (!network->local.empty() && key.name != mesh_namespace) {
      hub.talk.Say(mesh::Want{network->name});
    }
  }
  ListNamespace(hub, std::make_shared<const std::string>(mesh_namespace));
}

void Hub::State::ListNamespace(MeshHub& hub, const SharedText& name) {
  std::vector<PeerId> members;
  if (const Namespace* network = namespaces.Find({"", *name})) AddMembers(*network, members);
  if (members.empty()) return hub.talk.Say(mesh::Nobody{name});
  hub.talk.Say(mesh::Listing{name});
  hub.talk.SayJoins(std::move(members));
  hub.talk.Say(mesh::Listed{name});
}

void Hub::State::AddMembers(const Namespace& network, std::vector<PeerId>& members) const {
  network.local.ForEach(
      [&](const Namespace::LocalSlot& slot) { members.push_back(slot.member->id); });
  network.remote.ForEach([&](const Namespace::RemoteSlot& slot) {
    if (WeSpeakFor(*slot.member)) members.push_back(slot.member->id);
  });
}

void Hub::State::ListAllWanted(MeshHub& hub) {
  if (!hub.wants_all) {
    for (const std::string& name : hub.wants) {
      ListNamespace(hub, std::make_shared<const std::string>(name));
    }
    return;
  }
  // As one list, so that nothing is left of a namespace that is gone.
  const auto everything = std::make_shared<const std::string>();
  hub.talk.Say(mesh::Listing{everything});
  std::vector<PeerId> members;
  for (const auto& [key, network] : namespaces.in_order()) AddMembers(*network, members);
  hub.talk.SayJoins(std::move(members));
  hub.talk.Say(mesh::Listed{everything});
}

void Hub::State::SettleWhatWeWant(Turn& turn) {
  bool all = false;
  for (const auto& link : links) all = all || Tells(*link, Whose::kRemote);
  if (all == wants_all) return;
  wants_all = all;
  for (const auto& [id, hub] : mesh_hubs) {
    if (hub->up) hub->talk.Say(mesh::WantAll{all});
  }
  if (all) return;
  std::vector<std::string> names;
  for (const auto& [key, network] : namespaces.in_order()) {
    if (!WeWant(key.name)) names.push_back(key.name);
  }
  for (const std::string& name : names) DropUnwanted(turn, name);
}

void Hub::State::OnNamespaceGained(const SharedText& network) {
  if (*network == mesh_namespace) return;
  for (const auto& [id, hub] : mesh_hubs) {
    if (hub->up) hub->talk.Say(mesh::Want{network});
  }
}

void Hub::State::OnNamespaceLost(Turn& turn, const SharedText& network) {
  if (*network == mesh_namespace || mesh_hubs.empty()) return;
  for (const auto& [id, hub] : mesh_hubs) {
    if (hub->up) hub->talk.Say(mesh::Unwant{network});
  }
  if (!WeWant(*network)) DropUnwanted(turn, *network);
}

void Hub::State::DropUnwanted(Turn& turn, const std::string& name) {
  const Namespace* network = namespaces.Find({"", name});
  if (network == nullptr) return;
  std::vector<std::pair<PeerId, PathId>> unwanted;
  network->remote.ForEach([&](const Namespace::RemoteSlot& slot) {
    for (const RemotePeer::Way& way : slot.member->ways) {
      // Another way may say that it is in a namespace that is wanted.
      if (!IsPlainWay(way) && *way.network == name) {
        unwanted.emplace_back(slot.member->id, way.path);
      }
    }
  });
  for (const auto& [id, path] : unwanted) {
    // Losing one way may have shown that the next one is not wanted, either.
    RemotePeer* peer = remote.Find(id);
    if (peer != nullptr && RemotePeerTable::Connects(*peer, path)) {
      LoseWay(turn, *peer, path, "not wanted");
    }
  }
}

// ---- What another hub says

void Hub::State::OnMeshOp(Turn& turn, MeshHub& hub, const mesh::Op& op) {
  if (const auto* join = std::get_if<mesh::Join>(&op)) {
    return OnMeshJoin(turn, hub, *join);
  }
  if (const auto* leave = std::get_if<mesh::Leave>(&op)) {
    return OnRemoteLeave(turn, {hub.path, leave->peer, *leave->network, leave->reason,
                                leave->goodbye ? std::optional(leave->payload) : std::nullopt});
  }
  if (const auto* signal = std::get_if<mesh::Signal>(&op)) {
    return OnRemoteSignal(turn, {hub.path,
                                 signal->from,
                                 {signal->type, *signal->network, signal->from.text(),
                                  signal->target.text(), signal->payload}});
  }
  if (const auto* want = std::get_if<mesh::Want>(&op)) {
    return OnWant(turn, hub, want->network);
  }
  if (const auto* unwant = std::get_if<mesh::Unwant>(&op)) {
    hub.wants.erase(*unwant->network);
  } else if (const auto* all = std::get_if<mesh::WantAll>(&op)) {
    if (hub.wants_all == all->all) return;
    hub.wants_all = all->all;
    if (all->all) ListAllWanted(hub);
  } else if (const auto* listing = std::get_if<mesh::Listing>(&op)) {
    MarkUnconfirmed(hub, *listing->network);
  } else if (const auto* listed = std::get_if<mesh::Listed>(&op)) {
    DropUnconfirmed(turn, hub, *listed->network);
  } else if (const auto* nobody = std::get_if<mesh::Nobody>(&op)) {
    MarkUnconfirmed(hub, *nobody->network);
    DropUnconfirmed(turn, hub, *nobody->network);
  } else if (const auto* claim = std::get_if<mesh::Claim>(&op)) {
    OnClaim(turn, hub, claim->peer);
  } else if (const auto* holds = std::get_if<mesh::Holds>(&op)) {
    OnHolds(turn, hub, holds->peer);
  } else if (const auto* yields = std::get_if<mesh::Yields>(&op)) {
    OnYields(turn, hub, *yields);
  }
}

void Hub::State::OnWant(Turn& turn, MeshHub& hub, const SharedText& network) {
  if (!IsValidNamespaceName(*network, options.limits.namespace_name) ||
      hub.wants.size() >= options.limits.namespaces) {
    ++hub.counts.refused;
    return Count(turn, Reason::kTooManyNamespaces);
  }
  hub.wants.insert(*network);
  if (!hub.wants_all) ListNamespace(hub, network);
}

void Hub::State::OnMeshJoin(Turn& turn, MeshHub& hub, const mesh::Join& join) {
  // No longer wanted, and the hub there does not know yet.
  if (!WeWant(*join.network) && peers.Find(join.peer) == nullptr) return;
  ++hub.counts.announced;
  OnRemoteJoin(turn, {hub.path, join.peer, *join.network,
                      Profile{join.members, join.is_hub, nullptr}, join.generation, join.alive});
}

std::vector<PeerId> Hub::State::ToldOfIn(const MeshHub& hub, const std::string& name) const {
  return name.empty() ? remote.PeersOn(hub.path) : remote.PeersOn(hub.path, name);
}

void Hub::State::MarkUnconfirmed(MeshHub& hub, const std::string& name) {
  ForgetContenders(hub, name);
  for (const PeerId& id : ToldOfIn(hub, name)) {
    // The hub itself is on the map, not on its lists.
    if (id == hub.id) continue;
    RemotePeerTable::FindWay(*remote.Find(id), hub.path)->confirmed = false;
  }
}

void Hub::State::DropUnconfirmed(Turn& turn, const MeshHub& hub, const std::string& name) {
  std::vector<PeerId> gone;
  for (const PeerId& id : ToldOfIn(hub, name)) {
    if (!RemotePeerTable::FindWay(*remote.Find(id), hub.path)->confirmed) gone.push_back(id);
  }
  for (const PeerId& peer : gone) LoseWay(turn, *remote.Find(peer), hub.path, "disconnected");
}

}  // namespace pigeonhub
