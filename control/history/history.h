// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "control/history/event_recorder.h"
#include "control/history/rotating_file.h"
#include "control/history/webhooks.h"
#include "pigeonhub/hub_server.h"
#include "server/runtime/clock.h"
#include "server/runtime/event_follower.h"
#include "server/runtime/log.h"

namespace pigeonhub::history {

struct HistoryOptions {
  std::string event_log;  // a file; empty: none
  RotatingFile::Limits event_log_limits;
  Webhooks::Options webhooks;
};

// Carries the events of a hub out of the process. Each that does so has a thread of its own, reads
// the event log at its own pace, and holds up nobody. Their figures are in /metrics.
class History {
 public:
  // UNAVAILABLE, one line that begins with the flag, where a file cannot be used; INVALID_ARGUMENT
  // for what Webhooks::Check finds. All arguments outlive it.
  static absl::StatusOr<std::unique_ptr<History>> Start(const HistoryOptions& options,
                                                        HubServer& hub, const Clock& clock,
                                                        Log& log);
  // Writes what is left, and delivers what can be delivered within 3 s.
  ~History();
  History(const History&) = delete;
  History& operator=(const History&) = delete;

  // Another text of the key file of webhooks. INVALID_ARGUMENT, one line, if it cannot be used.
  absl::Status SetWebhookKeys(std::string_view text);

 private:
  explicit History(HubServer& hub) : hub_(hub) {}

  HubServer& hub_;
  std::optional<EventRecorder> recorder_;
  std::optional<EventFollower> recording_;
  std::optional<Webhooks> webhooks_;
};

}  // namespace pigeonhub::history
