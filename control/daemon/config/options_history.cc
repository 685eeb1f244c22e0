// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"

namespace pigeonhub {
namespace {

constexpr ConfigOption kOptions[] = {
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
};

}  // namespace

OptionGroup HistoryGroup() { return {"Events", kOptions}; }

}  // namespace pigeonhub
