// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/grants.h"

#include "absl/strings/str_cat.h"
#include "server/core/id_text.h"

namespace pigeonhub {

absl::Status Grants::Check(const RegisterHub& command) const {
  if (command.peer == options_.hub_peer_id) {
    return absl::InvalidArgumentError(absl::StrCat(IdText(command.peer), " is the hub itself"));
  }
  if (quarantined_.Contains(command.peer)) {
    return absl::FailedPreconditionError(
        absl::StrCat("hub ", IdText(command.peer), " is in quarantine"));
  }
  if (registry_.FindGrant(command.peer) == nullptr &&
      registry_.grant_count() >= options_.limits.hubs_named) {
    return absl::ResourceExhaustedError(absl::StrCat(
        options_.limits.hubs_named, " hubs are registered by operators; unregister one first"));
  }
  if (command.profile.size() > options_.limits.hub_entry) {
    return absl::OutOfRangeError(absl::StrCat("region and capabilities are more than ",
                                              options_.limits.hub_entry, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status Grants::Check(const UnregisterHub& command) const {
  const Peer* peer = peers_.Find(command.peer);
  const bool known =
      (peer != nullptr && peer->is_hub) || registry_.FindGrant(command.peer) != nullptr;
  if (known) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("no hub with peer id ", IdText(command.peer)));
}

void Grants::Apply(Turn& turn, const RegisterHub& command) {
  registry_.Grant(command.peer, command.profile, turn.now.unix_ms);
  Peer* peer = peers_.Find(command.peer);
  if (peer == nullptr || peer->entrance == Entrance::kPeers) return;
  const bool is_new = !peer->is_hub;
  if (is_new) standing_.Register(turn, *peer);
  HubRecord& record = *registry_.Find(peer->id);
  const SharedText before = record.profile.members;
  standing_.NoteAnnounced(*peer, record, Profile(record.announced));
  const bool same_words = SameText(before, record.profile.members);
  if (peer->network != nullptr && (is_new || !same_words)) {
    // Its namespace knows it as an ordinary peer, or by its own words.
    membership_.Present(turn, *peer, /*again=*/true);
  }
}

void Grants::Apply(Turn& turn, const UnregisterHub& command) {
  registry_.Revoke(command.peer);
  Peer* peer = peers_.Find(command.peer);
  if (peer == nullptr || !peer->is_hub) return;
  // Nobody else stays at the port of the hubs.
  if (peer->entrance == Entrance::kHubs) {
    return contested_.Close(turn, *peer, Reason::kHubNotAdmitted);
  }
  peer->profile = registry_.Find(peer->id)->announced;
  standing_.Unregister(turn, *peer);
  // Else its link would look as if it were up.
  standing_.TellRefused(turn, *peer, Reason::kHubNotAdmitted);
  if (peer->network != nullptr) {
    // Its namespace knows it as a hub.
    membership_.Present(turn, *peer, /*again=*/true);
  } else {
    connections_.time_limits().ExpectAnnounce(turn, peer->connection);
  }
}

}  // namespace pigeonhub
