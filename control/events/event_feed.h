// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "control/conversions/event_conversions.h"
#include "control/events/encoded_events.h"
#include "server/runtime/clock.h"
#include "server/runtime/event_log.h"
#include "server/runtime/exposition.h"
#include "server/runtime/mutex.h"

namespace grpc {
template <class Response>
class ServerWriteReactor;
}  // namespace grpc

namespace pigeonhub {

class EventWatcher;

// Streams the event log to whoever watches. No watcher has a queue: each keeps its place in the log
// and takes the next few events when its last write is done. So one that is stuck costs nothing but
// its place, and learns exactly how much it missed once the log has moved on without it. The
// follower of the log (ControlServer) wakes those that had read everything.
//
// Thread-safe.
class EventFeed {
 public:
  struct Options {
    size_t max_watchers = 1024;
    // Of these, so many for one caller: the others want to see something, too.
    size_t max_watchers_each = 64;
    // A watcher that got no message for so long gets a bookmark at the next Wake. It says how far
    // the stream has come.
    Duration bookmark_after = std::chrono::seconds(5);
  };
  // A WatchEventsResponse, serialized. See EncodedEvents.
  using Response = grpc::ByteBuffer;

  // What somebody watches of the events that may come with every signal, and so are made only while
  // somebody watches them.
  struct Demand {
    std::vector<SignalFilter> signals;
    bool bootstrap_signaling = false;
  };
  // `on_demand` is called when a watcher of such events comes or goes. `log` and `clock` outlive
  // this.
  using OnDemand = std::function<void(const Demand&)>;
  EventFeed(EventLog& log, const Clock& clock, EventSource source, Options options,
            OnDemand on_demand);
  // After the last watcher is gone; see Close.
  ~EventFeed();
  EventFeed(const EventFeed&) = delete;
  EventFeed& operator=(const EventFeed&) = delete;

  // Where a stream begins.
  struct Start {
    uint64_t seq = 1;
    // The caller knew a place in another run's stream: what it missed nobody can count.
    bool epoch_changed = false;
  };
  // The reactor of one WatchEvents call of `caller`. RESOURCE_EXHAUSTED, one line, when there are
  // too many watchers; UNAVAILABLE after Close.
  absl::StatusOr<grpc::ServerWriteReactor<Response>*> Watch(const std::string& caller,
                                                            const Start& start, EventFilter filter)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // There are new events, or time has passed.
  void Wake() ABSL_LOCKS_EXCLUDED(mutex_);

  // Ends every stream with UNAVAILABLE; nobody can watch any more.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_);

  const EventSource& source() const { return source_; }
  EventLog& log() const { return log_; }
  size_t watchers() const ABSL_LOCKS_EXCLUDED(mutex_);
  void AddMetrics(Exposition& out) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  friend class EventWatcher;
  void CountGap(uint64_t missing);
  void Remove(const std::shared_ptr<EventWatcher>& watcher) ABSL_LOCKS_EXCLUDED(mutex_);
  // A watcher came or went.
  void ReportDemand(const EventWatcher& watcher) ABSL_LOCKS_EXCLUDED(demand_mutex_, mutex_);

  EventLog& log_;
  const Clock& clock_;
  const EventSource source_;
  EncodedEvents encoded_;
  const Options options_;
  const OnDemand on_demand_;

  mutable Mutex mutex_;
  std::set<std::shared_ptr<EventWatcher>> watchers_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, size_t> by_caller_ ABSL_GUARDED_BY(mutex_);  // none is 0
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;

  // How many gaps watchers heard of, and how many events were missing in them.
  std::atomic<uint64_t> gaps_{0};
  std::atomic<uint64_t> missed_{0};

  // Held while on_demand is called, so that its calls come in order. Taken before mutex_.
  Mutex demand_mutex_;
};

}  // namespace pigeonhub
