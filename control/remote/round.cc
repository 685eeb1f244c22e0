// SPDX-License-Identifier: Apache-2.0

#include "control/remote/round.h"

#include <algorithm>
#include <utility>

#include "control/call/rpc_error.h"

namespace pigeonhub {

void Round::Begin(OneHub& hubs, const Clock& clock, Plan plan, Take take, OnEnd on_end) {
  const std::shared_ptr<Round> round(
      new Round(hubs, clock, std::move(plan), std::move(take), std::move(on_end)));
  round->GoOn();
}

// Whichever thread finds work does it; others leave what came to it.
void Round::GoOn() {
  {
    MutexLock lock(mutex_);
    if (std::exchange(taking_, true)) return;
  }
  for (;;) {
    std::vector<size_t> ask;
    HubAnswer answer;
    size_t index = 0;
    bool has_answer = false;
    {
      MutexLock lock(mutex_);
      while (!over_ && under_way_ < plan_.at_once && to_ask_ < plan_.stops.size()) {
        ++under_way_;
        ask.push_back(to_ask_++);
      }
      index = to_take_;
      const auto came = came_.find(index);
      has_answer = !over_ && came != came_.end();
      if (has_answer) {
        answer = std::move(came->second);
        bytes_ -= answer.response.size();
        came_.erase(came);
      } else if (over_ || index == plan_.stops.size()) {
        over_ = true;
        break;
      } else if (ask.empty()) {
        taking_ = false;
        return;
      }
    }
    for (size_t one : ask) Ask(one);
    if (!has_answer) continue;
    const bool taken = take_(index, answer);
    MutexLock lock(mutex_);
    if (taken) {
      ++to_take_;
    } else {
      over_ = true;
    }
  }
  // taking_ stays set: this is the last turn.
  on_end_();
}

void Round::Ask(size_t index) {
  const Stop& stop = plan_.stops[index];
  if (!stop.why_not.ok()) return Came(index, {stop.why_not, {}});
  const Duration left = plan_.end - clock_.Read().steady;
  if (left <= Duration::zero()) {
    return Came(index, {grpc::Status(grpc::StatusCode::DEADLINE_EXCEEDED,
                                     "there was no time left to ask it"),
                        {},
                        /*was_asked=*/false});
  }
  hubs_.Ask(stop.hub, plan_.method, stop.request, plan_.caller, std::min(plan_.each, left),
            [self = shared_from_this(), index](HubAnswer answer) {
              self->Came(index, std::move(answer));
            });
}

void Round::Came(size_t index, HubAnswer answer) {
  {
    MutexLock lock(mutex_);
    --under_way_;
    // The next in turn does not wait.
    if (index != to_take_ && bytes_ + answer.response.size() > plan_.most_bytes) {
      answer = {
          grpc::Status(grpc::StatusCode::RESOURCE_EXHAUSTED,
                       "there is no room for its answer beside those of others; ask it alone"),
          {},
          /*was_asked=*/false};
    }
    bytes_ += answer.response.size();
    came_[index] = std::move(answer);
  }
  GoOn();
}

}  // namespace pigeonhub
