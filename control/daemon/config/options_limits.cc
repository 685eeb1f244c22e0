// SPDX-License-Identifier: Apache-2.0

#include <chrono>
#include <optional>
#include <string>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/base/duration.h"
#include "server/base/size.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

constexpr ConfigOption kLimitsOptions[] = {
    {.name = "max-connections",
     .value_name = "N",
     .description = "connections at a time",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 1, 1'000'000, c.max_connections); },
     .print = [](const Config& c) { return std::to_string(c.max_connections); },
     .reference_variable = "MAX_CONNECTIONS"},
    {.name = "max-message-size",
     .value_name = "SIZE",
     .description = "of one WebSocket message; a longer one closes the connection",
     .parse = [](const Values& v,
                 Config& c) { return ParseSizeValue(v[0], 1 << 10, 1 << 30, c.max_message_size); },
     .print = [](const Config& c) { return PrintSize(c.max_message_size); }},
    {.name = "max-signal-size",
     .value_name = "SIZE",
     .description =
         "of the data of an offer, an answer or a candidate, which has a few KiB; larger "
         "ones are dropped",
     .parse = [](const Values& v,
                 Config& c) { return ParseSizeValue(v[0], 1 << 10, 1 << 30, c.max_signal_size); },
     .print = [](const Config& c) { return PrintSize(c.max_signal_size); },
     .absent = "as --max-message-size"},
    {.name = "link-queue",
     .value_name = "SIZE",
     .description =
         "what may wait for another hub, a quarter of it by one peer; beyond it a peer's "
         "signals are dropped, not those of others",
     .parse = [](const Values& v,
                 Config& c) { return ParseSizeValue(v[0], 1 << 20, 1 << 30, c.link_queue); },
     .print = [](const Config& c) { return PrintSize(c.link_queue); }},
    {.name = "hub-share",
     .value_name = "SIZE",
     .description =
         "memory for what one other hub tells of its peers; it is not listened to beyond "
         "that, so that no hub takes the memory of all. All hubs together have a quarter of "
         "--memory-limit, or two shares and at least 256MiB where there is none",
     .parse =
         [](const Values& v, Config& c) {
           return ParseSizeValue(v[0], 1 << 20, uint64_t{1} << 40, c.hub_share);
         },
     .print = [](const Config& c) { return PrintSize(c.hub_share); },
     .absent = "an eighth of --memory-limit, at most 128MiB"},
    {.name = "discovery-limit",
     .value_name = "N",
     .description = "peers a newcomer meets in a namespace of more than 500; 0 is everyone",
     .parse = [](const Values& v,
                 Config& c) { return ParseNumber(v[0], 0, 1'000'000, c.discovery_limit); },
     .print = [](const Config& c) { return std::to_string(c.discovery_limit); }},
    {.name = "memory-limit",
     .value_name = "SIZE",
     .description = "of the process; from 85 % on the connections that hold the most in unread or "
                    "unfinished messages, or announced the most, end, above it newcomers are "
                    "turned away; 0 is no limit",
     .parse = [](const Values& v,
                 Config& c) { return ParseSizeValue(v[0], 0, uint64_t{1} << 50, c.memory_limit); },
     .print = [](const Config& c) { return PrintSize(c.memory_limit); },
     .absent = "three quarters of memory.max of the control group, if it has one"},
    {.name = "cleanup-interval",
     .value_name = "TIME",
     .description = "how often memory that a crowd has left is given back",
     .parse =
         [](const Values& v, Config& c) {
           return ParseDurationValue(v[0], milliseconds(1), hours(24), c.cleanup_interval);
         },
     .print = [](const Config& c) { return Quoted(FormatDuration(c.cleanup_interval)); }},
};

}  // namespace

OptionGroup LimitsGroup() { return {"Limits", kLimitsOptions}; }

}  // namespace pigeonhub
