// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/exit_code.h"
#include "cli/nouns/session.h"
#include "cli/probe/stream.h"

namespace pigeonhub::cli {

// `check handshake --all`: lets two peers meet through every pair of hubs that the hub knows an
// address of; once, or again and again with --every, and then for Prometheus with --listen.
absl::StatusOr<ExitCode> CheckAllHandshakes(Session& session, const Arguments& arguments,
                                            const Entry& entry,
                                            std::chrono::nanoseconds step_timeout);

}  // namespace pigeonhub::cli
