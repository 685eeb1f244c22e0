// SPDX-License-Identifier: Apache-2.0

#include "server/auth/provider/jwks_refresher.h"

#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "server/auth/token/jwks.h"

namespace pigeonhub::auth {

JwksRefresher::JwksRefresher(std::unique_ptr<JwksFetcher> fetcher, const Clock& clock)
    : fetcher_(std::move(fetcher)), clock_(clock), schedule_(clock.Read().steady) {}

void JwksRefresher::Start(Handlers handlers) {
  handlers_ = std::move(handlers);
  thread_ = std::thread([this] { Run(); });
}

void JwksRefresher::Stop() {
  {
    const MutexLock lock(mutex_);
    ending_ = true;
  }
  fetcher_->Cancel();
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void JwksRefresher::NoteUnknownKid(std::string_view kid) {
  {
    const MutexLock lock(mutex_);
    schedule_.NoteUnknownKid(kid, clock_.Read().steady);
  }
  changed_.notify_one();
}

JwksState JwksRefresher::state() const {
  const MutexLock lock(mutex_);
  return StateLocked();
}

JwksState JwksRefresher::StateLocked() const {
  JwksState state = state_;
  if (const auto at = schedule_.fetched_at()) state.age = clock_.Read().steady - *at;
  return state;
}

void JwksRefresher::Run() {
  while (WaitForWork()) Work();
}

bool JwksRefresher::WaitForWork() {
  const MutexLock lock(mutex_);
  while (!ending_) {
    const SteadyTime due =
        std::min(schedule_.next(), schedule_.expiry().value_or(SteadyTime::max()));
    const Duration left = due - clock_.Read().steady;
    if (left <= Duration::zero()) return true;
    changed_.wait_for(mutex_, left);
  }
  return false;
}

void JwksRefresher::Work() {
  const SteadyTime now = clock_.Read().steady;
  bool fetch_due = false;
  std::optional<JwksState> expired;
  {
    const MutexLock lock(mutex_);
    fetch_due = schedule_.next() <= now;
    if (schedule_.expiry().value_or(SteadyTime::max()) <= now) {
      schedule_.Expire();
      state_.keys = 0;
      expired = StateLocked();
    }
    if (fetch_due) schedule_.Begin(now);
  }
  if (expired.has_value()) {
    handlers_.use({});
    handlers_.report(*expired);
  }
  if (fetch_due) Fetch();
}

void JwksRefresher::Fetch() {
  const absl::StatusOr<FetchedJwks> fetched = fetcher_->Fetch();
  absl::StatusOr<Jwks> set = fetched.ok() ? ParseJwks(fetched->text, JwksOrigin::kUrl)
                                          : absl::StatusOr<Jwks>(fetched.status());
  std::vector<std::string> kids;
  if (set.ok()) {
    for (const TokenKey& key : set->keys) kids.push_back(key.kid);
  }
  // They count before anybody is told that they do.
  if (set.ok()) handlers_.use(std::move(set->keys));
  JwksState state;
  {
    const MutexLock lock(mutex_);
    if (ending_) return;
    const SteadyTime now = clock_.Read().steady;
    if (set.ok()) {
      schedule_.Succeed(now, fetched->max_age, kids);
      state_ = {kids.size(), set->skipped, {}, state_.fetches + 1, state_.failures, {}};
    } else {
      schedule_.Fail(now);
      ++state_.failures;
      state_.problem = std::string(set.status().message());
    }
    state = StateLocked();
  }
  handlers_.report(state);
}

}  // namespace pigeonhub::auth
