// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string_view>

#include "control/daemon/config/config.h"
#include "control/daemon/named_files.h"
#include "pigeonhub/hub_server.h"

namespace pigeonhub {

// The part of the configuration that the hub itself needs, with its hub_admission decided.
HubServerOptions ServerOptions(const Config& config, HubFiles files);

// The limits that a reload takes over, and the settings that say them.
RunningLimits LimitsOf(const Config& config);
bool IsRunningLimit(std::string_view setting);

}  // namespace pigeonhub
