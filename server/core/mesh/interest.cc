// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/interest.h"

namespace pigeonhub {

bool Interest::IsWantedBy(const MeshHub& hub, const std::string& network) const {
  return hub.wants_all || hub.wants.Contains(network) || network == self_.mesh_namespace();
}

bool Interest::IsWantedHere(const std::string& network) const {
  if (wants_all_ || network == self_.mesh_namespace()) return true;
  const Namespace* known = namespaces_.Find(network);
  return known != nullptr && !known->local.empty();
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
