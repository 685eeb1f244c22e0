// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/status.h"
#include "control/daemon/config/config.h"
#include "control/daemon/running_config.h"
#include "control/daemon/unix_signals.h"
#include "server/base/variables.h"

namespace pigeonhub {

// Runs the hub and its control API from start to stop. SIGHUP reloads; a hub for development that
// wrote to a terminal which was closed ends by it. SIGTERM or SIGINT drains; a second one closes
// all connections at once, and a third one kills the process. OK when the hub has stopped. If the
// hub cannot serve, the status says why: INVALID_ARGUMENT for a wrong setting or file, another code
// for everything else.
absl::Status Serve(const Config& config, const Variables& variables,
                   const RunningConfig::ReadAgain& read_again, UnixSignals& signals);

}  // namespace pigeonhub
