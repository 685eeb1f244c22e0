// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"

namespace pigeonhub {
namespace {

constexpr ConfigOption kAccessOptions[] = {
    {.name = "bans",
     .value_name = "FILE",
     .description = "keep bans in this file over restarts, a line each; the folder must be "
                    "writable, and no other hub may use the file",
     .parse = [](const Values& v, Config& c) { return ParsePath(v[0], c.bans); },
     .print = [](const Config& c) { return PrintQuotedUnlessEmpty(c.bans); },
     .absent = "none: a hub that starts knows the bans of the hubs it links to"},
};

}  // namespace

OptionGroup AccessGroup() { return {"Access", kAccessOptions}; }

}  // namespace pigeonhub
