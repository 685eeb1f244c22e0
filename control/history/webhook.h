// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "control/conversions/event_conversions.h"
#include "control/history/retry_schedule.h"
#include "control/history/webhook_keys.h"
#include "control/history/webhook_message.h"
#include "server/runtime/clock.h"
#include "server/runtime/event_log.h"
#include "server/runtime/log.h"
#include "server/web/http_client.h"

namespace pigeonhub::history {

// Delivers events to one receiver over HTTP, as Standard Webhooks says: in order, each at least
// once, and one at a time. It has no queue: it keeps its place in the event log, as a watcher does.
// While the receiver takes nothing the same event is sent again and again; once the log has pushed
// that event out, too, the receiver gets a gap with the exact count of what is missing, and what is
// behind it. So an event that a receiver never takes holds up the others for so long at most.
//
// Deliver is called by one thread at a time; counts and lag may be read by any.
class Webhook {
 public:
  using Post = std::function<absl::StatusOr<web::HttpAnswer>(const web::HttpRequest&)>;
  using Keys = std::function<std::shared_ptr<const WebhookKeys>()>;

  // What it is about. All references outlive it.
  struct Setup {
    std::string url;
    EventFilter filter;
    const EventLog& events;
    EventSource source;
    const Clock& clock;
    Log& log;
    Keys keys;  // those in force now
    Post post;
  };
  Webhook(Setup setup, uint32_t seed) : setup_(std::move(setup)), schedule_(seed) {}

  // What became of one attempt.
  enum class Outcome { kNothingToDo, kDelivered, kFailed };
  struct Step {
    Outcome outcome = Outcome::kNothingToDo;
    Duration pause{};  // before the next attempt, after kFailed
  };
  // Sends the next message, once.
  Step Deliver();

  // The number of the event to read next. Whatever is below it was delivered or left out.
  uint64_t next() const { return next_; }

  struct Counts {
    uint64_t delivered = 0;
    uint64_t failures = 0;  // attempts
    uint64_t missed = 0;
  };
  Counts counts() const { return {delivered_, failures_, missed_}; }
  // How long ago the oldest event happened that the receiver has not taken yet.
  double lag_seconds() const;

 private:
  struct Pending {
    WebhookMessage message;
    uint64_t seq = 0;      // of the event; 0: it is a gap
    uint64_t after = 1;    // where to go on once it is delivered
    uint64_t missing = 0;  // events in the gap
  };

  bool FindNext();
  // Whether the log has lost the event that is to be sent again.
  bool IsPushedOut(const Pending& pending) const;
  web::HttpRequest RequestFor(const WebhookMessage& message) const;
  void NoteFailure(const std::string& why);
  void NoteSuccess();

  const Setup setup_;
  RetrySchedule schedule_;
  EventLog::Batch batch_;  // what was read and not looked at yet
  size_t at_ = 0;          // in it
  uint64_t next_ = 1;
  std::optional<Pending> pending_;
  bool failing_ = false;
  uint64_t missed_while_failing_ = 0;

  std::atomic<uint64_t> delivered_{0};
  std::atomic<uint64_t> failures_{0};
  std::atomic<uint64_t> missed_{0};
  std::atomic<UnixMillis> oldest_waiting_{0};  // 0: none waits
};

}  // namespace pigeonhub::history
