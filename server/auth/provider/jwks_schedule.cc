// SPDX-License-Identifier: Apache-2.0

#include "server/auth/provider/jwks_schedule.h"

#include <algorithm>

namespace pigeonhub::auth {

SteadyTime JwksSchedule::next() const {
  return forced_.has_value() ? std::min(regular_, *forced_) : regular_;
}

std::optional<SteadyTime> JwksSchedule::expiry() const {
  if (!fetched_at_.has_value()) return std::nullopt;
  return *fetched_at_ + kLifetime;
}

void JwksSchedule::Begin(SteadyTime now) {
  if (!forced_.has_value()) return;
  // A regular fetch brings the same keys as a forced one.
  if (*forced_ <= now) last_forced_ = now;
  forced_.reset();
  for (Unknown& one : unknown_) one.waits = false;
}

void JwksSchedule::Succeed(SteadyTime now, std::optional<Duration> max_age,
                           const std::vector<std::string>& kids) {
  fetched_at_ = now;
  retry_ = kFirstRetry;
  regular_ = now + std::clamp(max_age.value_or(kUsually), kSoonest, kLatest);
  // What was noted while the fetch was under way may be among its keys.
  std::erase_if(unknown_, [&](const Unknown& one) {
    return std::find(kids.begin(), kids.end(), one.kid) != kids.end();
  });
  if (std::none_of(unknown_.begin(), unknown_.end(),
                   [](const Unknown& one) { return one.waits; })) {
    forced_.reset();
  }
}

void JwksSchedule::Fail(SteadyTime now) {
  regular_ = now + retry_;
  retry_ = std::min(2 * retry_, kLastRetry);
}

void JwksSchedule::NoteUnknownKid(std::string_view kid, SteadyTime now) {
  while (!unknown_.empty() && now - unknown_.front().at >= kRemembered) unknown_.pop_front();
  const bool known = std::any_of(unknown_.begin(), unknown_.end(),
                                 [&](const Unknown& one) { return one.kid == kid; });
  if (known) return;
  if (unknown_.size() == kMostRemembered) unknown_.pop_front();
  unknown_.push_back({std::string(kid), now});
  if (forced_.has_value()) return;
  forced_ = last_forced_.has_value() ? std::max(now, *last_forced_ + kBetweenForced) : now;
}

}  // namespace pigeonhub::auth
