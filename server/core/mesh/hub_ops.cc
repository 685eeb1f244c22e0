// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/hub_ops.h"

#include <optional>
#include <variant>

#include "server/core/overloaded.h"

namespace pigeonhub {

void HubOps::Apply(Turn& turn, MeshHub& hub, const mesh::Op& op) {
  std::visit(
      Overloaded{
          [&](const mesh::Join& join) { Join(turn, hub, join); },
          [&](const mesh::Leave& leave) {
            contested_.Leave(turn, {hub.path, leave.peer, *leave.network, leave.reason,
                                    leave.goodbye ? std::optional(leave.payload) : std::nullopt});
          },
          [&](const mesh::Signal& signal) {
            signaling_.FromHub(
                turn, hub.path, signal.from,
                {signal.type, *signal.network, signal.from.text(), signal.target.text(),
                 signal.payload, signal.candidates, signal.sent_us});
          },
          [&](const mesh::Want& want) { subscriptions_.Subscribe(turn, hub, want.network); },
          [&](const mesh::Unwant& unwant) {
            subscriptions_.Unsubscribe(turn, hub, *unwant.network);
          },
          [&](const mesh::WantAll& want) { subscriptions_.SubscribeAll(turn, hub, want.all); },
          [&](const mesh::Listing& listing) {
            BeginList(hub, *listing.network);
            if (!listing.network->empty()) subscriptions_.NoteMembers(turn, hub, listing.network);
          },
          [&](const mesh::Listed& listed) { EndList(turn, hub, *listed.network); },
          [&](const mesh::Nobody& nobody) {
            BeginList(hub, *nobody.network);
            EndList(turn, hub, *nobody.network);
          },
          [&](const mesh::Claim& claim) {
            if (subscriptions_.MayAsk(turn, hub)) liveness_.OnClaim(turn, hub, claim.peer);
          },
          [&](const mesh::Holds& holds) { newcomers_.OnHolds(turn, hub, holds.peer); },
          [&](const mesh::Yields& yields) {
            liveness_.ForgetContender(hub, yields.peer);
            newcomers_.OnYields(turn, hub, yields);
          },
          [&](const mesh::BanTold& told) { ban_news_.Hear(turn, hub, told); },
          [&](const mesh::BansHeld& held) { ban_news_.Hear(turn, hub, held); },
          [&](const mesh::WantBans& want) { BanNews::Hear(hub, want); },
          [&](const mesh::Ask& ask) { questions_.Hear(turn, hub, ask); },
          [&](const mesh::Reply& reply) { questions_.Hear(turn, hub, reply); },
          [&](const mesh::TraceAsked& asked) { handshakes_.Hear(turn, hub, asked); },
          [&](const mesh::TraceAnswered& answered) { handshakes_.Hear(turn, hub, answered); },
          [&](const mesh::SharedTraceStep& step) { handshakes_.Hear(turn, hub, *step); },
      },
      op);
}

void HubOps::BeginList(MeshHub& hub, const std::string& network) {
  liveness_.ForgetContenders(hub, network);
  subscriptions_.MarkUnconfirmed(hub, network);
}

void HubOps::EndList(Turn& turn, const MeshHub& hub, const std::string& network) {
  subscriptions_.DropUnconfirmed(turn, hub, network);
  subscriptions_.NoteList(hub, network);
}

void HubOps::BeginAnew(const MeshHub& hub) {
  liveness_.ForgetContenders(hub, {});
  subscriptions_.BeginAnew(hub);
  questions_.BeginAnew(hub);
}

void HubOps::Join(Turn& turn, MeshHub& hub, const mesh::Join& join) {
  const bool is_wanted = interest_.IsWantedHere(*join.network);
  // No longer wanted, and the hub there does not know yet.
  const bool is_passed_over = !is_wanted && peers_.Find(join.peer) == nullptr;
  if (is_wanted || is_passed_over) subscriptions_.NoteMembers(turn, hub, join.network);
  if (is_passed_over) return;
  ++hub.counts.announced;
  contested_.Join(turn, {hub.path, join.peer, *join.network,
                         Profile{join.members, join.is_hub, nullptr}, join.generation, join.alive});
}

}  // namespace pigeonhub
