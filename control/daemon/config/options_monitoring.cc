// SPDX-License-Identifier: Apache-2.0

#include <utility>

#include "control/daemon/config/option_groups.h"
#include "control/daemon/config/option_values.h"
#include "pigeonhub/host_port.h"
#include "server/base/text.h"

namespace pigeonhub {
namespace {

constexpr ConfigOption kOptions[] = {
    {.name = "metrics-listen",
     .value_name = "ADDR",
     .description = "host:port for /metrics, /livez and /readyz, or off; --port has the last two "
                    "in either case",
     .parse =
         [](const Values& v, Config& c) {
           c.metrics_off = v[0] == "off";
           c.metrics_listen.reset();
           if (c.metrics_off) return absl::OkStatus();
           auto address = HostPort::Parse(v[0], "host:port or off");
           if (!address.ok()) return address.status();
           if (auto status = HostPort::CheckListenHost(address->host); !status.ok()) return status;
           c.metrics_listen = *std::move(address);
           return absl::OkStatus();
         },
     .print =
         [](const Config& c) {
           if (c.metrics_off) return Quoted("off");
           return c.metrics_listen ? Quoted(c.metrics_listen->text()) : std::string();
         },
     .absent = "127.0.0.1:9464, or the next free port up to 9474, or any free one"},
};

}  // namespace

OptionGroup MonitoringGroup() { return {"Monitoring", kOptions}; }

}  // namespace pigeonhub
