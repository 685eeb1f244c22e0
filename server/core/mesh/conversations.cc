// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/conversations.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/core/mesh_message.h"

namespace pigeonhub {
namespace {

constexpr size_t kNewsThatMayWait = 4096;
// Peers of other hubs for whom this hub speaks, if it stands between reference hubs and mesh hubs.
constexpr size_t kRemotePeersListed = 1'000'000;

Conversation::Room RoomToTalk(const Limits& limits) {
  // All there is to say: what this hub wants, and each namespace as a list of three. News besides.
  return {4 * limits.namespaces + kNewsThatMayWait,
          2 * (limits.max_connections + kRemotePeersListed),
          limits.message - std::min(limits.message, mesh::kEnvelope), limits.link_queue};
}

}  // namespace

MeshHub& Conversations::Begin(const Turn& turn, const PeerId& id) {
  MeshHub& hub = mesh_hubs_.Add(std::make_unique<MeshHub>(
      id, links_.NewPath(), streams_, RoomToTalk(options_.limits), mesh_hubs_.gather()));
  hub.reported_at = turn.now.unix_ms;
  return hub;
}

void Conversations::Show(Turn& turn, const MeshHub& hub) {
  // One that is linked here as a peer is in the hub mesh namespace by its own announce.
  if (peers_.Find(hub.id) != nullptr || remote_.Find(hub.id) != nullptr) return;
  Profile profile = map_.others().at(hub.id)->profile;
  profile.is_hub = true;
  contested_.Join(turn, {hub.path, hub.id, self_.mesh_namespace(), std::move(profile)});
}

size_t Conversations::Stop(Turn& turn, const PeerId& id) {
  if (mesh_hubs_.Find(id) == nullptr) return 0;
  const std::unique_ptr<MeshHub> hub = mesh_hubs_.Remove(id);
  frame_sender_.DropUnheard(turn, *hub, Reason::kSignalUnknownTarget);
  const size_t withdrawn = hub->up ? remote_presence_.RemovePath(turn, hub->path) : 0;
  mesh_hubs_.ForgetPath(hub->path);
  return withdrawn;
}

size_t Conversations::Lose(Turn& turn, const PeerId& id) {
  std::vector<PeerId> behind;
  if (const MeshHub* hub = mesh_hubs_.Find(id); hub != nullptr && remote_.HasPath(hub->path)) {
    behind = remote_.PeersOn(hub->path);
  }
  const size_t withdrawn = Stop(turn, id);
  const auto name = std::make_shared<const std::string>(id.text());
  for (const PeerId& peer : behind) {
    // How the hub itself left says more than that it was lost.
    if (peer == id || remote_.Find(peer) != nullptr || peers_.Find(peer) != nullptr) continue;
    departures_.Note(peer, {.at = turn.now.steady,
                            .reason = Reason::kHubUnreachable,
                            .event = turn.next_event(),
                            .hub = name});
  }
  map_.Forget(id);
  map_.MarkChanged();
  return withdrawn;
}

}  // namespace pigeonhub
