// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/statusor.h"
#include "cli/command/arguments.h"
#include "cli/command/exit_code.h"
#include "cli/nouns/session.h"
#include "pigeonhub/v1/access_service.pb.h"

namespace pigeonhub::cli {

// Sends the ban, with the flags of every change, and prints what it did.
absl::StatusOr<ExitCode> SendBan(Session& session, const Arguments& arguments,
                                 v1::BanRequest request);

}  // namespace pigeonhub::cli
