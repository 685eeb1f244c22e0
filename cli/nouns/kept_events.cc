// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/kept_events.h"

#include <google/protobuf/util/time_util.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "cli/nouns/message_cells.h"
#include "cli/rpc/paging.h"

namespace pigeonhub::cli {
namespace {

// Where a list from --from-seq begins. Calls `on_gap` if events before that are missing. The hub
// tells both to a watcher before it sends events, so this watches for a moment.
absl::StatusOr<uint64_t> FirstKept(Client& hub, const v1::EventCursor& from,
                                   const std::function<void(const v1::Gap&)>& on_gap) {
  v1::WatchEventsRequest request;
  *request.mutable_from() = from;
  uint64_t first = from.seq();
  v1::WatchEventsResponse item;
  const auto take = [&] {
    if (!item.has_gap()) return false;
    on_gap(item.gap());
    first = item.gap().resume().seq();
    return true;
  };
  absl::Status status = hub.Stream(request, item, take, [] { return false; });
  if (!status.ok()) return status;
  return first;
}

}  // namespace

absl::StatusOr<v1::ListEventsResponse> ListKept(Client& hub, const EventQuery& query,
                                                uint64_t limit) {
  v1::ListEventsResponse all;
  uint64_t first_seq = 0;
  std::vector<v1::Gap> before;
  if (query.from.has_value()) {
    const auto first =
        FirstKept(hub, *query.from, [&](const v1::Gap& gap) { before.push_back(gap); });
    if (!first.ok()) return first.status();
    first_seq = *first;
  }
  v1::ListEventsRequest request;
  *request.mutable_filter() = query.filter;
  if (query.since.has_value()) *request.mutable_from_time() = ToProto(*query.since);
  if (query.until.has_value()) *request.mutable_until_time() = ToProto(*query.until);
  // Pages of all hubs go from hub to hub, so the newest of all are not on the first ones.
  const bool of_all = hub.means_all_hubs();
  request.set_newest_first(limit != 0 && !of_all);
  absl::Status status = CollectPages<v1::ListEventsRequest, v1::ListEventsResponse>(
      hub, request, of_all ? 0 : limit, all, [](const auto& page) { return page.events_size(); });
  if (!status.ok()) return status;
  auto& events = *all.mutable_events();
  auto& gaps = *all.mutable_gaps();
  if (of_all) {
    std::stable_sort(events.begin(), events.end(),
                     [](const auto& one, const auto& other) { return one.time() < other.time(); });
    const int more = limit == 0 ? 0 : events.size() - static_cast<int>(limit);
    if (more > 0) events.DeleteSubrange(0, more);
    return all;
  }
  if (request.newest_first()) {
    std::reverse(events.begin(), events.end());
    std::reverse(gaps.begin(), gaps.end());
  }
  const auto too_old = [&](const v1::Event& event) { return event.seq() < first_seq; };
  events.erase(std::remove_if(events.begin(), events.end(), too_old), events.end());
  const uint64_t shown_from = query.from.has_value() ? first_seq
                              : events.empty()       ? UINT64_MAX
                                                     : events[0].seq();
  const auto too_early = [&](const v1::Gap& gap) { return gap.resume().seq() <= shown_from; };
  gaps.erase(std::remove_if(gaps.begin(), gaps.end(), too_early), gaps.end());
  for (size_t i = 0; i < before.size(); ++i) {
    *gaps.Add() = before[i];
    std::rotate(gaps.begin() + static_cast<int>(i), gaps.end() - 1, gaps.end());
  }
  return all;
}

}  // namespace pigeonhub::cli
