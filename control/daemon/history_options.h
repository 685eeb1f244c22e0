// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "control/daemon/config/config.h"
#include "control/history/history.h"

namespace pigeonhub {

// What the configuration says of events that leave the process.
history::HistoryOptions HistoryOptionsOf(const Config& config);

}  // namespace pigeonhub
