// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "pigeonhub/event.h"
#include "server/runtime/log.h"

namespace pigeonhub {

// Writes the line for one event to a log: hubs, limits and drains for everyone, peers coming and
// going at level debug.
void LogEvent(const Event& event, Log& log);

// The line for events that pushed each other out before they could be logged.
void LogLostEvents(uint64_t count, Log& log);

}  // namespace pigeonhub
