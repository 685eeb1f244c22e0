// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/openings.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/core/id_text.h"

namespace pigeonhub {
namespace {

// Whether the other end did not read, as this hub or as the other one says.
bool EndedAsSlow(const Closed& end) {
  return end.reason == Reason::kSlowReader ||
         (end.reason == Reason::kPeerClosed && end.code == CloseFrameFor(Reason::kSlowReader).code);
}

}  // namespace

void Openings::OnOpened(Turn& turn, const Opened& input) {
  const auto refuse = [&](Reason reason) {
    turn.Refuse(input.connection, reason, {input.peer_id, input.address, {}});
  };
  // A handshake may finish just after signaling stopped or a drain began.
  if (self_.is_stopped()) return refuse(Reason::kServerShutdown);
  if (self_.IsDrainedOf(input.claims.get())) return refuse(Reason::kDraining);

  // The reference checks in this order: id, duplicate, limit.
  const std::optional<PeerId> id = PeerId::Parse(input.peer_id);
  if (!id.has_value()) return refuse(Reason::kInvalidPeerId);
  // This hub dialed itself by a name that it did not know for its own, or it is a stranger, who
  // learns no more than this. The close frame tells the other end.
  if (*id == self_.id() && self_.is_hub()) return refuse(Reason::kSelfConnected);
  if (const auto refusal = proofs_.RefusalOfToken(*id, input.hub_credential, input.hub_key)) {
    return refuse(*refusal);
  }
  const Newcomer newcomer{*id,
                          std::string(input.address),
                          proofs_.Judge(*id, input),
                          input.hub_credential_reason,
                          input.hub_credential == HubCredential::kValid,
                          input.hub_key,
                          input.entrance,
                          input.claims};
  const bool proven = newcomer.hub_credential == HubCredential::kValid;
  if (proven) {
    proofs_.NoteProof(*id);
    MakeWay(turn, *id);
  } else if (proofs_.IsReserved(*id)) {
    // The hub itself may have come, with a token that is worth nothing.
    if (newcomer.hub_credential == HubCredential::kInvalid) turn.Count(input.hub_credential_reason);
    return refuse(Reason::kHubIdReserved);
  }
  // A close frame says the same of every ban: another token does not help on this connection.
  if (connections_.RefusalOf(newcomer).has_value()) return refuse(Reason::kBanned);
  if (Peer* holder = peers_.Find(*id)) {
    const OnDuplicate rule = newcomers_.Decide(newcomer, *holder);
    if (rule != OnDuplicate::kReplace) {
      if (rule == OnDuplicate::kReject || holder->challenger != nullptr) {
        return refuse(Reason::kPeerAlreadyConnected);
      }
      return newcomers_.WaitForHolder(turn, input.connection, newcomer, *holder);
    }
    MakeWay(turn, *id);
  }
  if (newcomers_.IsClaimed(*id)) return refuse(Reason::kPeerAlreadyConnected);
  if (peers_.size() >= options_.limits.max_connections) return refuse(Reason::kMaximumConnections);
  // With a proof the id is this connection's, whatever another hub has to say about it.
  if (!proven && newcomers_.WaitForHub(turn, input.connection, newcomer)) return;
  connections_.Bind(turn, input.connection, newcomer);
}

void Openings::MakeWay(Turn& turn, const PeerId& id) {
  newcomers_.RefuseClaimant(turn, id);
  Peer* holder = peers_.Find(id);
  if (holder == nullptr || holder->hub_credential == HubCredential::kValid) return;
  if (holder->challenger != nullptr) newcomers_.Dismiss(turn, *holder);
  contested_.Close(turn, *holder, Reason::kReplaced);
}

void Openings::OnRefused(Turn& turn, const Refused& input) {
  const Origin who{input.peer_id, input.address, {}};
  turn.Count(input.reason, who);
  turn.NoteRefusal(input.reason, who);
}

void Openings::OnAlive(Turn& turn, const Alive& input) {
  if (Peer* holder = peers_.Find(input.connection)) signs_of_life_.Note(turn, *holder);
}

void Openings::OnClosed(Turn& turn, const Closed& input) {
  if (newcomers_.OnClosed(input.connection)) return;
  Peer* peer = peers_.Find(input.connection);
  const Link* link = peer != nullptr ? links_.Of(*peer) : links_.FindDialed(input.connection);
  if (link != nullptr && input.reason == Reason::kPeerClosed &&
      input.code == CloseFrameFor(Reason::kMessageTooBig).code) {
    frame_sender_.OnTooLargeForLink(turn, *link);
  }
  if (link != nullptr && EndedAsSlow(input)) frame_sender_.OnSlowLink(turn, *link);
  if (DialTarget* dial_target = dial_targets_.Find(input.connection)) {
    return dialing_.OnClosed(turn, *dial_target, input);
  }
  // Unknown: it was refused, or told to go, and has been accounted for then.
  if (peer == nullptr) return;
  contested_.End(turn, *peer, {input.reason, input.code, input.text});
}

void Openings::OnHoldsMostMemory(Turn& turn, const HoldsMostMemory& input) {
  if (Peer* peer = peers_.Find(input.connection)) {
    return contested_.Close(turn, *peer, Reason::kMemoryPressure);
  }
  // A link that this hub dialed; a newcomer holds nothing.
  turn.Close(input.connection, Reason::kMemoryPressure);
}

void Openings::CloseOverdue(Turn& turn) {
  TimeLimits& limits = connections_.time_limits();
  while (Peer* peer = limits.TakeUnannounced(turn.now.steady)) {
    contested_.Close(turn, *peer, Reason::kAnnounceTimeout);
  }
  while (Peer* peer = limits.TakeExpired(turn.now.steady)) {
    contested_.Close(turn, *peer, Reason::kTokenExpired);
  }
}

absl::Status Openings::Check(const DisconnectPeer& command) const {
  if (peers_.Find(command.peer) != nullptr) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("no peer ", IdText(command.peer), " is connected to this hub"));
}

void Openings::Apply(Turn& turn, const DisconnectPeer& command) {
  contested_.Close(turn, *peers_.Find(command.peer), Reason::kOperator);
}

absl::Status Openings::Check(const DisconnectPeers& command) const {
  if (!command.attributes.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(
      "without attributes it would be everybody; drain or stop the hub instead");
}

void Openings::Apply(Turn& turn, const DisconnectPeers& command) {
  std::vector<ConnectionId> connections;
  for (const auto& [order, peer] : peers_.in_order()) {
    if (HasAttributes(peer->claims.get(), command.attributes)) {
      connections.push_back(peer->connection);
    }
  }
  for (const ConnectionId connection : connections) {
    if (Peer* peer = peers_.Find(connection)) contested_.Close(turn, *peer, Reason::kOperator);
  }
}

}  // namespace pigeonhub
