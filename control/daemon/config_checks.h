// SPDX-License-Identifier: Apache-2.0
//
// What is wrong or doubtful about a configuration beside the values themselves, which LoadConfig
// checks.
#pragma once

#include "absl/status/status.h"
#include "control/daemon/config/config.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// What --check-config adds: variables that nobody knows, and the content of the files that the
// configuration names. One line.
absl::Status CheckConfig(const Config& config);

// Warns of settings that are likely not what the operator wants. The hub serves nevertheless.
void WarnOfDoubtfulSettings(const Config& config, Log& log);

// Warns of files with secrets that every user of this machine may read.
void WarnOfOpenSecrets(const Config& config, Log& log);

}  // namespace pigeonhub
