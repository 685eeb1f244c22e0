// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/event_follower.h"

#include "cli/nouns/backoff.h"
#include "cli/nouns/pause.h"
#include "server/base/random.h"

namespace pigeonhub::cli {
namespace {

// Whether another try may succeed.
bool IsPassing(const absl::Status& status) {
  return status.ok() || absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status) ||
         absl::IsInternal(status) || absl::IsCancelled(status) || absl::IsUnknown(status);
}

}  // namespace

absl::Status EventFollower::Run(v1::WatchEventsRequest request) {
  Backoff backoff{static_cast<uint32_t>(RandomSeed())};
  v1::WatchEventsResponse item;
  while (true) {
    connected_ = false;
    absl::Status status = client_.Stream(
        request, item, [&] { return Take(item); }, environment_.interrupted);
    if (over_ || environment_.interrupted()) return absl::OkStatus();
    const bool can_resume = next_.seq() != 0;
    if (!IsPassing(status) || !can_resume) {
      return status.ok() ? absl::UnavailableError("the hub ended the stream before its first event")
                         : status;
    }
    if (connected_) {
      backoff.Reset();
      handlers_.on_trouble("connection lost; resuming at event " + std::to_string(next_.seq()));
    }
    *request.mutable_from() = next_;
    if (!Pause(environment_, backoff.Next())) return absl::OkStatus();
  }
}

bool EventFollower::Take(const v1::WatchEventsResponse& item) {
  connected_ = true;
  bool go_on = true;
  switch (item.item_case()) {
    case v1::WatchEventsResponse::kEvent:
      next_.set_epoch(item.event().epoch());
      next_.set_seq(item.event().seq() + 1);
      go_on = handlers_.on_event(item.event());
      break;
    case v1::WatchEventsResponse::kBookmark:
      next_ = item.bookmark().cursor();
      break;
    case v1::WatchEventsResponse::kGap:
      next_ = item.gap().resume();
      go_on = handlers_.on_gap(item.gap());
      break;
    case v1::WatchEventsResponse::ITEM_NOT_SET:
      break;
  }
  over_ = !go_on;
  return go_on;
}

}  // namespace pigeonhub::cli
