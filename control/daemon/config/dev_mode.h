// SPDX-License-Identifier: Apache-2.0
//
// What --dev and --dev-lan mean for the other settings. A hub for development has no tokens and no
// TLS, unless somebody asks for them, and pages that tell a lot; so it is for this machine alone,
// or for a network that the developer trusts.
#pragma once

#include "absl/status/status.h"
#include "control/daemon/config/config.h"

namespace pigeonhub {

// Sets what goes with --dev. INVALID_ARGUMENT, one line, if something else would open the hub
// further than that. Does nothing without --dev.
absl::Status ApplyDevMode(Config& config);

// Whether tokens are asked for and nothing is there to check them with. A hub for development makes
// a key for itself then.
bool NeedsTokenKeys(const Config& config);

}  // namespace pigeonhub
