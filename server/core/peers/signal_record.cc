// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/signal_record.h"

#include <optional>
#include <string>
#include <string_view>

#include "server/core/reason.h"

namespace pigeonhub {
namespace {

SignalDropped Describe(const PeerId& from, const inbound::Signal& signal, const Namespace* network,
                       Reason reason) {
  return {signal.type,
          from,
          PeerId::Parse(signal.target),
          network == nullptr ? nullptr : network->name,
          signal.payload.text.size(),
          reason};
}

std::string_view DropText(Reason reason) {
  switch (reason) {
    case Reason::kReceiverBacklogged:
      return "Signal dropped: signals of yours wait for that peer, which reads slowly; send it "
             "again later";
    case Reason::kLinkBacklogged:
      return "Signal dropped: too many signals of yours wait for the hub of that peer; send it "
             "again later";
    case Reason::kHubUnreachable:
      return "Signal dropped: the hub of that peer cannot be reached; send it again later";
    default:
      return "Signal dropped: its data is too large for this hub, or for another hub on its way";
  }
}

}  // namespace

bool SignalRecord::Note(const Now& now, const inbound::Signal& signal, bool side,
                        Namespace& network, PairRecord& pair, bool to_link) {
  network.signals.Add();
  network.signal_bytes.Add(signal.payload.text.size());
  const bool is_retried = funnel_.OnSignal(now, signal.type, pair, side);
  pair.NoteSignal(now.steady, signal.type, side, signal.candidates, to_link);
  return is_retried;
}

void SignalRecord::PassQuietly(const Now& now, const inbound::Signal& signal, const PeerId& from,
                               Peer& target, PairRecord& pair) {
  Note(now, signal, PairRecord::SideOf(from, target.id), *target.network, pair, /*to_link=*/false);
}

void SignalRecord::Pass(Turn& turn, const inbound::Signal& signal, const PeerId& from,
                        const PeerId& target, Namespace& network, bool to_link) {
  PairRecord& pair = history_.FindOrAdd(turn.now.steady, from, target);
  const bool side = PairRecord::SideOf(from, target);
  if (Note(turn.now, signal, side, network, pair, to_link)) {
    const Peer* here = peers_.Find(from);
    if (here == nullptr) here = peers_.Find(target);
    const Duration after = turn.now.steady - pair.began;
    if (here != nullptr) {
      turn.EmitSample(here->connection, PairRetried{from, target, network.name, 1, after});
    }
  }
  if (!watch_.any() || !watch_.Shows(turn.now.steady, from, target, *network.name)) return;
  turn.Emit(SignalRelayed{signal.type, from, target, network.name, signal.payload.text.size(),
                          to_link, pair.SinceOffer(turn.now.steady, signal.type, side)});
}

void SignalRecord::Drop(Turn& turn, const PeerId& from, const inbound::Signal& signal,
                        const Namespace* network, Reason reason) {
  Drop(turn, Describe(from, signal, network, reason));
}

void SignalRecord::Drop(Turn& turn, const SignalDropped& dropped) {
  turn.counters.signals_dropped[static_cast<size_t>(dropped.type)].Add();
  if (dropped.target.has_value() && dropped.reason != Reason::kSignalForgedSender) {
    if (PairRecord* pair = RecordOf(turn.now, dropped.from, *dropped.target)) {
      pair->NoteDrop(turn.now.steady, dropped.type,
                     PairRecord::SideOf(dropped.from, *dropped.target), dropped.reason);
    }
  }
  const Peer* sender = IsLimit(dropped.reason) ? peers_.Find(dropped.from) : nullptr;
  turn.Count(dropped.reason, sender == nullptr ? Origin() : OriginOf(*sender));
  const std::string_view network =
      dropped.network == nullptr ? std::string_view() : std::string_view(*dropped.network);
  trace_.Dropped(turn, dropped);
  if (!watch_.Shows(turn.now.steady, dropped.from, dropped.target, network)) return;
  turn.Emit(dropped);
}

void SignalRecord::DropAndTell(Turn& turn, const PeerId& from, const inbound::Signal& signal,
                               const Namespace* network, Reason reason) {
  DropAndTell(turn, Describe(from, signal, network, reason));
}

void SignalRecord::DropAndTell(Turn& turn, const SignalDropped& dropped) {
  Drop(turn, dropped);
  if (const Peer* sender = peers_.Find(dropped.from)) {
    turn.Send(sender->connection,
              outbound::Error{WithHelp(DropText(dropped.reason), dropped.reason)});
  }
}

void SignalRecord::Report(Turn& turn, const Peer& peer, const PeerId& other,
                          const PairReport& report) {
  const SharedText network = peer.network == nullptr ? nullptr : peer.network->name;
  const bool connected = report.kind == PairReport::Kind::kEstablished;
  std::optional<Duration> answer_after;
  if (connected) trace_.Connected(turn, peer.id, other, network);
  if (PairRecord* pair = RecordOf(turn.now, peer.id, other)) {
    // A pair that connects again is news, though the funnel counts it once.
    const bool is_known = connected ? !funnel_.OnConnected(*pair) && pair->IsReported(report.kind)
                                    : pair->HasEnded(report.kind);
    pair->NoteReport(turn.now.steady, PairRecord::SideOf(peer.id, other), report);
    if (is_known) return;
    answer_after = pair->AnswerAfter();
  }
  turn.counters.reports_of(report.kind).Add();
  if (connected) {
    turn.EmitSample(peer.connection,
                    PairConnected{peer.id, other, network, 1, report, answer_after});
  } else {
    turn.EmitSample(peer.connection, PairFailed{peer.id, other, network, 1, report});
  }
}

PairRecord* SignalRecord::RecordOf(const Now& now, const PeerId& peer, const PeerId& other) {
  if (PairRecord* pair = history_.Find(peer, other)) return pair;
  if (peers_.Find(other) == nullptr && departures_.Find(now.steady, other) == nullptr) {
    return nullptr;
  }
  return &history_.FindOrAdd(now.steady, peer, other);
}

}  // namespace pigeonhub
