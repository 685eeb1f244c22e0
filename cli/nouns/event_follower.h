// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "cli/nouns/environment.h"
#include "cli/rpc/client.h"
#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

// Watches events through lost connections: every event comes once, or a gap says how many do not.
class EventFollower {
 public:
  // What happens, in order. A false answer ends the watch.
  struct Handlers {
    std::function<bool(const v1::Event&)> on_event;
    std::function<bool(const v1::Gap&)> on_gap;
    // The connection is lost and is being made anew; a line of talk.
    std::function<void(const std::string&)> on_trouble;
  };

  EventFollower(Client& client, Environment& environment, Handlers handlers)
      : client_(client), environment_(environment), handlers_(std::move(handlers)) {}

  // Until a handler or the user ends it. A first connection that fails is an error, a later one is
  // tried again.
  absl::Status Run(v1::WatchEventsRequest request);

 private:
  bool Take(const v1::WatchEventsResponse& item);
  // Sleeps before the next try; false if the user ended it meanwhile.
  bool Pause(std::chrono::milliseconds duration);

  Client& client_;
  Environment& environment_;
  Handlers handlers_;
  v1::EventCursor next_;  // where to resume
  bool connected_ = false;
  bool over_ = false;
};

}  // namespace pigeonhub::cli
