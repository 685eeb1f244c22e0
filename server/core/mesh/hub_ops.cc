// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/hub_ops.h"

#include <optional>
#include <variant>

#include "server/core/overloaded.h"

namespace pigeonhub {

void HubOps::Apply(Turn& turn, MeshHub& hub, const mesh::Op& op) {
  std::visit(Overloaded{
                 [&](const mesh::Join& join) { Join(turn, hub, join); },
                 [&](const mesh::Leave& leave) {
                   contested_.Leave(turn,
                                    {hub.path, leave.peer, *leave.network, leave.reason,
                                     leave.goodbye ? std::optional(leave.payload) : std::nullopt});
                 },
                 [&](const mesh::Signal& signal) {
                   signaling_.FromHub(turn, hub.path, signal.from,
                                      {signal.type, *signal.network, signal.from.text(),
                                       signal.target.text(), signal.payload, signal.candidates});
                 },
                 [&](const mesh::Want& want) { subscriptions_.Subscribe(turn, hub, want.network); },
                 [&](const mesh::Unwant& unwant) { hub.wants.Remove(*unwant.network); },
                 [&](const mesh::WantAll& want) { subscriptions_.SubscribeAll(hub, want.all); },
                 [&](const mesh::Listing& listing) { BeginList(hub, *listing.network); },
                 [&](const mesh::Listed& listed) {
                   subscriptions_.DropUnconfirmed(turn, hub, *listed.network);
                 },
                 [&](const mesh::Nobody& nobody) {
                   BeginList(hub, *nobody.network);
                   subscriptions_.DropUnconfirmed(turn, hub, *nobody.network);
                 },
                 [&](const mesh::Claim& claim) { liveness_.OnClaim(turn, hub, claim.peer); },
                 [&](const mesh::Holds& holds) { newcomers_.OnHolds(turn, hub, holds.peer); },
                 [&](const mesh::Yields& yields) { newcomers_.OnYields(turn, hub, yields); },
                 [&](const mesh::BanTold& told) { ban_news_.Hear(turn, hub, told); },
                 [&](const mesh::BansHeld& held) { ban_news_.Hear(turn, hub, held); },
                 [&](const mesh::WantBans& want) { BanNews::Hear(hub, want); },
             },
             op);
}

void HubOps::BeginList(MeshHub& hub, const std::string& network) {
  liveness_.ForgetContenders(hub, network);
  subscriptions_.MarkUnconfirmed(hub, network);
}

void HubOps::Join(Turn& turn, MeshHub& hub, const mesh::Join& join) {
  // No longer wanted, and the hub there does not know yet.
  if (!interest_.IsWantedHere(*join.network) && peers_.Find(join.peer) == nullptr) return;
  ++hub.counts.announced;
  contested_.Join(turn, {hub.path, join.peer, *join.network,
                         Profile{join.members, join.is_hub, nullptr}, join.generation, join.alive});
}

}  // namespace pigeonhub
