// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "server/core/effect.h"
#include "server/core/input.h"
#include "server/runtime/clock.h"
#include "server/runtime/event_log.h"
#include "server/runtime/lane_mutex.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

class Hub;

// Where the effects of one shard are carried out: an I/O loop, or the bus.
class Outlet {
 public:
  virtual ~Outlet() = default;

  // On the shard's own thread, without a lock held: carries the effects out, in order. Must not
  // call Dispatcher::Submit or Drain before it returns.
  virtual void Deliver(Effects& effects) = 0;

  // From any thread: see to it that Dispatcher::Drain(shard) is called on the shard's thread soon.
  // Must not call back into the dispatcher.
  virtual void Wake() = 0;

  // Under the hub's lock, of the bus alone: whether this may wait there until it is delivered. What
  // may not is lost.
  virtual bool Takes(const Publish&) { return true; }
};

// Puts the core to work: takes inputs from all threads and hands every effect to the loop it
// belongs to. Quiet signals (Hub::quiet_signals) pass beside each other, those of one pair one at a
// time; any other input is alone in the hub.
//
// Order: effects go to per-shard outboxes while the hub's lock is held, alone or shared, and each
// outbox is emptied front to back by its own thread. So every connection sees the effects of inputs
// that were alone, and the signals of one pair, in the order in which the core decided them,
// whichever threads they came from. Signals of different pairs come in any order. What a loop
// causes itself it carries out at once, behind what others left for it. A loop may carry out the
// first effects of an input while the last ones are still filed. The lock is never held while
// effects are carried out, nor while listeners run.
//
// Thread-safe. Outlets are attached before the first input and outlive the last one.
class Dispatcher {
 public:
  // A shard for each loop, and behind them one for the bus, if the hub has one.
  Dispatcher(Hub& hub, const Clock& clock, EventLog& events, unsigned loops, bool has_bus = false);

  void Attach(unsigned shard, Outlet& outlet);

  // On the thread of `shard`. Effects of that shard are delivered before this returns.
  void Submit(unsigned shard, const Input& input) ABSL_LOCKS_EXCLUDED(hub_mutex_);

  // On the thread of `shard`: delivers what other threads left for it.
  void Drain(unsigned shard);

  // From any thread that is no shard's; returns the hub's answer.
  absl::Status Command(const Input& input) ABSL_LOCKS_EXCLUDED(hub_mutex_);
  // The same. `look` sees the hub right before, under the same lock.
  template <typename Look>
  absl::Status Command(const Input& input, Look look) ABSL_LOCKS_EXCLUDED(hub_mutex_) {
    Aftermath aftermath;
    absl::Status answer;
    const Now now = clock_.Read();
    {
      MutexLock lock(hub_mutex_);
      look(static_cast<const Hub&>(hub_));
      answer = HandleLocked(now, input, aftermath);
    }
    Conclude(aftermath, kNoShard);
    return answer;
  }

  // Looks at the hub under its lock. Keep it short: every loop waits meanwhile.
  template <typename Look>
  auto Read(Look look) const ABSL_LOCKS_EXCLUDED(hub_mutex_) {
    MutexLock lock(hub_mutex_);
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
  std::optional<SteadyTime> RunDeadlines() ABSL_LOCKS_EXCLUDED(hub_mutex_);

 private:
  // What threads use at the same time does not stand on one cache line.
  struct alignas(64) Shard {
    Outlet* outlet = nullptr;
    Mutex mutex;
    Effects outbox ABSL_GUARDED_BY(mutex);
    // Used by the shard's own thread only, and empty but while that passes a signal or delivers.
    // The outbox is swapped with it, so that neither allocates anew each time.
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

  // Has a signal passed on beside others; false if it is for HandleLocked.
  bool PassSignal(unsigned shard, const Received& input, const Now& now)
      ABSL_LOCKS_EXCLUDED(hub_mutex_);
  // Handles one input and files its effects. `now` was read before the lock was there.
  absl::Status HandleLocked(const Now& now, const Input& input, Aftermath& aftermath)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(hub_mutex_);
  void FileLocked(Effect& effect, Aftermath& aftermath) ABSL_EXCLUSIVE_LOCKS_REQUIRED(hub_mutex_);
  // One part for each shard, with that shard's receivers.
  void FileBroadcastLocked(Broadcast& broadcast, Aftermath& aftermath)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(hub_mutex_);
  void AppendLocked(unsigned shard, Effect&& effect, Aftermath& aftermath)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(hub_mutex_);
  // Into the outbox, while whoever decided upon the effect holds the lock still. True if the shard
  // has to be woken for it.
  bool Append(unsigned shard, Effect&& effect) ABSL_SHARED_LOCKS_REQUIRED(hub_mutex_);
  void Conclude(Aftermath& aftermath, unsigned own_shard);
  static void DeliverOwn(Shard& own);

  const Clock& clock_;
  EventLog& events_;
  const unsigned loops_;
  std::function<void(SteadyTime)> on_earlier_deadline_;
  std::function<void()> on_drained_;
  std::function<void()> on_bans_changed_;
  std::function<void(Effects)> on_questions_;

  // Pairs are spread over so many: few are used by two loops one after the other, which each costs
  // the way of a cache line to the other core.
  static constexpr size_t kPairMutexes = 1024;
  struct alignas(64) PairMutex {
    Mutex mutex;
  };

  // Locked in this order: the hub's, that of a pair, that of a shard.
  mutable LaneMutex hub_mutex_;
  std::array<PairMutex, kPairMutexes> pair_mutexes_;
  Hub& hub_ ABSL_GUARDED_BY(hub_mutex_);
  Now now_ ABSL_GUARDED_BY(hub_mutex_);  // the latest that an input came with
  Effects scratch_ ABSL_GUARDED_BY(hub_mutex_);
  std::vector<Shard> shards_;
  std::optional<SteadyTime> armed_ ABSL_GUARDED_BY(hub_mutex_);
};

}  // namespace pigeonhub
