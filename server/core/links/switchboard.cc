// SPDX-License-Identifier: Apache-2.0

#include "server/core/links/switchboard.h"

#include <optional>
#include <variant>

#include "server/core/overloaded.h"

namespace pigeonhub {

bool Switchboard::Hear(Turn& turn, Link& link, const inbound::Message& message) {
  const bool dialed = link.dial_target.has_value();
  if (dialed && link.dialect() == Link::Dialect::kSilent) {
    // A hub greets first, the reference's too. Whoever does not is none, as a server that echoes.
    if (std::holds_alternative<inbound::Connected>(message)) link.Greeted();
    return true;
  }
  return std::visit(
      Overloaded{
          [&](const inbound::Signal& signal) {
            if (!IsRelayed(link, signal.from)) return false;
            signaling_.FromLink(turn, link, signal);
            return true;
          },
          [&](const inbound::Goodbye& goodbye) {
            if (!IsRelayed(link, goodbye.from)) return false;
            OnRelayedGoodbye(turn, link, goodbye);
            return true;
          },
          [&](const inbound::PeerReport& report) {
            OnPeerReport(turn, link, report);
            return true;
          },
          [&](const inbound::PeerWithdrawal& withdrawal) {
            OnPeerWithdrawal(turn, link, withdrawal);
            return true;
          },
          [&](const inbound::HubNews& news) {
            if (!link.is_mesh()) return dialed;
            map_news_.Hear(turn, link, news);
            if (link.refused.has_value()) refused_links_.Close(turn, link, *link.refused);
            return true;
          },
          [&](const inbound::HubFrame& frame) {
            if (!link.is_mesh()) return dialed;
            frames_.Hear(turn, link, frame);
            return true;
          },
          [&](const inbound::Pong&) {
            if (dialed) OnPong(turn, link);
            return dialed;
          },
          [&](const inbound::Error& error) {
            if (dialed) OnError(turn, link, error);
            return dialed;
          },
          // The rest is for clients: a reference hub answers with an error what it does not know.
          [&](const auto&) { return dialed; },
      },
      message);
}

bool Switchboard::IsRelayed(const Link& link, std::string_view from) {
  return link.peer == nullptr || (!from.empty() && from != link.peer->id.text());
}

void Switchboard::OnPong(Turn& turn, Link& link) {
  if (link.dialect() != Link::Dialect::kUnknown) return;
  DialTarget& dial_target = *dial_targets_.Find(*link.dial_target);
  dial_target.is_reference = true;
  if (refused_links_.RefuseDialed(turn, link, std::nullopt)) return;
  dialing_.OnUp(turn, dial_target);
  link_setup_.BecomeReference(turn, link);
}

void Switchboard::OnError(Turn& turn, Link& link, const inbound::Error& error) {
  // A link may be up for a while before the hub there no longer admits this one.
  const bool may_refuse = link.dialect() == Link::Dialect::kUnknown || link.is_mesh();
  if (!may_refuse || error.reason.empty()) return;
  dialing_.OnNotAdmitted(turn, *dial_targets_.Find(*link.dial_target), error.reason);
}

void Switchboard::OnPeerReport(Turn& turn, Link& link, const inbound::PeerReport& report) {
  const std::optional<PeerId> peer = PeerId::Parse(report.peer);
  if (!peer.has_value()) {
    ++link.counts.refused;
    return turn.Count(Reason::kInvalidMessage);
  }
  if (report.network == self_.mesh_namespace() && link.dial_target.has_value()) {
    if (*peer == self_.id()) return OnOwnIdMet(turn, link);
    const HubDetails* hub = report.profile.hub.get();
    if (hub != nullptr && hub->mesh_version > 0 && hub->answers == self_.id()) {
      return OnAnswer(turn, link, *peer, *hub);
    }
  }
  // The rest a mesh hub says in frames; and a hub's word about itself is its own announce.
  if (link.is_mesh() || *peer == link.hub) return;
  ++link.counts.announced;
  contested_.Join(turn, {link.path, *peer, report.network, report.profile});
}

void Switchboard::OnPeerWithdrawal(Turn& turn, Link& link,
                                   const inbound::PeerWithdrawal& withdrawal) {
  const std::optional<PeerId> peer = PeerId::Parse(withdrawal.peer);
  if (!peer.has_value()) {
    ++link.counts.refused;
    return turn.Count(Reason::kInvalidMessage);
  }
  if (link.is_mesh()) return;
  contested_.Leave(turn, {link.path, *peer, withdrawal.network, withdrawal.reason, std::nullopt});
}

void Switchboard::OnRelayedGoodbye(Turn& turn, Link& link, const inbound::Goodbye& goodbye) {
  const std::optional<PeerId> from = PeerId::Parse(goodbye.from);
  if (!from.has_value()) return turn.Count(Reason::kInvalidMessage);
  RawJson payload = goodbye.payload;
  if (payload.text.size() > options_.limits.goodbye_data) {
    // The members still have to hear it, as they close their data channels on it.
    turn.Count(Reason::kGoodbyeTooLarge);
    payload = {};
  }
  contested_.Leave(turn, {link.path, *from, goodbye.network, "goodbye", payload});
}

void Switchboard::OnAnswer(Turn& turn, Link& link, const PeerId& hub, const HubDetails& details) {
  if (link.dialect() != Link::Dialect::kUnknown) return;
  DialTarget& dial_target = *dial_targets_.Find(*link.dial_target);
  dial_target.hub = hub;
  dial_target.is_reference = false;
  if (quarantine_.RefuseDialed(turn, dial_target)) return;
  if (refused_links_.RefuseDialed(turn, link, hub)) return;
  (void)remote_presence_.RemovePath(turn, link.path);
  dialing_.OnUp(turn, dial_target);
  link_setup_.BecomeMesh(turn, link, hub, /*plain_server=*/!details.transit);
}

void Switchboard::OnOwnIdMet(Turn& turn, const Link& link) {
  turn.Count(Reason::kSelfConnected);
  dialing_.Stop(turn, *dial_targets_.Find(*link.dial_target), Reason::kSelfConnected,
                "the hub there has this hub's own id");
}

}  // namespace pigeonhub
