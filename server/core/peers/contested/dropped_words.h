// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/core/ids.h"
#include "server/core/mesh/mesh_hub_table.h"

namespace pigeonhub {

// Mesh hubs that announced a peer which is connected here, so that what they said was not kept.
// Once the peer is gone they are asked to announce it again, if they still have it.
class DroppedWords {
 public:
  explicit DroppedWords(MeshHubTable& mesh_hubs) : mesh_hubs_(mesh_hubs) {}

  void Note(const PeerId& peer, const MeshHub& hub);
  // The peer is connected here no longer.
  void AskAgain(const PeerId& peer);
  void Clear() { words_.clear(); }

 private:
  MeshHubTable& mesh_hubs_;
  absl::flat_hash_map<PeerId, std::vector<PeerId>> words_;  // hubs, by peer
};

}  // namespace pigeonhub
