// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "control/history/webhook.h"
#include "server/runtime/exposition.h"
#include "server/runtime/mutex.h"

namespace pigeonhub::history {

// The receivers of --webhook, each with a thread and a connection of its own, so that a slow one
// holds up nobody else.
class Webhooks {
 public:
  // Each has a thread, which waits most of its time.
  static constexpr size_t kMostReceivers = 8;

  struct Options {
    std::vector<std::string> urls;
    std::vector<std::string> kinds;  // names of events; empty: all but audit and signals
    std::string keys;                // text of the key file
    bool plaintext = false;          // http to other machines, too
  };
  // INVALID_ARGUMENT, one line that begins with the flag.
  static absl::Status Check(const Options& options);

  // What the receivers have in common. References outlive this.
  struct Setup {
    EventLog& events;
    EventSource source;
    const Clock& clock;
    Log& log;
  };
  // `options` were checked.
  Webhooks(const Options& options, const Setup& setup);
  // Delivers what is left, for 3 s at most.
  ~Webhooks();
  Webhooks(const Webhooks&) = delete;
  Webhooks& operator=(const Webhooks&) = delete;

  // The text of another key file, which is checked. From the next message on it is signed with
  // these.
  absl::Status SetKeys(std::string_view text) ABSL_LOCKS_EXCLUDED(mutex_);

  // pigeonhub_webhook_…, by number in the order of the configuration.
  void AddMetrics(Exposition& out) const;

 private:
  class Receiver;

  mutable Mutex mutex_;
  std::shared_ptr<const WebhookKeys> keys_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::unique_ptr<Receiver>> receivers_;
};

}  // namespace pigeonhub::history
