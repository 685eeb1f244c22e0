// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "server/core/ids.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// The memory of the process, and what connections hold of it: messages that are not complete, bytes
// that wait to be read by peers, and what peers announced. When memory is going to be short the
// connections that hold the most give way, one after the other, long before newcomers are turned
// away.
//
// What passes through and what is kept are two kinds: those give way first that hold of the kind of
// which more is held. So an honest message does not end its sender because a crowd of others
// announced a lot, each of them less than that.
//
// Thread-safe.
class MemoryBudget {
 public:
  // What a connection holds is noted again whenever it has changed by so many bytes.
  static constexpr size_t kStep = size_t{1} * 1024;
  // One that holds less gives way only while all together hold much of that kind: more than this
  // part of the limit. So much is queued for each newcomer for a moment; and where something else
  // takes the memory, ending them would not help.
  static constexpr size_t kLeast = size_t{128} * 1024;
  static constexpr uint64_t kMuchPart = 16;

  // `limit` in bytes of resident memory; 0: none. There are `loops` threads that have connections.
  explicit MemoryBudget(uint64_t limit, unsigned loops = 1) : limit_(limit), sums_(loops) {}

  // What the connections of one loop hold together, in bytes. Written by the loop alone.
  struct Sums {
    std::atomic<uint64_t> message{0};    // not complete
    std::atomic<uint64_t> queue{0};      // not sent
    std::atomic<uint64_t> announced{0};  // kept as long as the peer stays
  };
  Sums& sums(unsigned loop) { return sums_[loop]; }

  // What all connections hold.
  struct Held {
    uint64_t message = 0;
    uint64_t queue = 0;
    uint64_t announced = 0;
    uint64_t sum() const { return message + queue + announced; }
  };
  Held held() const;

  // What one connection holds and may have to give way for, in bytes.
  struct Holding {
    size_t passing = 0;  // messages and queues that do not leave by themselves at once
    size_t kept = 0;     // announced
    size_t sum() const { return passing + kept; }
  };
  // From now on the connection holds so much. Nothing: it is forgotten.
  void Note(ConnectionId connection, const Holding& holding) ABSL_LOCKS_EXCLUDED(mutex_);

  // Notes that `resident` bytes are in use. Call it several times a second.
  void Measure(uint64_t resident);
  // What connections gave up that had to give way is free, but the allocator has not given it back
  // to the system: nobody else has to give way for it. Give it back, and say so.
  bool has_free() const { return freed_.load(std::memory_order_relaxed) > 0; }
  void GaveBack() { freed_.store(0, std::memory_order_relaxed); }

  // Whether somebody has to give way: as measured last, and with what came since, more than 85 % of
  // the limit is in use.
  bool is_tight() const {
    return limit() > 0 &&
           others_.load(std::memory_order_relaxed) + staying() > limit() - limit() * 3 / 20;
  }
  // Those who have to give way now, the largest holder first. What they hold counts as free.
  std::vector<ConnectionId> TakeLargest() ABSL_LOCKS_EXCLUDED(mutex_);

  // Whether newcomers find no memory: from when the limit was passed until a twentieth of it is
  // free.
  bool is_short() const { return is_short_.load(std::memory_order_relaxed); }

  uint64_t limit() const { return limit_.load(std::memory_order_relaxed); }
  // From now on. Without one memory is never short.
  void SetLimit(uint64_t limit);

 private:
  struct Holder {
    Holding holding;
    bool is_leaving = false;  // it was told to give way
  };
  // Those who hold something of one kind and were not told to give way.
  struct Kind {
    uint64_t bytes = 0;
    std::set<std::pair<size_t, ConnectionId>> by_size;

    void Add(size_t held, ConnectionId connection);
    void Remove(size_t held, ConnectionId connection);
  };

  // What is held by connections that were not told to give way.
  uint64_t staying() const;
  void AddLocked(ConnectionId connection, const Holding& holding)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void RemoveLocked(ConnectionId connection, const Holding& holding)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Who has to give way next.
  std::optional<ConnectionId> LargestLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::atomic<uint64_t> limit_;
  std::vector<Sums> sums_;  // by loop
  std::atomic<bool> is_short_{false};
  std::atomic<uint64_t> others_{0};   // what was in use beside what connections held
  std::atomic<uint64_t> leaving_{0};  // what those hold that were told to give way
  std::atomic<uint64_t> freed_{0};    // what those held until they gave way

  mutable Mutex mutex_;
  absl::flat_hash_map<ConnectionId, Holder> holders_ ABSL_GUARDED_BY(mutex_);
  Kind passing_ ABSL_GUARDED_BY(mutex_);
  Kind kept_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace pigeonhub
