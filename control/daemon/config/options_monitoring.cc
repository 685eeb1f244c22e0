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
     .description = "host:port for /metrics, /livez and /readyz alone",
     .parse =
         [](const Values& v, Config& c) {
           auto address = HostPort::Parse(v[0], "host:port");
           if (!address.ok()) return address.status();
           if (auto status = HostPort::CheckListenHost(address->host); !status.ok()) return status;
           c.metrics_listen = *std::move(address);
           return absl::OkStatus();
         },
     .print =
         [](const Config& c) {
           return c.metrics_listen ? Quoted(c.metrics_listen->text()) : std::string();
         },
     .absent = "beside the peers, on --port"},
};

}  // namespace

OptionGroup MonitoringGroup() { return {"Monitoring", kOptions}; }

}  // namespace pigeonhub
