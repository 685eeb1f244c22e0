// SPDX-License-Identifier: Apache-2.0
//
// Hubs that an operator closed out, although their key or a grant would admit them. Quarantine is
// this hub's own: others go on with the hub, and messages between it and them still pass through
// here.
#include "absl/strings/str_cat.h"
#include "server/core/hub_state.h"

namespace pigeonhub {
namespace {

absl::string_view Text(const PeerId& id) { return {id.text().data(), id.text().size()}; }

}  // namespace

bool Hub::State::IsOrdinaryPeer(const PeerId& id) const {
  if (const Peer* peer = peers.Find(id)) {
    if (peer->is_hub || registry.Trusts(id, peer->hub_proof)) return false;
    // One that was not admitted has said that it is one, and who has not announced may yet.
    return peer->network != nullptr && !peer->profile.is_hub && !IsHubMesh(*peer->network);
  }
  const RemotePeer* far = remote.Find(id);
  return far != nullptr && !far->profile.is_hub && !IsHubMesh(*far->network) &&
         registry.FindGrant(id) == nullptr;
}

absl::Status Hub::State::Check(const QuarantineHub& command) const {
  const PeerId& id = command.hub;
  if (id == options.hub_peer_id) {
    return absl::InvalidArgumentError(absl::StrCat(Text(id), " is the hub itself"));
  }
  if (IsOrdinaryPeer(id)) {
    return absl::FailedPreconditionError(
        absl::StrCat(Text(id), " is an ordinary peer; only hubs are quarantined"));
  }
  if (!quarantines.contains(id) && quarantines.size() >= options.limits.hubs_named) {
    return absl::ResourceExhaustedError(
        absl::StrCat(options.limits.hubs_named, " hubs are in quarantine; release one first"));
  }
  return absl::OkStatus();
}

absl::Status Hub::State::OnQuarantineHub(Turn& turn, const QuarantineHub& command) {
  if (absl::Status status = Check(command); !status.ok()) return status;
  const PeerId& id = command.hub;
  if (!quarantines.try_emplace(id, Quarantine{turn.now.unix_ms, 0, {}}).second) {
    return absl::OkStatus();
  }
  std::vector<UplinkId> hearsay;
  for (const auto& uplink : uplinks.all()) {
    if (uplink->hub != id || uplink->state == LinkRecord::State::kStopped) continue;
    StopQuarantined(turn, *uplink);
    if (uplink->kind == Uplink::Kind::kDirect) hearsay.push_back(uplink->id);
  }
  for (UplinkId each : hearsay) uplinks.Remove(*uplinks.Find(each));
  if (Peer* peer = peers.Find(id)) {
    if (peer->challenger.has_value()) DismissChallenger(turn, *peer);
    CloseAndDepart(turn, *peer, Reason::kHubQuarantined);
  }
  if (mesh_hubs.contains(id)) StopTalkingTo(turn, id);
  return absl::OkStatus();
}

absl::Status Hub::State::Check(const ReleaseHub& command) const {
  if (quarantines.contains(command.hub)) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("no hub with peer id ", Text(command.hub), " is in quarantine"));
}

absl::Status Hub::State::OnReleaseHub(Turn& turn, const ReleaseHub& command) {
  if (absl::Status status = Check(command); !status.ok()) return status;
  const auto it = quarantines.find(command.hub);
  const std::vector<UplinkId> stopped = std::move(it->second.stopped);
  quarantines.erase(it);
  for (UplinkId id : stopped) {
    // Somebody may have dialed it meanwhile, or the address may be gone.
    Uplink* uplink = uplinks.Find(id);
    if (uplink != nullptr && uplink->state == LinkRecord::State::kStopped) {
      DialUplink(turn, *uplink);
    }
  }
  topology_changed = true;
  return absl::OkStatus();
}

bool Hub::State::RefuseQuarantined(Turn& turn, const PeerId& hub) {
  const auto it = quarantines.find(hub);
  if (it == quarantines.end()) return false;
  ++it->second.refused;
  Count(turn, Reason::kHubQuarantined);
  return true;
}

void Hub::State::StopQuarantined(Turn& turn, Uplink& uplink) {
  StopUplink(turn, uplink, Reason::kHubQuarantined, "the hub there is in quarantine");
  quarantines.at(*uplink.hub).stopped.push_back(uplink.id);
}

}  // namespace pigeonhub
