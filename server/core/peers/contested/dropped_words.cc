// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/contested/dropped_words.h"

#include <algorithm>

#include "server/core/mesh_message.h"

namespace pigeonhub {

void DroppedWords::Note(const PeerId& peer, const MeshHub& hub) {
  std::vector<PeerId>& hubs = words_[peer];
  if (std::find(hubs.begin(), hubs.end(), hub.id) == hubs.end()) hubs.push_back(hub.id);
}

void DroppedWords::AskAgain(const PeerId& peer) {
  auto dropped = words_.extract(peer);
  if (dropped.empty()) return;
  for (const PeerId& id : dropped.mapped()) {
    if (MeshHub* hub = mesh_hubs_.Find(id)) hub->talk.Say(mesh::Yields{peer, 0});
  }
}

}  // namespace pigeonhub
