// SPDX-License-Identifier: Apache-2.0
//
// Events from files: those of a hub's --event-log, and what `pigeonctl events -o jsonl` printed.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <istream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "pigeonhub/v1/event_service.pb.h"

namespace pigeonhub::cli {

// A line of such a file: an event or a gap; empty for anything else.
std::optional<v1::WatchEventsResponse> ParseEventLine(std::string_view line);

struct EventFilesHandlers {
  // An event or a gap, and when: a gap has the time of the event before it. The number is that of
  // the file in `paths`.
  std::function<void(const v1::WatchEventsResponse&, std::chrono::system_clock::time_point, size_t)>
      on_item;
  // One line for the user, of what could not be read.
  std::function<void(const std::string&)> on_trouble;
};

// Reads the files, and for each those that its hub renamed to FILE.1, FILE.2 and so on, the oldest
// first. Of several, as of several hubs, the events come in the order of their times. "-" is `in`.
// Renamed files that were not written to since `since` are passed over. All are opened before
// the first event is handed over, so that none is missed that is renamed meanwhile. NOT_FOUND, one
// line, for a file that is not there.
absl::Status ReadEventFiles(const std::vector<std::string>& paths, std::istream& in,
                            std::optional<std::chrono::system_clock::time_point> since,
                            const EventFilesHandlers& handlers);

}  // namespace pigeonhub::cli
