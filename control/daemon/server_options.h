// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>

#include "control/daemon/config/config.h"
#include "pigeonhub/hub_server.h"

namespace pigeonhub {

// The part of the configuration that the hub itself needs, with its hub_admission decided.
// `hub_keys` is the text of a key file.
HubServerOptions ServerOptions(const Config& config, std::string hub_keys);

}  // namespace pigeonhub
