// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/base/masked_url.h"

namespace pigeonhub {
namespace {

absl::Status ParseWebhook(const std::string& text, std::string& out) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) {
    return Bad(MaskedUrl(text), "is not the address of a receiver (https://HOST/PATH)");
  }
  out = text;
  return absl::OkStatus();
}

absl::Status ParseKind(const std::string& text, std::string& out) {
  if (text.empty()) return absl::InvalidArgumentError("is empty");
  out = text;
  return absl::OkStatus();
}

constexpr ConfigOption kHistoryOptions[] = {
    {.name = "event-log",
     .value_name = "FILE",
     .description = "write each event there, a JSON object a line, so that it is known after a "
                    "restart what happened before; pigeonctl events --file reads it",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.event_log); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.event_log); },
     .absent = "none"},
    {.name = "event-log-size",
     .value_name = "SIZE",
     .description = "a file of events that would be larger is renamed to FILE.1, and a new one "
                    "begun, so that the disk does not fill",
     .parse =
         [](const Values& v, Config& c) {
           return ParseSizeValue(v[0], 1 << 10, uint64_t{1} << 40, c.event_log_size);
         },
     .print = [](const Config& c) { return PrintSize(c.event_log_size); }},
    {.name = "event-log-keep",
     .value_name = "N",
     .description = "so many renamed files are kept, and take N times --event-log-size of the disk",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 0, 1000, c.event_log_keep); },
     .print = [](const Config& c) { return std::to_string(c.event_log_keep); }},
    {.name = "webhook",
     .value_name = "URL",
     .description =
         "send each event there by POST, signed as Standard Webhooks says, in order and "
         "until it is taken; https, or http to this machine; may be repeated, 8 at most, "
         "as each has a thread",
     .parse = [](const Values& v, Config& c) { return ParseEach(v, ParseWebhook, c.webhooks); },
     .print = [](const Config& c) { return PrintTexts(c.webhooks); },
     .absent = "none",
     .is_list = true},
    {.name = "webhook-kind",
     .value_name = "KIND",
     .description = "send these events alone, by the names that pigeonctl events has for them, as "
                    "one is sent after the other; may be repeated",
     .parse = [](const Values& v, Config& c) { return ParseEach(v, ParseKind, c.webhook_kinds); },
     .print = [](const Config& c) { return PrintTexts(c.webhook_kinds); },
     .absent = "all but audit and signals",
     .is_list = true},
    {.name = "webhook-key",
     .value_name = "FILE",
     .description = "secrets to sign webhooks with, by which receivers know this hub: whsec_ and "
                    "base64 of 24 to 64 bytes, one a line, 4 at most; a reload reads it again",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.webhook_key); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.webhook_key); },
     .absent = "none"},
    {.name = "webhook-plaintext",
     .description = "send webhooks over http to other machines, too, as in a private network: "
                    "whoever is on the way can read them",
     .parse = [](const Values& v, Config& c) { return ParseSwitch(v[0], c.webhook_plaintext); },
     .print = [](const Config& c) { return std::string(c.webhook_plaintext ? "true" : "false"); }},
};

}  // namespace

OptionGroup HistoryGroup() { return {"Events", kHistoryOptions}; }

}  // namespace pigeonhub
