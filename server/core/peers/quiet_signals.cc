// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/quiet_signals.h"

#include <variant>

#include "server/core/message.h"

namespace pigeonhub {

std::optional<QuietSignal> QuietSignals::Find(const Received& input) const {
  const auto* signal = std::get_if<inbound::Signal>(&input.message);
  if (signal == nullptr) return std::nullopt;
  const auto is_watched = [this](const Peer& peer) {
    return record_.IsWatched(peer.id, peer.network->name);
  };
  Peer* sender = peers_.Find(input.connection);
  // Not of a hub, nor of a peer of which somebody waits to hear whether it lives.
  if (sender == nullptr || sender->network == nullptr || sender->is_hub ||
      sender->link.has_value() || sender->challenger != nullptr ||
      sender->liveness_check != nullptr || is_watched(*sender)) {
    return std::nullopt;
  }
  Peer* target = signaling_.TargetHere(*sender, *signal);
  if (target == nullptr || is_watched(*target)) return std::nullopt;
  const PairHistory::Key key = history_.KeyOf(sender->id, target->id);
  PairRecord* pair = history_.Find(key);
  if (pair == nullptr) return std::nullopt;
  return QuietSignal{*sender, *target, key, *pair};
}

bool QuietSignals::Pass(const Now& now, const Received& input, const QuietSignal& quiet,
                        Effects& effects) {
  const auto& signal = std::get<inbound::Signal>(input.message);
  Peer& sender = quiet.sender;
  if (HandshakeFunnel::Retries(now, signal.type, quiet.pair) ||
      !rates_.TakesQuietly(now, sender, input.bytes)) {
    return false;
  }
  sender.NoteMessage(now.unix_ms, input.bytes);
  ++sender.signals_sent;
  record_.PassQuietly(now, signal, sender.id, quiet.target, quiet.pair);
  Turn turn(now, effects, journal_);
  Signaling::Hand(turn, quiet.target, sender.id, signal, sender.connection.shard());
  return true;
}

}  // namespace pigeonhub
