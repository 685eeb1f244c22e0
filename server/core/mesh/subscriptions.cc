// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/subscriptions.h"

#include <memory>
#include <utility>

#include "server/core/mesh/hub_share.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {

void Subscriptions::Greet(MeshHub& hub) {
  hub.bans.Restart();
  if (interest_.wants_all()) hub.talk.Say(mesh::WantAll{true});
  for (const auto& [name, network] : namespaces_.in_order()) {
    if (!network->local.empty() && name != self_.mesh_namespace()) {
      hub.talk.Say(mesh::Want{network->name});
    }
  }
  ListNamespace(hub, std::make_shared<const std::string>(self_.mesh_namespace()));
}

void Subscriptions::ListNamespace(MeshHub& hub, const SharedText& name) {
  std::vector<PeerId> members;
  if (const Namespace* network = namespaces_.Find(*name)) AddMembers(*network, members);
  if (members.empty()) return hub.talk.Say(mesh::Nobody{name});
  hub.talk.Say(mesh::Listing{name});
  hub.talk.SayJoins(std::move(members));
  hub.talk.Say(mesh::Listed{name});
}

void Subscriptions::AddMembers(const Namespace& network, std::vector<PeerId>& members) const {
  network.local.ForEach(
      [&](const Namespace::LocalSlot& slot) { members.push_back(slot.member->id); });
  network.remote.ForEach([&](const Namespace::RemoteSlot& slot) {
    if (interest_.SpeaksFor(*slot.member)) members.push_back(slot.member->id);
  });
}

void Subscriptions::ListAllWanted(MeshHub& hub) {
  if (!hub.wants_all) {
    for (const SharedText& name : hub.wants.names()) ListNamespace(hub, name);
    return;
  }
  // As one list, so that nothing is left of a namespace that is gone.
  const auto everything = std::make_shared<const std::string>();
  hub.talk.Say(mesh::Listing{everything});
  std::vector<PeerId> members;
  for (const auto& [name, network] : namespaces_.in_order()) AddMembers(*network, members);
  hub.talk.SayJoins(std::move(members));
  hub.talk.Say(mesh::Listed{everything});
}

void Subscriptions::UpdateWantAll(Turn& turn) {
  bool all = false;
  for (const auto& link : links_.all()) all = all || links_.Hears(*link, Whose::kRemote);
  if (all == interest_.wants_all()) return;
  interest_.set_wants_all(all);
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    if (hub->up) hub->talk.Say(mesh::WantAll{all});
  }
  if (all) return;
  std::vector<std::string> names;
  for (const auto& [name, network] : namespaces_.in_order()) {
    if (!interest_.IsWantedHere(name)) names.push_back(name);
  }
  for (const std::string& name : names) DropUnwanted(turn, name);
}

void Subscriptions::NamespaceGained(const SharedText& network) {
  if (*network == self_.mesh_namespace()) return;
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    if (hub->up) hub->talk.Say(mesh::Want{network});
  }
}

void Subscriptions::NamespaceLost(Turn& turn, const SharedText& network) {
  if (*network == self_.mesh_namespace() || mesh_hubs_.empty()) return;
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    if (hub->up) hub->talk.Say(mesh::Unwant{network});
  }
  if (!interest_.IsWantedHere(*network)) DropUnwanted(turn, *network);
}

void Subscriptions::DropUnwanted(Turn& turn, const std::string& name) {
  const Namespace* network = namespaces_.Find(name);
  if (network == nullptr) return;
  std::vector<std::pair<PeerId, PathId>> unwanted;
  network->remote.ForEach([&](const Namespace::RemoteSlot& slot) {
    for (const RemotePeer::Entry& entry : slot.member->entries) {
      // Another entry may say that it is in a namespace that is wanted.
      if (!mesh_hubs_.IsReferencePath(entry.path) && *entry.network == name) {
        unwanted.emplace_back(slot.member->id, entry.path);
      }
    }
  });
  for (const auto& [id, path] : unwanted) {
    // Losing one entry may have shown that the next one is not wanted, either.
    RemotePeer* peer = remote_.Find(id);
    if (peer != nullptr && RemotePeerTable::Connects(*peer, path)) {
      remote_presence_.LosePath(turn, *peer, path, "not wanted");
    }
  }
}

void Subscriptions::Subscribe(Turn& turn, MeshHub& hub, const SharedText& network) {
  if (!IsValidNamespaceName(*network, options_.limits.namespace_name) ||
      hub.wants.size() >= options_.limits.namespaces) {
    ++hub.counts.refused;
    return turn.Count(Reason::kTooManyNamespaces);
  }
  if (!HasShareLeft(options_.limits, remote_, mesh_hubs_, hub.path)) {
    ++hub.counts.refused;
    return turn.Count(Reason::kRemoteTableFull);
  }
  const SharedText name = hub.wants.Add(network);
  if (!hub.wants_all) ListNamespace(hub, name);
}

void Subscriptions::SubscribeAll(Turn& turn, MeshHub& hub, bool all) {
  if (hub.wants_all == all) return;
  // A list of everything waits for it each time.
  if (all && !HasShareLeft(options_.limits, remote_, mesh_hubs_, hub.path)) {
    ++hub.counts.refused;
    return turn.Count(Reason::kRemoteTableFull);
  }
  hub.wants_all = all;
  if (all) ListAllWanted(hub);
}

std::vector<PeerId> Subscriptions::AnnouncedBy(const MeshHub& hub, const std::string& name) const {
  return name.empty() ? remote_.PeersOn(hub.path) : remote_.PeersOn(hub.path, name);
}

void Subscriptions::MarkUnconfirmed(MeshHub& hub, const std::string& name) {
  for (const PeerId& id : AnnouncedBy(hub, name)) {
    // The hub itself is on the map, not on its lists.
    if (id == hub.id) continue;
    RemotePeerTable::FindEntry(*remote_.Find(id), hub.path)->confirmed = false;
  }
}

void Subscriptions::DropUnconfirmed(Turn& turn, const MeshHub& hub, const std::string& name) {
  std::vector<PeerId> gone;
  for (const PeerId& id : AnnouncedBy(hub, name)) {
    if (!RemotePeerTable::FindEntry(*remote_.Find(id), hub.path)->confirmed) gone.push_back(id);
  }
  for (const PeerId& peer : gone) {
    remote_presence_.LosePath(turn, *remote_.Find(peer), hub.path, "disconnected");
  }
}

}  // namespace pigeonhub
