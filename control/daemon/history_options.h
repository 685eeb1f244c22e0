// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "absl/status/statusor.h"
#include "control/daemon/config/config.h"
#include "control/history/history.h"

namespace pigeonhub {

// What the configuration says of events that leave the process, checked. Errors are one line:
// INVALID_ARGUMENT for a value or the content of a file, another code where it cannot be read.
absl::StatusOr<history::HistoryOptions> HistoryOptionsOf(const Config& config);

}  // namespace pigeonhub
