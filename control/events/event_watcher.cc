// SPDX-License-Identifier: Apache-2.0

#include "control/events/event_watcher.h"

#include <utility>

namespace pigeonhub {
namespace {

// Events taken from the log in one go, which is also the most that a stuck watcher holds.
constexpr size_t kBatch = 64;
// A filter that lets few events through must not keep the watcher's cursor far behind the log.
constexpr uint64_t kBookmarkStretch = 1000;

}  // namespace

EventWatcher::EventWatcher(EventFeed& feed, StreamPlaces::Place place,
                           const EventFeed::Start& start, std::unique_ptr<const EventView> view)
    : feed_(feed), view_(std::move(view)), next_(start.seq), place_(std::move(place)) {
  {
    MutexLock lock(mutex_);
    if (start.epoch_changed) {
      v1::Gap gap;
      gap.set_epoch_changed(true);
      *gap.mutable_resume() = CursorLocked();
      to_write_.push_back(view_->Show(gap));
      feed_.CountGap(0);
    }
    // The gap comes before the first bookmark. A watcher that keeps the bookmark as its place would
    // never hear of a gap before it.
    AppendGapLocked(feed_.log_.Read(next_, 0, view_->rings()));
    AppendBookmarkLocked();
  }
  place_.EndsBy([this](const grpc::Status& why) { End(why); });
}

void EventWatcher::Wake() {
  MutexLock lock(mutex_);
  AdvanceLocked();
}

void EventWatcher::End(const grpc::Status& status) {
  MutexLock lock(mutex_);
  if (!end_) end_ = status;
  AdvanceLocked();
}

void EventWatcher::OnWriteDone(bool ok) {
  MutexLock lock(mutex_);
  writing_ = false;
  to_write_.pop_front();
  if (!ok && !end_) end_ = grpc::Status(grpc::StatusCode::CANCELLED, "the watcher left");
  AdvanceLocked();
}

void EventWatcher::OnCancel() { End({grpc::StatusCode::CANCELLED, "the watcher left"}); }

void EventWatcher::OnDone() { feed_.Remove(shared_from_this()); }

void EventWatcher::AdvanceLocked() {
  if (writing_ || finished_) return;
  if (end_) {
    finished_ = true;
    Finish(*end_);
    return;
  }
  if (to_write_.empty()) ReadLocked();
  if (to_write_.empty()) {
    const bool quiet = feed_.clock_.Read().steady - last_message_ >= feed_.options_.bookmark_after;
    if (!quiet && passed_over_ < kBookmarkStretch) return;
    AppendBookmarkLocked();
  }
  writing_ = true;
  passed_over_ = 0;
  last_message_ = feed_.clock_.Read().steady;
  // Without a buffer hint, even when more follows: this gRPC holds such a message back, and its
  // completion with it, until something else makes the connection write.
  StartWrite(&to_write_.front());
}

void EventWatcher::ReadLocked() {
  EventLog::Batch batch;
  do {
    batch = feed_.log_.Read(next_, kBatch, view_->rings());
    AppendGapLocked(batch);
    passed_over_ += batch.next - next_;
    next_ = batch.next;
    for (const Event& event : batch.events) {
      if (auto shown = view_->Show(event)) to_write_.push_back(*std::move(shown));
    }
  } while (to_write_.empty() && !batch.events.empty());
}

void EventWatcher::AppendGapLocked(const EventLog::Batch& batch) {
  if (batch.lost == 0) return;
  next_ = batch.first;
  v1::Gap gap;
  gap.set_missing(batch.lost);
  *gap.mutable_resume() = CursorLocked();
  to_write_.push_back(view_->Show(gap));
  feed_.CountGap(batch.lost);
}

void EventWatcher::AppendBookmarkLocked() {
  v1::Bookmark bookmark;
  *bookmark.mutable_cursor() = CursorLocked();
  to_write_.push_back(view_->Show(bookmark));
}

v1::EventCursor EventWatcher::CursorLocked() const {
  v1::EventCursor cursor;
  cursor.set_epoch(feed_.source_.epoch);
  cursor.set_seq(next_);
  return cursor;
}

}  // namespace pigeonhub
