// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/peer_messages.h"

#include <optional>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/core/overloaded.h"
#include "server/core/peers/namespaces.h"

namespace pigeonhub {

void PeerMessages::Hear(Turn& turn, Peer& peer, const inbound::Message& message) {
  std::visit(
      Overloaded{
          [&](const inbound::Signal& m) { signaling_.FromPeer(turn, peer, m); },
          [&](const inbound::Announce& m) { OnAnnounce(turn, peer, m); },
          [&](const inbound::Goodbye& m) { OnGoodbye(turn, peer, m); },
          [&](const inbound::Ping&) { OnPing(turn, peer); },
          [&](const inbound::Cleanup& m) { OnCleanup(turn, peer, m); },
          [&](const inbound::PeerReport&) { turn.Count(Reason::kNotAHub); },
          // To anybody but a link these are types that the hub does not route.
          [&](const inbound::PeerWithdrawal&) { OnUnroutable(turn, peer, "peer-disconnected"); },
          [&](const inbound::HubNews&) { OnUnroutable(turn, peer, "hub-news"); },
          [&](const inbound::HubFrame&) { OnUnroutable(turn, peer, "hub-frame"); },
          [&](const inbound::Connected&) { OnUnroutable(turn, peer, "connected"); },
          [&](const inbound::Pong&) { OnUnroutable(turn, peer, "pong"); },
          [&](const inbound::Error&) { OnUnroutable(turn, peer, "error"); },
          [&](const inbound::Unroutable& m) { OnUnroutable(turn, peer, m.type); },
      },
      message);
}

void PeerMessages::EndPauses(Turn& turn) {
  while (Peer* peer = rates_.EndPauses(turn)) contested_.Close(turn, *peer, Reason::kRateLimit);
}

void PeerMessages::OnAnnounce(Turn& turn, Peer& peer, const inbound::Announce& announce) {
  rates_.OnAnnounce(turn, peer);
  std::optional<Reason> refusal = membership_.Announce(turn, peer, announce);
  if (!refusal.has_value() && peer.entrance == Entrance::kHubs && !peer.is_hub) {
    refusal = Reason::kHubNotAdmitted;
  }
  if (refusal.has_value()) return contested_.Close(turn, peer, *refusal);
  rates_.Settle(turn, peer);
}

void PeerMessages::OnGoodbye(Turn& turn, Peer& peer, const inbound::Goodbye& goodbye) {
  RawJson payload = goodbye.payload;
  if (payload.text.size() > options_.limits.goodbye_data) {
    // The members still have to hear it, as they close their data channels on it.
    turn.Count(Reason::kGoodbyeTooLarge, OriginOf(peer));
    payload = {};
  }
  turn.counters.goodbyes.Add();
  turn.Emit(PeerGoodbye{peer.id, peer.network == nullptr ? nullptr : peer.network->name});
  // Clients send goodbye in beforeunload even if the user then stays on the page; only a close
  // makes such a client come back.
  turn.Close(peer.connection, Reason::kGoodbye);
  contested_.End(turn, peer,
                 {Reason::kGoodbye, CloseFrameFor(Reason::kGoodbye).code, {}, &payload});
}

void PeerMessages::OnPing(Turn& turn, Peer& peer) {
  turn.counters.pings.Add();
  turn.Send(peer.connection, outbound::Pong{peer.id});
}

void PeerMessages::OnCleanup(Turn& turn, Peer& peer, const inbound::Cleanup& cleanup) {
  if (!cleanup.report.has_value()) return;
  const std::optional<PeerId> other = PeerId::Parse(cleanup.target);
  if (!other.has_value()) return;
  record_.Report(turn, peer, *other, *cleanup.report);
}

void PeerMessages::OnUnroutable(Turn& turn, Peer& peer, std::string_view type) {
  // A client says by this that it forgets old handshakes; there is nothing to do about it.
  if (type == "cleanup-all") return;
  // Of two clients that offer to each other at once, one declines by connection-rejected: a
  // handshake that goes well, and no refusal. Anything else is one.
  if (type != "connection-rejected") turn.Count(Reason::kUnroutable);
  turn.Send(peer.connection,
            outbound::Error{absl::StrCat(
                "Signaling server does not route '", absl::string_view(type.data(), type.size()),
                "' messages. Use WebRTC data channels for peer-to-peer communication.")});
}

}  // namespace pigeonhub
