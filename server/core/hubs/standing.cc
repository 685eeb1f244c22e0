// SPDX-License-Identifier: Apache-2.0

#include "server/core/hubs/standing.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/address.h"
#include "server/core/hubs/granted_profile.h"
#include "server/core/peers/namespaces.h"

namespace pigeonhub {
namespace {

Pace RegistrationPace(const HubOptions& options) {
  return Pace(options.hub_registration_rate.value_or(kDefaultHubRegistrationRate));
}

}  // namespace

Standing::Standing(const HubOptions& options, const Identity& self, HubRegistry& registry,
                   const HubProofs& proofs, LinkSetup& link_setup, Dialing& dialing)
    : options_(options),
      self_(self),
      registry_(registry),
      proofs_(proofs),
      link_setup_(link_setup),
      dialing_(dialing),
      registrations_(RegistrationPace(options)) {}

void Standing::OnOptionsChanged() { registrations_.SetPace(RegistrationPace(options_)); }

bool Standing::MayRegister(SteadyTime now, const std::string& address) {
  // All hubs of this machine share one address.
  if (!options_.hub_registration_rate.has_value() && IsLoopback(address)) return true;
  return registrations_.Take(now, AddressGroup::Of(address, options_.ipv6_prefix));
}

void Standing::Register(Turn& turn, Peer& peer) {
  HubRecord& record = registry_.Register(peer.id);
  record.registered_at = turn.now.unix_ms;
  record.connected_at = peer.connected_at;
  if (peer.network != nullptr) record.network = peer.network->name;
  NoteAnnounced(peer, record, peer.profile);
  peer.is_hub = true;
  turn.Emit(HubRegistered{peer.id, registry_.records().size()});
}

void Standing::Unregister(Turn& turn, Peer& peer) {
  registry_.Unregister(peer.id);
  peer.is_hub = false;
  UpdateLink(turn, peer);
  turn.Emit(HubUnregistered{peer.id, registry_.records().size()});
}

void Standing::NoteAnnounced(Peer& peer, HubRecord& record, const Profile& announced) {
  record.announced = announced;
  const Profile* grant = registry_.FindGrant(peer.id);
  record.granted = grant != nullptr;
  record.profile = grant == nullptr ? announced : WithGrant(announced, *grant);
  peer.profile = record.profile;
}

std::optional<Reason> Standing::Update(Turn& turn, Peer& peer, bool announced_as_hub) {
  if (!announced_as_hub) {
    // A granted hub is one whatever it says.
    if (peer.is_hub && registry_.FindGrant(peer.id) == nullptr) Unregister(turn, peer);
    return std::nullopt;
  }
  std::optional<Reason> refusal =
      peer.entrance == Entrance::kPeers
          ? Reason::kHubNotAdmitted
          : registry_.Refusal(peer.id, peer.profile, peer.hub_credential,
                              peer.hub_credential_reason);
  const bool declares_itself = !peer.is_hub && !registry_.Trusts(peer.id, peer.hub_credential);
  if (!refusal.has_value() && declares_itself && !MayRegister(turn.now.steady, peer.address)) {
    refusal = Reason::kHubRegistrationRate;
  }
  const std::optional<Reason> of_key =
      refusal.has_value() ? std::nullopt : proofs_.RefusalOfHub(peer);
  if (of_key.has_value()) refusal = of_key;
  if (refusal.has_value()) {
    turn.Count(*refusal, OriginOf(peer));
    turn.Emit(HubRefused{peer.id, *refusal, peer.address});
    if (peer.is_hub) Unregister(turn, peer);
    TellRefused(turn, peer, *refusal);
    return of_key;
  }
  if (!peer.is_hub) Register(turn, peer);
  return std::nullopt;
}

void Standing::TellRefused(Turn& turn, const Peer& peer, Reason refusal) {
  // It would take us for a hub of the reference, which admits everybody.
  if (!SpeaksMesh(peer.profile)) return;
  const std::string reason(ReasonName(refusal));
  turn.Send(peer.connection,
            outbound::Error{absl::StrCat("Not admitted as a hub: ", reason), reason});
}

void Standing::UpdateLink(Turn& turn, Peer& peer) {
  const bool should_link = peer.is_hub && peer.network != nullptr &&
                           self_.IsHubMesh(*peer.network) &&
                           !proofs_.RefusalOfHub(peer).has_value();
  if (should_link == peer.link.has_value()) return;
  if (!should_link) {
    const PathId path = *peer.link;
    peer.link.reset();
    return link_setup_.Remove(turn, path);
  }
  link_setup_.OpenFrom(turn, peer);
  dialing_.DialAgain(turn, peer.id);
}

}  // namespace pigeonhub
