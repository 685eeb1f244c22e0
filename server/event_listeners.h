// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "pigeonhub/event.h"
#include "pigeonhub/hub_server.h"
#include "server/runtime/dispatcher.h"
#include "server/runtime/event_follower.h"
#include "server/runtime/event_log.h"
#include "server/runtime/mutex.h"

namespace pigeonhub {

// The functions that a program wants called for events (HubServer::On and its like). They are
// called on one thread of this, one at a time and in the order of the events; they may take as long
// as they like, and may add and remove listeners.
class EventListeners {
 public:
  // One of its two functions is set.
  struct Listener {
    std::function<void(const Event&)> on_event = {};
    std::function<void(uint64_t count)> on_lost = {};
    bool shows_bootstrap_signaling = false;
    HubServer::ListenerId id{};
  };

  // Both outlive this.
  EventListeners(EventLog& events, Dispatcher& dispatcher)
      : events_(events), dispatcher_(dispatcher) {}

  // Begins to call; once.
  void Start();
  // Returns when the last call is over; none follows.
  void Stop() { follower_.reset(); }

  HubServer::ListenerId Add(Listener listener);
  // Returns when a call of it that is running is over, unless that call is where this is called.
  void Remove(HubServer::ListenerId id);
  // The core makes BootstrapSignaling events only while somebody wants them: a listener, or one who
  // reads the event log and says so here. Each true is taken back by one false.
  void ShowBootstrapSignaling(bool show) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  static constexpr size_t kBatch = 256;

  void Run() ABSL_LOCKS_EXCLUDED(mutex_, calling_);
  // Calls `call` with every listener that is not removed meanwhile.
  template <typename F>
  void Call(F call) ABSL_LOCKS_EXCLUDED(mutex_, calling_);
  bool IsOn(const Listener& one) const ABSL_LOCKS_EXCLUDED(mutex_);

  EventLog& events_;
  Dispatcher& dispatcher_;
  mutable Mutex mutex_;
  std::vector<std::shared_ptr<const Listener>> listeners_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  int bootstrap_signaling_watchers_ ABSL_GUARDED_BY(mutex_) = 0;
  Mutex calling_;                        // held while a listener runs
  uint64_t next_event_ = 1;              // on the follower's thread
  std::atomic<std::thread::id> thread_;  // the follower's, once it has begun
  std::optional<EventFollower> follower_;
};

}  // namespace pigeonhub
