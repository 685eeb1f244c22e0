// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/ban_gate.h"

#include "server/core/hub.h"
#include "server/wire/target.h"

namespace pigeonhub::net {

BanGate::BanGate(const Dispatcher& dispatcher)
    : dispatcher_(dispatcher),
      counters_(*dispatcher.Read([](const Hub& hub) { return &hub.counters(); })) {}

std::optional<HandshakeRefusal> BanGate::Check(const HttpRequest& request,
                                               const UpgradeVerdict& shown) const {
  if (counters_.bans.value() == 0) return std::nullopt;
  // An id that is none is refused by the core.
  const PeerId id = PeerId::Parse(wire::PeerIdOfTarget(request.target)).value_or(PeerId());
  const Bannable who{&id, shown.claims.get(), request.address};
  const std::optional<Reason> reason = dispatcher_.Read(
      [&](const Hub& hub) { return hub.ban_guard().RefusalOf(who, shown.hub.credential); });
  if (!reason.has_value()) return std::nullopt;
  if (*reason == Reason::kTokenRevoked) {
    HandshakeRefusal refusal{*reason, PlainAnswer(401, *reason, "this token was revoked.")};
    refusal.response.headers.emplace_back("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    return refusal;
  }
  return HandshakeRefusal{*reason, PlainAnswer(403, *reason, "this hub keeps you out.")};
}

}  // namespace pigeonhub::net
