// SPDX-License-Identifier: Apache-2.0
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/core/granted_profile.h"
#include "server/core/hub_state.h"

namespace pigeonhub {
namespace {

absl::string_view Text(const PeerId& id) { return {id.text().data(), id.text().size()}; }

}  // namespace

void Hub::State::UpdateHubStanding(Turn& turn, Peer& peer, bool announced_as_hub) {
  if (!announced_as_hub) {
    // A granted hub is one whatever it says.
    if (peer.is_hub && registry.FindGrant(peer.id) == nullptr) Unregister(turn, peer);
    return;
  }
  std::optional<Reason> refusal =
      registry.Refusal(peer.id, peer.profile, peer.hub_proof, peer.hub_proof_reason);
  const bool declares_itself = !peer.is_hub && !registry.Trusts(peer.id, peer.hub_proof);
  if (!refusal.has_value() && declares_itself &&
      !registration_rate.Admit(turn.now.steady, peer.address)) {
    refusal = Reason::kHubRegistrationRate;
  }
  if (refusal.has_value()) {
    Count(turn, *refusal, OriginOf(peer));
    Emit(turn, HubRefused{peer.id, *refusal});
    if (peer.is_hub) Unregister(turn, peer);
    if (SpeaksMesh(peer.profile)) {
      // It would take us for a hub of the reference, which admits everybody.
      const std::string reason(ReasonName(*refusal));
      SendTo(turn, peer.connection,
             outbound::Error{absl::StrCat("Not admitted as a hub: ", reason), reason});
    }
    return;
  }
  if (!peer.is_hub) Register(turn, peer);
}

void Hub::State::Register(Turn& turn, Peer& peer) {
  HubRecord& record = registry.Register(peer.id);
  record.registered_at = turn.now.unix_ms;
  record.connected_at = peer.connected_at;
  if (peer.network != nullptr) record.network = peer.network->name;
  NoteAnnounced(peer, record, peer.profile);
  peer.is_hub = true;
  Emit(turn, HubRegistered{peer.id, registry.records().size()});
}

void Hub::State::NoteAnnounced(Peer& peer, HubRecord& record, const Profile& announced) {
  record.announced = announced;
  const Profile* grant = registry.FindGrant(peer.id);
  record.granted = grant != nullptr;
  record.profile = grant == nullptr ? announced : WithGrant(announced, *grant);
  peer.profile = record.profile;
}

void Hub::State::Unregister(Turn& turn, Peer& peer) {
  registry.Unregister(peer.id);
  peer.is_hub = false;
  UpdateLink(turn, peer);
  Emit(turn, HubUnregistered{peer.id, registry.records().size()});
}

absl::Status Hub::State::Check(const RegisterHub& command) const {
  if (command.peer == options.hub_peer_id) {
    return absl::InvalidArgumentError(absl::StrCat(Text(command.peer), " is the hub itself"));
  }
  if (quarantines.contains(command.peer)) {
    return absl::FailedPreconditionError(
        absl::StrCat("hub ", Text(command.peer), " is in quarantine"));
  }
  if (registry.FindGrant(command.peer) == nullptr &&
      registry.grant_count() >= options.limits.hubs_named) {
    return absl::ResourceExhaustedError(absl::StrCat(
        options.limits.hubs_named, " hubs are registered by operators; unregister one first"));
  }
  if (command.profile.size() > options.limits.hub_entry) {
    return absl::OutOfRangeError(
        absl::StrCat("region and capabilities are more than ", options.limits.hub_entry, " bytes"));
  }
  return absl::OkStatus();
}

absl::Status Hub::State::OnRegisterHub(Turn& turn, const RegisterHub& command) {
  if (absl::Status status = Check(command); !status.ok()) return status;
  registry.Grant(command.peer, command.profile, turn.now.unix_ms);
  Peer* peer = peers.Find(command.peer);
  if (peer == nullptr) return absl::OkStatus();
  const bool is_new = !peer->is_hub;
  if (is_new) Register(turn, *peer);
  HubRecord& record = *registry.Find(peer->id);
  const SharedText before = record.profile.members;
  NoteAnnounced(*peer, record, Profile(record.announced));
  const bool same_words = SameText(before, record.profile.members);
  if (peer->network != nullptr && (is_new || !same_words)) {
    // Its namespace knows it as an ordinary peer, or by its own words.
    Introduce(turn, *peer, /*again=*/true);
    UpdatePublished(turn, *peer);
    UpdateLink(turn, *peer);
    TellMeshOf(peer->id);
  }
  return absl::OkStatus();
}

absl::Status Hub::State::Check(const UnregisterHub& command) const {
  const Peer* peer = peers.Find(command.peer);
  const bool known =
      (peer != nullptr && peer->is_hub) || registry.FindGrant(command.peer) != nullptr;
  if (known) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat("no hub with peer id ", Text(command.peer)));
}

absl::Status Hub::State::OnUnregisterHub(Turn& turn, const UnregisterHub& command) {
  if (absl::Status status = Check(command); !status.ok()) return status;
  registry.Revoke(command.peer);
  Peer* peer = peers.Find(command.peer);
  if (peer == nullptr || !peer->is_hub) return absl::OkStatus();
  peer->profile = registry.Find(peer->id)->announced;
  Unregister(turn, *peer);
  if (peer->network != nullptr) {
    // Its namespace knows it as a hub.
    Introduce(turn, *peer, /*again=*/true);
    UpdatePublished(turn, *peer);
    TellMeshOf(peer->id);
  } else {
    ExpectAnnounce(turn, peer->connection);
  }
  return absl::OkStatus();
}

absl::Status Hub::State::OnSetHubMeshNamespace(const SetHubMeshNamespace& command) {
  if (serving != Serving::kStopped) {
    return absl::FailedPreconditionError(
        "the hub mesh namespace cannot change while signaling runs; stop signaling first");
  }
  const absl::string_view trimmed = absl::StripAsciiWhitespace(command.name);
  if (!IsValidNamespaceName({trimmed.data(), trimmed.size()}, options.limits.namespace_name)) {
    return absl::InvalidArgumentError(absl::StrCat("the hub mesh namespace must be 1 to ",
                                                   options.limits.namespace_name,
                                                   " bytes without control characters"));
  }
  mesh_namespace = std::string(trimmed);
  return absl::OkStatus();
}

bool Hub::State::IsHubMesh(const Namespace& network) const {
  return network.key.tenant.empty() && network.key.name == mesh_namespace;
}

}  // namespace pigeonhub
