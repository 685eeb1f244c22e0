// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/runtime/log.h"

namespace pigeonhub {
namespace {

constexpr std::pair<std::string_view, LogLevel> kLogLevels[] = {
    {"debug", LogLevel::kDebug}, {"info", LogLevel::kInfo}, {"warn", LogLevel::kWarn},
    {"error", LogLevel::kError}, {"off", LogLevel::kOff},
};
constexpr std::pair<std::string_view, LogFormat> kLogFormats[] = {
    {"text", LogFormat::kText},
    {"json", LogFormat::kJson},
};

constexpr ConfigOption kLogOptions[] = {
    {.name = "log-level",
     .value_name = "LEVEL",
     .description = "debug, info, warn, error or off",
     .parse = [](const Values& v, Config& c) { return ParseChoice(v[0], kLogLevels, c.log_level); },
     .print = [](const Config& c) { return PrintChoice(kLogLevels, c.log_level); }},
    {.name = "log-format",
     .value_name = "text|json",
     .description = "lines for people, or a JSON object a line",
     .parse = [](const Values& v,
                 Config& c) { return ParseChoice(v[0], kLogFormats, c.log_format); },
     .print = [](const Config& c) { return PrintChoice(kLogFormats, c.log_format); }},
    {.name = "audit-log",
     .value_name = "FILE",
     .description = "add a line there for each change over the control API, whatever --log-level "
                    "says; a reload opens the file anew",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.audit_log); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.audit_log); },
     .absent = "beside the other lines of the log"},
};

}  // namespace

OptionGroup LogGroup() { return {"Log", kLogOptions}; }

}  // namespace pigeonhub
