// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/status.h"
#include "control/daemon/config/config.h"
#include "control/daemon/running_config.h"
#include "control/daemon/unix_signals.h"
#include "server/base/variables.h"

namespace pigeonhub {

// Runs the hub and its control API from start to stop: SIGHUP reloads, SIGTERM or SIGINT drains, a
// second one closes everybody at once, a third one kills. Returns when the hub has stopped, or why
// it does not serve: INVALID_ARGUMENT for a wrong setting or file, another code for all else.
absl::Status Serve(const Config& config, const Variables& variables,
                   const RunningConfig::ReadAgain& read_again, UnixSignals& signals);

}  // namespace pigeonhub
