// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr ConfigOption kMonitoringOptions[] = {
    {.name = "metrics-listen",
     .value_name = "ADDR",
     .description = "host:port for /metrics, /livez and /readyz, or off; --port has the last two "
                    "in either case",
     .parse =
         [](const Values& v, Config& c) {
           c.metrics_off = v[0] == "off";
           c.metrics_listen.reset();
           if (c.metrics_off) return absl::OkStatus();
           return ParseListenAddress(v[0], "host:port or off", c.metrics_listen);
         },
     .print =
         [](const Config& c) {
           return c.metrics_off ? Quoted("off") : PrintListenAddress(c.metrics_listen);
         },
     .absent = "127.0.0.1:9464, or the next free port up to 9474, or any free one"},
};

}  // namespace

OptionGroup MonitoringGroup() { return {"Monitoring", kMonitoringOptions}; }

}  // namespace pigeonhub
