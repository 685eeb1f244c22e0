// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "server/core/effect.h"
#include "server/core/input.h"
#include "server/runtime/clock.h"
#include "server/runtime/event_log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

class Hub;

// Where the effects of one shard are carried out: an I/O loop, or the bus.
class Outlet {
 public:
  virtual ~Outlet() = default;

  // On the shard's own thread, without a lock held: carries the effects out, in order. Must not
  // call Dispatcher::Submit before it returns.
  virtual void Deliver(Effects& effects) = 0;

  // From any thread: see to it that Dispatcher::Drain(shard) is called on the shard's thread soon.
  // Must not call back into the dispatcher.
  virtual void Wake() = 0;

  // Under the hub's lock, of the bus alone: whether this may wait there until it is delivered. What
  // may not is lost.
  virtual bool Takes(const Publish&) { return true; }
};

// Puts the core to work: takes inputs from all threads one at a time and hands every effect to the
// loop it belongs to.
//
// Order: effects go to per-shard outboxes while the hub's lock is held, and each outbox is emptied
// front to back by its own thread. So every connection sees effects in the order in which the core
// decided them, whichever threads they came from. The lock is never held while effects are carried
// out, nor while listeners run.
//
// Thread-safe. Outlets are attached before the first input and outlive the last one.
class Dispatcher {
 public:
  // A shard for each loop, and behind them one for the bus, if the hub has one.
  Dispatcher(Hub& hub, const Clock& clock, EventLog& events, unsigned loops, bool has_bus = false);

  void Attach(unsigned shard, Outlet& outlet);

  // On the thread of `shard`. Effects of that shard are delivered before this returns.
  void Submit(unsigned shard, const Input& input) ABSL_LOCKS_EXCLUDED(mutex_);

  // On the thread of `shard`: delivers what other threads left for it.
  void Drain(unsigned shard) ABSL_LOCKS_EXCLUDED(mutex_);

  // From any thread that is no shard's; returns the hub's answer.
  absl::Status Command(const Input& input) ABSL_LOCKS_EXCLUDED(mutex_);
  // The same. `look` sees the hub right before, under the same lock.
  template <typename Look>
  absl::Status Command(const Input& input, Look look) ABSL_LOCKS_EXCLUDED(mutex_) {
    Aftermath aftermath;
    absl::Status answer;
    const Now now = clock_.Read();
    {
      MutexLock lock(mutex_);
      look(static_cast<const Hub&>(hub_));
      answer = HandleLocked(now, input, aftermath);
    }
    Conclude(aftermath, kNoShard);
    return answer;
  }

  // Looks at the hub under its lock. Keep it short: every loop waits meanwhile.
  template <typename Look>
  auto Read(Look look) const ABSL_LOCKS_EXCLUDED(mutex_) {
    MutexLock lock(mutex_);
    return look(static_cast<const Hub&>(hub_));
  }

  // The callback runs, on any thread, when the hub's next deadline is earlier than every deadline
  // that the callback got before. Set before the first input.
  void OnEarlierDeadline(std::function<void(SteadyTime)> callback);

  // The callback runs, on any thread, after a drain of all has finished. It must not call the
  // dispatcher. Set before the first input.
  void OnDrained(std::function<void()> callback);

  // The callback runs, on any thread, after the list of bans has changed. It must not call the
  // dispatcher. Set before the first input.
  void OnBansChanged(std::function<void()> callback);

  // Gets each QuestionCame and AnswerCame, on any thread, after the input that it came of. It must
  // not call the dispatcher. Set before the first input.
  void OnQuestions(std::function<void(Effects)> callback);

  // Handles Tick if a deadline has passed; returns the next one. From the thread that keeps time.
  std::optional<SteadyTime> RunDeadlines() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Shard {
    Outlet* outlet = nullptr;
    Effects outbox;  // guarded by mutex_; use OutboxLocked
    // Used by the shard's own thread only: the outbox is swapped with it, so that neither allocates
    // anew each time.
    Effects delivering;
  };

  static constexpr unsigned kNoShard = ConnectionId::kMaxShards;

  // What is left to do once the lock is free again.
  struct Aftermath {
    absl::InlinedVector<unsigned, 4> wake;  // shards whose outbox was empty before
    bool emitted = false;
    bool drained = false;
    bool bans_changed = false;
    Effects questions;  // and answers
    std::optional<SteadyTime> earlier_deadline;
  };

  // Handles one input and files its effects. `now` was read before the lock was there.
  absl::Status HandleLocked(const Now& now, const Input& input, Aftermath& aftermath)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void FileLocked(Effect& effect, Aftermath& aftermath) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // One part for each shard, with that shard's receivers.
  void FileBroadcastLocked(Broadcast& broadcast, Aftermath& aftermath)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AppendLocked(unsigned shard, Effect&& effect, Aftermath& aftermath)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Effects& OutboxLocked(unsigned shard) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return shards_[shard].outbox;
  }
  void Conclude(Aftermath& aftermath, unsigned own_shard);
  static void DeliverOwn(Shard& own);

  const Clock& clock_;
  EventLog& events_;
  const unsigned loops_;
  std::function<void(SteadyTime)> on_earlier_deadline_;
  std::function<void()> on_drained_;
  std::function<void()> on_bans_changed_;
  std::function<void(Effects)> on_questions_;

  mutable Mutex mutex_;
  Hub& hub_ ABSL_GUARDED_BY(mutex_);
  Now now_ ABSL_GUARDED_BY(mutex_);  // the latest that an input came with
  Effects scratch_ ABSL_GUARDED_BY(mutex_);
  std::vector<Shard> shards_;
  std::optional<SteadyTime> armed_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
