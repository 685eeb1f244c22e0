// SPDX-License-Identifier: Apache-2.0
//
// What is wrong or doubtful about a configuration. LoadConfig checks the values themselves.
#pragma once

#include "absl/status/status.h"
#include "control/daemon/config/config.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// The checks that --check-config adds: unknown variables, and the content of the files that the
// configuration names. The error is one line.
absl::Status CheckConfig(const Config& config);

// Warns of settings that are likely not what the operator wants. The hub serves nevertheless.
void WarnOfDoubtfulSettings(const Config& config, Log& log);

// Warns of files with secrets that every user of this machine may read.
void WarnOfOpenSecrets(const Config& config, Log& log);

}  // namespace pigeonhub
