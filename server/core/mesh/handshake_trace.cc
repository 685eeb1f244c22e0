// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/handshake_trace.h"

#include <memory>
#include <string>
#include <utility>

namespace pigeonhub {
namespace {

// Steps for one hub that wait, with all else that goes first.
constexpr size_t kMostWaiting = 256;

HandshakeStepKind KindOf(SignalType type) {
  switch (type) {
    case SignalType::kOffer:
      return HandshakeStepKind::kOffer;
    case SignalType::kAnswer:
      return HandshakeStepKind::kAnswer;
    case SignalType::kIceCandidate:
      return HandshakeStepKind::kIceCandidate;
  }
  return HandshakeStepKind::kOffer;
}

}  // namespace

void HandshakeTrace::Announced(Turn& turn, const PeerId& peer, const SharedText& network) {
  if (!Covers(peer, network)) return;
  Note(turn, {.kind = HandshakeStepKind::kAnnounced, .from = peer, .network = network});
}

void HandshakeTrace::NoteDiscovered(Turn& turn, const PeerId& peer, const PeerId& told,
                                    const SharedText& network) {
  Note(turn, {.kind = HandshakeStepKind::kDiscovered,
              .stage = HandshakeStage::kDelivered,
              .from = peer,
              .to = told,
              .network = network});
}

void HandshakeTrace::Connected(Turn& turn, const PeerId& peer, const PeerId& other,
                               const SharedText& network) {
  if (!Covers(peer, network)) return;
  Note(turn,
       {.kind = HandshakeStepKind::kConnected, .from = peer, .to = other, .network = network});
}

void HandshakeTrace::Delivered(Turn& turn, const PeerId& from, const PeerId& to,
                               const SharedText& network, const inbound::Signal& signal,
                               const std::optional<PeerId>& from_hub) {
  if (!Covers(from, network)) return;
  Note(turn, {.kind = KindOf(signal.type),
              .stage = HandshakeStage::kDelivered,
              .from = from,
              .to = to,
              .network = network,
              .other_hub = from_hub,
              .sent_us = signal.sent_us});
}

void HandshakeTrace::PassedOn(Turn& turn, const SharedText& network, SignalType type,
                              const PeerId& from, const PeerId& to,
                              const std::optional<PeerId>& to_hub) {
  if (!Covers(from, network)) return;
  Note(turn, {.kind = KindOf(type),
              .stage = HandshakeStage::kPassedOn,
              .from = from,
              .to = to,
              .network = network,
              .other_hub = to_hub});
}

void HandshakeTrace::PassedOn(Turn& turn, const mesh::Signal& signal, const PeerId& to_hub) {
  // What is said again was noted before.
  if (signal.heard_us == 0 || signal.sent_us != MicrosOf(turn.now.steady)) return;
  Note(turn, {.kind = KindOf(signal.type),
              .stage = HandshakeStage::kPassedOn,
              .from = signal.from,
              .to = signal.target,
              .network = signal.network,
              .other_hub = to_hub,
              .heard_us = signal.heard_us,
              .queue_us = signal.sent_us - signal.heard_us});
}

void HandshakeTrace::Dropped(Turn& turn, const SignalDropped& dropped) {
  if (!Covers(dropped.from, dropped.network)) return;
  Note(turn, {.kind = KindOf(dropped.type),
              .stage = HandshakeStage::kDropped,
              .from = dropped.from,
              .to = dropped.target,
              .network = dropped.network,
              .reason = dropped.reason});
}

void HandshakeTrace::Note(Turn& turn, mesh::TraceStep step) {
  const PeerId* to = step.to.has_value() ? &*step.to : nullptr;
  const HandshakeWatch::Viewers viewers =
      watch_.ViewersOf(turn.now.steady, {step.from, to, NameOf(step.network)});
  if (!viewers.here && viewers.hubs.empty()) return;
  if (step.heard_us == 0) step.heard_us = MicrosOf(turn.now.steady);
  const auto shared = std::make_shared<const mesh::TraceStep>(std::move(step));
  if (viewers.here) Show(turn, self_.id(), *shared);
  for (const PeerId& hub : viewers.hubs) to_say_.emplace_back(hub, shared);
}

void HandshakeTrace::SayAllSteps() {
  for (auto& [id, step] : std::exchange(to_say_, {})) {
    MeshHub* hub = mesh_hubs_.Find(id);
    if (hub != nullptr && !hub->talk.SayNow(std::move(step), kMostWaiting)) watch_.NoteOmitted(id);
  }
}

void HandshakeTrace::SetClock(const Now& now) {
  epoch_us_ = now.unix_ms * 1000 - static_cast<int64_t>(MicrosOf(now.steady));
}

std::optional<HubClock::Reading> HandshakeTrace::ClockOf(const PeerId& hub) const {
  if (hub == self_.id()) return HubClock::Reading();
  const auto known = clocks_.find(hub);
  return known == clocks_.end() ? std::nullopt : known->second.Read();
}

void HandshakeTrace::Show(Turn& turn, const PeerId& hub, const mesh::TraceStep& step) const {
  const std::optional<HubClock::Reading> clock = ClockOf(hub);
  // It speaks of a time that means nothing here.
  if (!clock.has_value()) return;
  const auto to_ours = [](uint64_t there_us, const HubClock::Reading& reading) {
    return static_cast<int64_t>(there_us) - reading.ahead_us;
  };
  HandshakeStep shown;
  shown.kind = step.kind;
  shown.stage = step.stage;
  shown.hub = hub;
  shown.from = step.from;
  shown.to = step.to;
  shown.network = step.network;
  shown.other_hub = step.other_hub;
  shown.at_us = epoch_us_ + to_ours(step.heard_us, *clock);
  shown.at_error_us = clock->error_us;
  if (step.queue_us.has_value()) shown.queue_us = static_cast<int64_t>(*step.queue_us);
  if (step.sent_us != 0 && step.other_hub.has_value()) {
    if (const auto sender = ClockOf(*step.other_hub)) {
      shown.line_us = to_ours(step.heard_us, *clock) - to_ours(step.sent_us, *sender);
      shown.line_error_us = clock->error_us + sender->error_us;
    }
  }
  shown.reason = step.reason;
  turn.Emit(HandshakeSeen{std::make_shared<const HandshakeStep>(std::move(shown))});
}

}  // namespace pigeonhub
