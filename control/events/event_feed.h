// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "control/conversions/event_conversions.h"
#include "control/events/encoded_events.h"
#include "control/events/event_view.h"
#include "control/events/stream_places.h"
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

// Streams the event log to watchers. A watcher has no queue: it keeps its place in the log, and
// takes the next few events when its last write is done. So a watcher that does not read costs only
// its place. If the log no longer has the events at that place, the watcher learns exactly how many
// it missed. The follower of the log (ControlServer) wakes the watchers that have read everything.
//
// Thread-safe.
class EventFeed {
 public:
  struct Options {
    StreamPlaces::Limits places;
    // A watcher that got no message for this long gets a bookmark at the next Wake. The bookmark
    // says how far the stream has come.
    Duration bookmark_after = std::chrono::seconds(5);
  };
  // A message of the stream, serialized. See EventView.
  using Response = grpc::ByteBuffer;

  using Demand = EventView::Demand;
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
    // The caller's place is in the stream of another run of the hub, so nobody can count what it
    // missed.
    bool epoch_changed = false;
  };
  // The reactor of one call, which has that place. UNAVAILABLE after Close.
  absl::StatusOr<grpc::ServerWriteReactor<Response>*> Watch(StreamPlaces::Place place,
                                                            const Start& start,
                                                            std::unique_ptr<const EventView> view)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // The same of a WatchEvents call.
  absl::StatusOr<grpc::ServerWriteReactor<Response>*> Watch(StreamPlaces::Place place,
                                                            const Start& start, EventFilter filter)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Call it when there are new events, and from time to time for the bookmarks.
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
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;

  // How many gaps watchers heard of, and how many events were missing in them.
  std::atomic<uint64_t> gaps_{0};
  std::atomic<uint64_t> missed_{0};

  // Held while on_demand is called, so that its calls come in order. Taken before mutex_.
  Mutex demand_mutex_;
};

}  // namespace pigeonhub
