// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/interest.h"

namespace pigeonhub {

bool Interest::IsWantedBy(const MeshHub& hub, const std::string& network) const {
  const Wants& wants = mesh_hubs_.wants();
  return wants.WantsAll(hub.path) || wants.Contains(hub.path, network) ||
         network == self_.mesh_namespace();
}

std::vector<MeshHub*> Interest::WhoWant(const std::string& network) const {
  std::vector<MeshHub*> hubs;
  if (network == self_.mesh_namespace()) {
    for (const auto& [id, hub] : mesh_hubs_.all()) {
      if (hub->up) hubs.push_back(hub.get());
    }
    return hubs;
  }
  const Wants& wants = mesh_hubs_.wants();
  for (PathId path : wants.who_want_all()) hubs.push_back(mesh_hubs_.On(path));
  for (PathId path : wants.HubsOf(network)) {
    if (!wants.WantsAll(path)) hubs.push_back(mesh_hubs_.On(path));
  }
  return hubs;
}

bool Interest::IsWantedHere(const std::string& network) const {
  if (wants_all_ || network == self_.mesh_namespace()) return true;
  const Namespace* known = namespaces_.Find(network);
  return known != nullptr && !known->local.empty();
}

bool Interest::HasAnybodyIn(const std::string& network) const {
  const Namespace* known = namespaces_.Find(network);
  if (known == nullptr) return false;
  if (!known->local.empty()) return true;
  // The others are those of reference hubs, and with a link to one this hub wants all.
  if (!wants_all_) return false;
  bool any = false;
  known->remote.ForEach(
      [&](const Namespace::RemoteSlot& slot) { any = any || SpeaksFor(*slot.member); });
  return any;
}

bool Interest::SpeaksFor(const RemotePeer& peer) const {
  return self_.is_hub() && !peer.entries.empty() &&
         mesh_hubs_.IsReferencePath(peer.entries.front().path);
}

std::optional<mesh::Join> Interest::JoinOf(const PeerId& id) const {
  if (const Peer* peer = peers_.Find(id); peer != nullptr && peer->network != nullptr) {
    // A mesh hub is on the map.
    const Link* link = links_.Of(*peer);
    if (link != nullptr && link->is_mesh()) return std::nullopt;
    return mesh::Join{id,           peer->network->name,  peer->generation, /*alive=*/false,
                      peer->is_hub, peer->profile.members};
  }
  const RemotePeer* far = remote_.Find(id);
  if (far == nullptr || !SpeaksFor(*far)) return std::nullopt;
  return mesh::Join{id,
                    far->network->name,
                    /*generation=*/0,
                    /*alive=*/false,
                    far->profile.is_hub,
                    far->profile.members};
}

}  // namespace pigeonhub
