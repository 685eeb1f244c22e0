// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "control/daemon/config/config.h"
#include "control/daemon/named_files.h"
#include "pigeonhub/hub_server.h"

namespace pigeonhub {

// The part of the configuration that the hub itself needs, with its hub_admission decided.
HubServerOptions ServerOptions(const Config& config, HubFiles files);

}  // namespace pigeonhub
