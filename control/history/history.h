// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "control/history/event_recorder.h"
#include "control/history/rotating_file.h"
#include "pigeonhub/hub_server.h"
#include "server/runtime/clock.h"
#include "server/runtime/event_follower.h"
#include "server/runtime/log.h"

namespace pigeonhub::history {

struct HistoryOptions {
  std::string event_log;  // a file; empty: none
  RotatingFile::Limits event_log_limits;
};

// Carries the events of a hub out of the process. Each that does so has a thread of its own, reads
// the event log at its own pace, and holds up nobody. Their figures are in /metrics.
class History {
 public:
  // UNAVAILABLE, one line that begins with the flag, where a file cannot be used. All arguments
  // outlive it.
  static absl::StatusOr<std::unique_ptr<History>> Start(const HistoryOptions& options,
                                                        HubServer& hub, const Clock& clock,
                                                        Log& log);
  // Writes what is left.
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

 private:
  explicit History(HubServer& hub) : hub_(hub) {}

  HubServer& hub_;
  std::optional<EventRecorder> recorder_;
  std::optional<EventFollower> recording_;
};

}  // namespace pigeonhub::history
