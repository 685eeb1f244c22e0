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
  // Else there is no reference hub. All hubs are in one namespace, so that is not searched for
  // each.
  if (!interest_.wants_all()) return;
  network.remote.ForEach([&](const Namespace::RemoteSlot& slot) {
    if (interest_.SpeaksFor(*slot.member)) members.push_back(slot.member->id);
  });
}

void Subscriptions::ListAllWanted(MeshHub& hub) {
  const Wants& wants = mesh_hubs_.wants();
  if (!wants.WantsAll(hub.path)) {
    for (const SharedText& name : wants.NamesOf(hub.path)) ListNamespace(hub, name);
    // Whoever was not named is gone.
    return hub.talk.Say(mesh::Listed{std::make_shared<const std::string>()});
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
  for (const SharedText& name : mesh_hubs_.wants().Names()) {
    if (!KeepsWantsOf(*name)) mesh_hubs_.wants().RemoveAll(*name);
  }
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
  // The others have not kept that this hub wanted it.
  for (MeshHub* hub : interest_.WhoWant(*network)) hub->talk.Say(mesh::Unwant{network});
  if (!KeepsWantsOf(*network)) mesh_hubs_.wants().RemoveAll(*network);
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

bool Subscriptions::KeepsWantsOf(const std::string& network) const {
  return interest_.wants_all() || interest_.HasAnybodyIn(network);
}

bool Subscriptions::MayAsk(Turn& turn, MeshHub& hub) const {
  if (HasShareLeft(options_.limits, remote_, mesh_hubs_, hub.path)) return true;
  ++hub.counts.refused;
  turn.Count(Reason::kRemoteTableFull);
  return false;
}

bool Subscriptions::Keep(Turn& turn, MeshHub& hub, const SharedText& network) {
  Wants& wants = mesh_hubs_.wants();
  if (wants.Contains(hub.path, *network)) return true;
  if (!IsValidNamespaceName(*network, options_.limits.namespace_name) ||
      wants.CountOf(hub.path) >= options_.limits.namespaces) {
    ++hub.counts.refused;
    turn.Count(Reason::kTooManyNamespaces);
    return false;
  }
  wants.Add(hub.path, network);
  return true;
}

void Subscriptions::Subscribe(Turn& turn, MeshHub& hub, const SharedText& network) {
  if (!MayAsk(turn, hub)) return;
  const Wants& wants = mesh_hubs_.wants();
  if (KeepsWantsOf(*network) && !Keep(turn, hub, network)) return;
  const bool may_keep_some =
      unwanted_.Take(hub.path, *network, turn.now.steady) || wants.IsGreeting(hub.path);
  if (wants.WantsAll(hub.path)) return;
  if (may_keep_some || interest_.HasAnybodyIn(*network)) ListNamespace(hub, network);
}

void Subscriptions::Unsubscribe(const Turn& turn, const MeshHub& hub, const std::string& network) {
  if (interest_.HasAnybodyIn(network)) unwanted_.Add(hub.path, network, turn.now.steady);
  mesh_hubs_.wants().Remove(hub.path, network);
}

void Subscriptions::NoteMembers(Turn& turn, MeshHub& hub, const SharedText& network) {
  if (*network == self_.mesh_namespace()) return;
  const bool is_wanted = interest_.IsWantedHere(*network);
  if (is_wanted && mesh_hubs_.wants().Contains(hub.path, *network)) return;
  if (!MayAsk(turn, hub)) return;
  if (!is_wanted) {
    // Once for all that is under way.
    const bool was_told = refused_.Take(hub.path, *network, turn.now.steady);
    if (!was_told) hub.talk.Say(mesh::Unwant{network});
    return refused_.Add(hub.path, *network, turn.now.steady);
  }
  if (!Keep(turn, hub, network)) return;
  const Wants& wants = mesh_hubs_.wants();
  if (!wants.WantsAll(hub.path) && interest_.HasAnybodyIn(*network)) ListNamespace(hub, network);
}

void Subscriptions::NoteList(const MeshHub& hub, const std::string& name) {
  if (name == self_.mesh_namespace()) mesh_hubs_.wants().Greeted(hub.path);
}

void Subscriptions::BeginAnew(const MeshHub& hub) {
  mesh_hubs_.wants().BeginAnew(hub.path);
  MarkUnconfirmed(hub, {});
}

void Subscriptions::SubscribeAll(Turn& turn, MeshHub& hub, bool all) {
  if (mesh_hubs_.wants().WantsAll(hub.path) == all) return;
  if (all && !MayAsk(turn, hub)) return;
  mesh_hubs_.wants().SetAll(hub.path, all);
  if (all) ListAllWanted(hub);
}

std::vector<PeerId> Subscriptions::AnnouncedBy(const MeshHub& hub, const std::string& name) const {
  return name.empty() ? remote_.PeersOn(hub.path) : remote_.PeersOn(hub.path, name);
}

void Subscriptions::MarkUnconfirmed(const MeshHub& hub, const std::string& name) {
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
