// SPDX-License-Identifier: Apache-2.0
//
// What happened as JSON, in one line, as `pigeonctl events -o jsonl` prints it.
#pragma once

#include <cstdint>
#include <string>

#include "control/conversions/event_conversions.h"
#include "pigeonhub/event.h"

namespace pigeonhub::history {

// Events that were pushed out of the hub's memory before somebody had them.
struct Gap {
  uint64_t missing = 0;
  uint64_t resume = 1;  // the number of the event behind them
};

// {"epoch":…,"seq":…,…}
std::string EventJson(const Event& event, const EventSource& source);

// {"missing":…,"resume":{"epoch":…,"seq":…},"epochChanged":false}
std::string GapFieldsJson(const Gap& gap, const EventSource& source);

// {"gap":{"missing":…,"resume":{"epoch":…,"seq":…},"epochChanged":false}}
std::string GapJson(const Gap& gap, const EventSource& source);

}  // namespace pigeonhub::history
