// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/bus.h"

#include <algorithm>

namespace pigeonhub {
namespace {

// Nobody is called so late but a process that stood still.
constexpr Duration kStandstill = std::chrono::milliseconds(500);

}  // namespace

void Bus::Attach(SteadyTime now, SteadyTime beat, size_t max_payload) {
  plan_.attached = true;
  plan_.max_payload = max_payload;
  plan_.beat = beat;
  plan_.look = now + kHangUp;
  echo_.Begin(now);
  namesake_.Forget();
}

void Bus::Detach(SteadyTime now) {
  if (works()) GoDeaf(now);
  plan_.attached = false;
}

void Bus::KeepAway(SteadyTime now, SteadyTime until) {
  Detach(now);
  namesake_.LeaveIdUntil(until);
}

void Bus::GoDeaf(SteadyTime now) {
  // Where it did not work for long, those that were not heard in this time have nothing against
  // them yet, either.
  if (now - *plan_.works_since >= kTimeToBeHeard) deaf_to_.clear();
  for (const auto& [hub, at] : heard_) deaf_to_[hub] = now;
  plan_.works_since.reset();
  heard_.clear();
  lives_.clear();
  expected_.clear();
  missed_.clear();
}

bool Bus::IsWorthHangingUp(SteadyTime now) const {
  return attached() && !works() && now - echo_.heard_at() >= kHangUp;
}

mesh::Beat Bus::Say(SteadyTime now) {
  plan_.beat = now + beat_;
  return {self_, name_, life_, echo_.Say(now)};
}

Bus::Heard Bus::Hear(const mesh::Beat& beat, SteadyTime now) {
  if (beat.from != self_) {
    const Heard heard = HearFrom(beat.from, now);
    return heard == Heard::kKnown && IsAnotherLife(beat, now) ? Heard::kNewcomer : heard;
  }
  if (beat.life != life_) {
    namesake_.Hear(beat.life, now);
    return Heard::kNothing;
  }
  if (!echo_.Hear(beat.number, now)) return Heard::kNothing;
  // Perhaps somebody can be judged now.
  plan_.look = now;
  if (works()) return Heard::kEcho;
  plan_.works_since = now;
  return Heard::kWorks;
}

Bus::Heard Bus::HearFrom(const PeerId& hub, SteadyTime now) {
  if (!works()) return Heard::kNothing;
  Adopt(hub);
  expected_.erase(hub);
  plan_.look = std::min(plan_.look, now + kSilence);
  const bool is_new = heard_.insert_or_assign(hub, now).second;
  if (is_new) missed_.erase(hub);
  return is_new ? Heard::kNewcomer : Heard::kKnown;
}

// Two processes with one id would be newcomers with each beat, so it takes a while to be one again.
bool Bus::IsAnotherLife(const mesh::Beat& beat, SteadyTime now) {
  const auto [known, is_first] = lives_.try_emplace(beat.from, Life{beat.life, now});
  Life& life = known->second;
  if (is_first || life.number == beat.life || now - life.since < kSilence) return false;
  life = {beat.life, now};
  return true;
}

bool Bus::IsOutranked(SteadyTime now) const {
  return attached() && namesake_.OutranksUs(life_, plan_.works_since.value_or(now), now);
}

void Bus::Expect(const PeerId& hub, SteadyTime now) {
  if (!works() || hub == self_ || heard_.contains(hub) || missed_.contains(hub)) return;
  if (expected_.insert({hub, now}).second) plan_.look = std::min(plan_.look, now + kSilence);
}

bool Bus::Miss(const PeerId& hub, SteadyTime now) {
  if (!works() || hub == self_ || heard_.contains(hub)) return false;
  expected_.erase(hub);
  return missed_.insert({hub, now}).second;
}

bool Bus::Judge(SteadyTime now) {
  if (!attached() || now < plan_.look) return false;
  if (now - plan_.look > kStandstill) echo_.StoodStill(now);
  if (!works()) {
    plan_.look = std::max(echo_.heard_at() + kHangUp, now + beat_);
    return false;
  }
  if (now - echo_.heard_at() >= kDeaf) {
    GoDeaf(now);
    plan_.look = echo_.heard_at() + kHangUp;
    return true;
  }
  plan_.look = echo_.heard_at() + kDeaf;
  const bool some_fell_silent = MissTheSilent(heard_, now);
  if (some_fell_silent) std::erase_if(lives_, [&](const auto& one) { return !Hears(one.first); });
  return MissTheSilent(expected_, now) || some_fell_silent;
}

bool Bus::MissTheSilent(std::map<PeerId, SteadyTime>& since, SteadyTime now) {
  const size_t missed_before = missed_.size();
  std::erase_if(since, [&](const auto& one) {
    const SteadyTime until = one.second + kSilence;
    if (now < until) {
      plan_.look = std::min(plan_.look, until);
      return false;
    }
    if (echo_.HeardFromAfter(until)) {
      missed_[one.first] = now;
      return true;
    }
    // Perhaps nobody is heard any more. This hub says something, and judges when it hears that.
    if (!echo_.SaidAfter(until)) plan_.beat = now;
    return false;
  });
  return missed_.size() > missed_before;
}

std::optional<SteadyTime> Bus::DeafSince(const PeerId& hub) const {
  const auto it = deaf_to_.find(hub);
  if (works() || it == deaf_to_.end()) return std::nullopt;
  return it->second;
}

}  // namespace pigeonhub
