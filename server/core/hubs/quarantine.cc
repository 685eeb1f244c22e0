// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/quarantine.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "server/core/id_text.h"

namespace pigeonhub {

bool Quarantine::IsOrdinaryPeer(const PeerId& id) const {
  if (const Peer* peer = peers_.Find(id)) {
    if (peer->is_hub || registry_.Trusts(id, peer->hub_credential)) return false;
    // One that was not admitted has said that it is one, and who has not announced may yet.
    return peer->network != nullptr && !peer->profile.is_hub && !self_.IsHubMesh(*peer->network);
  }
  const RemotePeer* far = remote_.Find(id);
  return far != nullptr && !far->profile.is_hub && !self_.IsHubMesh(*far->network) &&
         registry_.FindGrant(id) == nullptr;
}

bool Quarantine::RefuseDialed(Turn& turn, DialTarget& dial_target) {
  if (!quarantined_.Refuse(turn, *dial_target.hub)) return false;
  StopDialing(turn, dial_target);
  return true;
}

void Quarantine::StopDialing(Turn& turn, DialTarget& dial_target) {
  dialing_.Stop(turn, dial_target, Reason::kHubQuarantined, "the hub there is in quarantine");
  quarantined_.NoteStopped(*dial_target.hub, dial_target.id);
}

absl::Status Quarantine::Check(const QuarantineHub& command) const {
  const PeerId& id = command.hub;
  if (id == self_.id()) {
    return absl::InvalidArgumentError(absl::StrCat(IdText(id), " is the hub itself"));
  }
  if (IsOrdinaryPeer(id)) {
    return absl::FailedPreconditionError(
        absl::StrCat(IdText(id), " is an ordinary peer; only hubs are quarantined"));
  }
  if (!quarantined_.Contains(id) && quarantined_.full()) {
    return absl::ResourceExhaustedError(
        absl::StrCat(quarantined_.size(), " hubs are in quarantine; release one first"));
  }
  return absl::OkStatus();
}

absl::Status Quarantine::Check(const ReleaseHub& command) const {
  if (quarantined_.Contains(command.hub)) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("no hub with peer id ", IdText(command.hub), " is in quarantine"));
}

void Quarantine::Apply(Turn& turn, const QuarantineHub& command) {
  const PeerId& id = command.hub;
  if (!quarantined_.Add(id, turn.now.unix_ms)) return;
  bans_.LiftThoseOf(turn, id);
  std::vector<DialTargetId> hearsay;
  for (const auto& dial_target : dial_targets_.all()) {
    if (dial_target->hub != id || dial_target->state == LinkRecord::State::kStopped) continue;
    StopDialing(turn, *dial_target);
    if (dial_target->kind == DialTarget::Kind::kDirect) hearsay.push_back(dial_target->id);
  }
  for (DialTargetId each : hearsay) dial_targets_.Remove(*dial_targets_.Find(each));
  if (Peer* peer = peers_.Find(id)) {
    if (peer->challenger != nullptr) newcomers_.Dismiss(turn, *peer);
    contested_.Close(turn, *peer, Reason::kHubQuarantined);
  }
  conversations_.Stop(turn, id);
  map_.OnQuarantine();
}

void Quarantine::Apply(Turn& turn, const ReleaseHub& command) {
  for (DialTargetId id : quarantined_.Release(command.hub)) {
    // Somebody may have dialed it meanwhile, or the address may be gone.
    DialTarget* dial_target = dial_targets_.Find(id);
    if (dial_target != nullptr && dial_target->state == LinkRecord::State::kStopped) {
      dialing_.Dial(turn, *dial_target);
    }
  }
  map_.OnQuarantine();
}

}  // namespace pigeonhub
