// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "cli/nouns/environment.h"
#include "cli/rpc/client.h"
#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

// Watches events, and connects again when the connection is lost. Every event comes once, or a gap
// says how many are missing.
class EventFollower {
 public:
  // The events, in order. The watch ends when it returns false.
  struct Handlers {
    std::function<bool(const v1::Event&)> on_event;
    std::function<bool(const v1::Gap&)> on_gap;
    // Gets one line for the user when the connection is lost, before the next try, and when one of
    // several hubs is not heard any more or is heard again.
    std::function<void(const std::string&)> on_trouble;
  };

  EventFollower(Client& client, Environment& environment, Handlers handlers)
      : client_(client), environment_(environment), handlers_(std::move(handlers)) {}

  // Watches until a handler or the user ends it. If the first connection fails, that is an error;
  // later ones are tried again.
  absl::Status Run(v1::WatchEventsRequest request);

 private:
  bool Take(const v1::WatchEventsResponse& item);

  Client& client_;
  Environment& environment_;
  Handlers handlers_;
  void Note(const std::string& hub, const std::string& epoch, uint64_t seq);
  void ResumeIn(v1::WatchEventsRequest& request) const;
  std::string PlaceText() const;

  // Where to resume, by hub; of the one that is called it is the empty one.
  std::map<std::string, v1::EventCursor> next_;
  std::set<std::string> unheard_;  // hubs of which nothing comes now
  bool connected_ = false;
  bool over_ = false;
};

}  // namespace pigeonhub::cli
