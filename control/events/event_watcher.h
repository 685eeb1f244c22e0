// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <memory>

#include "control/events/event_feed.h"

namespace pigeonhub {

// One stream of the event log. At most one write is under way; the next begins when gRPC has taken
// it. Thread-safe: the follower of the log wakes it on its thread, and gRPC calls it back on
// others.
class EventWatcher final : public grpc::ServerWriteReactor<EventFeed::Response>,
                           public std::enable_shared_from_this<EventWatcher> {
 public:
  EventWatcher(EventFeed& feed, StreamPlaces::Place place, const EventFeed::Start& start,
               std::unique_ptr<const EventView> view);

  // Writes the next events, unless a write is under way. Writes a bookmark if there was nothing to
  // write for long.
  void Wake() ABSL_LOCKS_EXCLUDED(mutex_);
  // Ends the stream after the write that is under way.
  void End(const grpc::Status& status) ABSL_LOCKS_EXCLUDED(mutex_);

  const EventView& view() const { return *view_; }

 private:
  void OnWriteDone(bool ok) override ABSL_LOCKS_EXCLUDED(mutex_);
  void OnCancel() override;
  void OnDone() override;

  void AdvanceLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Takes events from the log until some are to be written or there are no more.
  void ReadLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Appends a gap if events before the batch are missing, and goes on behind them.
  void AppendGapLocked(const EventLog::Batch& batch) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AppendBookmarkLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  v1::EventCursor CursorLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  EventFeed& feed_;
  const std::unique_ptr<const EventView> view_;

  Mutex mutex_;
  uint64_t next_ ABSL_GUARDED_BY(mutex_);             // what to read next
  uint64_t passed_over_ ABSL_GUARDED_BY(mutex_) = 0;  // numbers, since the last message
  SteadyTime last_message_ ABSL_GUARDED_BY(mutex_);
  std::deque<EventFeed::Response> to_write_ ABSL_GUARDED_BY(mutex_);  // few; see kBatch
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;

  StreamPlaces::Place place_;  // the last
};

}  // namespace pigeonhub
