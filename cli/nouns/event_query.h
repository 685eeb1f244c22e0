// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/command.h"
#include "cli/rpc/client.h"
#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

// Which events the user asks for, and where they are.
struct EventQuery {
  using Moment = std::chrono::system_clock::time_point;

  // INVALID_ARGUMENT, one line, for flags that contradict each other.
  static absl::StatusOr<EventQuery> From(const Arguments& arguments, Moment now);
  // Asks the hub which peers are meant, where the user gave the beginning of an id.
  absl::Status CompleteIds(Client& hub);
  // The flags that it reads.
  static std::vector<Flag> Flags();

  v1::EventFilter filter;
  std::optional<v1::EventCursor> from;  // --from-seq
  std::optional<Moment> since;
  std::optional<Moment> until;
  bool earliest = false;
  bool follow = false;
  std::vector<std::string> files;  // empty: a hub is asked

  bool IsWithin(Moment time) const;
  // Whether it is one of those asked for, where nobody else has looked.
  bool Has(const v1::Event& event) const;
};

}  // namespace pigeonhub::cli
