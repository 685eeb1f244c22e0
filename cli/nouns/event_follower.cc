// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/event_follower.h"

#include "cli/nouns/backoff.h"
#include "cli/nouns/outage.h"
#include "cli/nouns/pause.h"
#include "server/base/random.h"

namespace pigeonhub::cli {
absl::Status EventFollower::Run(v1::WatchEventsRequest request) {
  Backoff backoff{static_cast<uint32_t>(RandomSeed())};
  v1::WatchEventsResponse item;
  while (true) {
    connected_ = false;
    absl::Status status = client_.Stream(
        request, item, [&] { return Take(item); }, environment_.interrupted);
    if (over_ || environment_.interrupted()) return absl::OkStatus();
    const bool can_resume = !next_.empty();
    if (!can_resume || !(status.ok() || MayAnswerLater(status))) {
      return status.ok() ? absl::UnavailableError("the hub ended the stream before its first event")
                         : status;
    }
    if (connected_) {
      backoff.Reset();
      handlers_.on_trouble("connection lost; resuming" + PlaceText());
    }
    ResumeIn(request);
    if (!Pause(environment_, backoff.Next())) return absl::OkStatus();
  }
}

void EventFollower::Note(const std::string& hub, const std::string& epoch, uint64_t seq) {
  v1::EventCursor& next = next_[hub];
  next.set_epoch(epoch);
  next.set_seq(seq);
}

void EventFollower::ResumeIn(v1::WatchEventsRequest& request) const {
  request.clear_from_hubs();
  for (const auto& [hub, next] : next_) {
    if (hub.empty()) {
      *request.mutable_from() = next;
      continue;
    }
    v1::HubCursor& from = *request.add_from_hubs();
    from.set_hub_id(hub);
    *from.mutable_cursor() = next;
  }
}

std::string EventFollower::PlaceText() const {
  if (next_.size() > 1) return " where each of " + std::to_string(next_.size()) + " hubs was";
  return " at event " + std::to_string(next_.begin()->second.seq());
}

bool EventFollower::Take(const v1::WatchEventsResponse& item) {
  connected_ = true;
  bool go_on = true;
  const std::string& hub = item.hub_id();
  if (!item.has_unreachable() && unheard_.erase(hub) > 0) {
    handlers_.on_trouble(hub + " is heard again");
  }
  switch (item.item_case()) {
    case v1::WatchEventsResponse::kEvent:
      Note(hub, item.event().epoch(), item.event().seq() + 1);
      go_on = handlers_.on_event(item.event());
      break;
    case v1::WatchEventsResponse::kBookmark:
      Note(hub, item.bookmark().cursor().epoch(), item.bookmark().cursor().seq());
      break;
    case v1::WatchEventsResponse::kGap:
      Note(hub, item.gap().resume().epoch(), item.gap().resume().seq());
      go_on = handlers_.on_gap(item.gap());
      break;
    case v1::WatchEventsResponse::kUnreachable:
      if (unheard_.insert(hub).second) {
        handlers_.on_trouble(hub + " is not heard now: " + item.unreachable().reason());
      }
      break;
    case v1::WatchEventsResponse::ITEM_NOT_SET:
      break;
  }
  over_ = !go_on;
  return go_on;
}

}  // namespace pigeonhub::cli
