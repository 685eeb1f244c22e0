// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/handshake_asking.h"

#include <chrono>
#include <cstdlib>
#include <utility>

#include "server/core/deadlines.h"

namespace pigeonhub {
namespace {

using std::chrono::milliseconds;

// A hub is asked a few times in a row, so that its clock is known well soon, and then as often as
// the lease wants it.
constexpr size_t kAtFirst = 8;
constexpr Duration kFirstPause = milliseconds(150);
constexpr Duration kPause = milliseconds(2000);
static_assert(2 * kPause < HandshakeWatch::kLease);
// It was asked so often that one who knows the question has answered.
constexpr size_t kInVain = kAtFirst + 2;
// A clock that is known so much better is told anew.
constexpr int64_t kNewsUs = 100;

}  // namespace

bool HandshakeAsking::IsAdmitted(const PeerId& hub) const {
  return map_.HasMeshKey(hub) && known_keys_.Identifies(hub);
}

void HandshakeAsking::Watch(Turn& turn, const std::vector<HandshakeFilter>& filters) {
  const bool was_watched = next_.has_value();
  watch_.WatchHere(filters);
  if (filters.empty()) {
    next_.reset();
    asked_.clear();
    clocks_.clear();
    return;
  }
  if (!was_watched) trace_.SetClock(turn.now);
  for (auto& [id, asked] : asked_) {
    asked.told.reset();
    asked.next = turn.now.steady;
  }
  next_ = turn.now.steady;
  OnTick(turn);
}

void HandshakeAsking::OnTick(Turn& turn) {
  watch_.EndLeases(turn.now.steady);
  if (!next_.has_value() || *next_ > turn.now.steady) return;
  next_ = turn.now.steady + kPause;
  std::erase_if(asked_, [&](const auto& one) { return mesh_hubs_.Find(one.first) == nullptr; });
  for (const auto& [id, hub] : mesh_hubs_.all()) {
    Asked& asked = asked_[id];
    if (asked.next <= turn.now.steady) Ask(turn, *hub, asked);
    next_ = std::min(*next_, asked.next);
  }
  if (const uint64_t omitted = watch_.TakeOmitted(std::nullopt)) {
    turn.Emit(HandshakeHub{.hub = self_.id(), .omitted = omitted});
  }
}

void HandshakeAsking::Ask(Turn& turn, MeshHub& hub, Asked& asked) {
  asked.next = turn.now.steady + kPause;
  if (!hub.CanBeReached()) {
    return Tell(turn, asked, {.hub = hub.id, .state = HandshakeHubState::kUnreachable});
  }
  if (!IsAdmitted(hub.id)) {
    return Tell(turn, asked, {.hub = hub.id, .state = HandshakeHubState::kNotAdmitted});
  }
  uint64_t time = MicrosOf(turn.now.steady);
  for (HandshakeFilter& filter : watch_.filters_here()) {
    hub.talk.SayNow(mesh::TraceAsked{std::move(filter), std::exchange(time, 0)});
  }
  if (++asked.times <= kAtFirst) asked.next = turn.now.steady + kFirstPause;
  if (++asked.in_vain >= kInVain) {
    Tell(turn, asked, {.hub = hub.id, .state = HandshakeHubState::kSilent});
  }
}

void HandshakeAsking::Tell(Turn& turn, Asked& asked, HandshakeHub hub) {
  if (asked.told.has_value() && asked.told->state == hub.state && hub.omitted == 0 &&
      std::abs(asked.told->clock_ahead_us - hub.clock_ahead_us) < kNewsUs &&
      std::abs(asked.told->clock_error_us - hub.clock_error_us) < kNewsUs) {
    return;
  }
  asked.told = hub;
  turn.Emit(std::move(hub));
}

void HandshakeAsking::Hear(Turn& turn, MeshHub& hub, const mesh::TraceAsked& asked) {
  if (!IsAdmitted(hub.id)) {
    ++hub.counts.refused;
    return turn.Count(Reason::kHubNotAdmitted);
  }
  if (!watch_.Lease(turn.now.steady, hub.id, asked.filter)) {
    ++hub.counts.refused;
    return turn.Count(Reason::kRemoteTableFull);
  }
  if (asked.asked_us == 0) return;
  hub.talk.SayNow(
      mesh::TraceAnswered{asked.asked_us, MicrosOf(turn.now.steady), watch_.TakeOmitted(hub.id)});
}

void HandshakeAsking::Hear(Turn& turn, MeshHub& hub, const mesh::TraceAnswered& answered) {
  const auto known = asked_.find(hub.id);
  if (known == asked_.end() || !IsAdmitted(hub.id)) return;
  HubClock& clock = clocks_[hub.id];
  clock.Note(answered.asked_us, answered.heard_us, MicrosOf(turn.now.steady));
  const std::optional<HubClock::Reading> reading = clock.Read();
  if (!reading.has_value()) return;
  known->second.in_vain = 0;
  Tell(turn, known->second,
       {.hub = hub.id,
        .state = HandshakeHubState::kTells,
        .clock_ahead_us = reading->ahead_us,
        .clock_error_us = reading->error_us,
        .omitted = answered.omitted});
}

void HandshakeAsking::Hear(Turn& turn, MeshHub& hub, const mesh::TraceStep& step) {
  if (next_.has_value() && asked_.contains(hub.id) && IsAdmitted(hub.id)) {
    trace_.Show(turn, hub.id, step);
  }
}

}  // namespace pigeonhub
