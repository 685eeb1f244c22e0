// SPDX-License-Identifier: Apache-2.0

#include "control/events/event_feed.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "control/events/event_watcher.h"
#include "control/events/filtered_events.h"

namespace pigeonhub {
namespace {

constexpr char kShuttingDown[] = "the hub is shutting down";

}  // namespace

EventFeed::EventFeed(EventLog& log, const Clock& clock, EventSource source, Options options,
                     OnDemand on_demand)
    : log_(log),
      clock_(clock),
      source_(std::move(source)),
      encoded_(source_),
      options_(options),
      on_demand_(std::move(on_demand)) {}

EventFeed::~EventFeed() = default;

absl::StatusOr<grpc::ServerWriteReactor<EventFeed::Response>*> EventFeed::Watch(
    StreamPlaces::Place place, const Start& start, EventFilter filter) {
  return Watch(std::move(place), start,
               std::make_unique<FilteredEvents>(std::move(filter), encoded_));
}

absl::StatusOr<grpc::ServerWriteReactor<EventFeed::Response>*> EventFeed::Watch(
    StreamPlaces::Place place, const Start& start, std::unique_ptr<const EventView> view) {
  const auto watcher =
      std::make_shared<EventWatcher>(*this, std::move(place), start, std::move(view));
  {
    MutexLock lock(mutex_);
    if (closed_) return absl::UnavailableError(kShuttingDown);
    watchers_.insert(watcher);
  }
  ReportDemand(*watcher);
  watcher->Wake();
  return watcher.get();
}

void EventFeed::Wake() {
  std::vector<std::shared_ptr<EventWatcher>> watchers;
  {
    MutexLock lock(mutex_);
    watchers.assign(watchers_.begin(), watchers_.end());
  }
  for (const auto& watcher : watchers) watcher->Wake();
}

void EventFeed::Close() {
  std::set<std::shared_ptr<EventWatcher>> watchers;
  {
    MutexLock lock(mutex_);
    closed_ = true;
    watchers = watchers_;
  }
  for (const auto& watcher : watchers) {
    watcher->End({grpc::StatusCode::UNAVAILABLE, kShuttingDown});
  }
}

size_t EventFeed::watchers() const {
  MutexLock lock(mutex_);
  return watchers_.size();
}

void EventFeed::AddMetrics(Exposition& out) const {
  out.Gauge("pigeonhub_event_watchers", "Event streams that are open.",
            static_cast<double>(watchers()));
  out.Counter("pigeonhub_event_gaps_total", "Gaps that watchers were told of.",
              static_cast<double>(gaps_.load(std::memory_order_relaxed)));
  out.Counter("pigeonhub_events_missed_total", "Events in those gaps.",
              static_cast<double>(missed_.load(std::memory_order_relaxed)));
}

void EventFeed::CountGap(uint64_t missing) {
  gaps_.fetch_add(1, std::memory_order_relaxed);
  missed_.fetch_add(missing, std::memory_order_relaxed);
}

void EventFeed::Remove(const std::shared_ptr<EventWatcher>& watcher) {
  {
    MutexLock lock(mutex_);
    watchers_.erase(watcher);
  }
  ReportDemand(*watcher);
}

void EventFeed::ReportDemand(const EventWatcher& watcher) {
  Demand demand;
  if (!watcher.view().AddTo(demand)) return;
  MutexLock order(demand_mutex_);
  demand = {};
  {
    MutexLock lock(mutex_);
    for (const auto& one : watchers_) one->view().AddTo(demand);
  }
  on_demand_(demand);
}

}  // namespace pigeonhub
