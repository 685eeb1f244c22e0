// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/history_options.h"

#include <utility>

#include "control/daemon/named_files.h"

namespace pigeonhub {

absl::StatusOr<history::HistoryOptions> HistoryOptionsOf(const Config& config) {
  if (!config.webhooks.empty() && config.webhook_key.empty()) {
    return absl::InvalidArgumentError(
        "--webhook needs --webhook-key FILE: without a signature a receiver cannot know who sent "
        "it");
  }
  auto keys = ReadWebhookKeys(config);
  if (!keys.ok()) return keys.status();
  history::HistoryOptions options{
      .event_log = config.event_log,
      .event_log_limits = {.most_bytes = config.event_log_size, .keep = config.event_log_keep},
      .webhooks = {.urls = config.webhooks,
                   .kinds = config.webhook_kinds,
                   .keys = *std::move(keys),
                   .plaintext = config.webhook_plaintext}};
  if (absl::Status status = history::Webhooks::Check(options.webhooks); !status.ok()) return status;
  return options;
}

}  // namespace pigeonhub
