// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstddef>

#include "control/call/inside_calls.h"
#include "control/web/shared_budget.h"
#include "control/web/web_counters.h"
#include "control/web/web_desk.h"

namespace pigeonhub {

// What the console port may cost.
struct WebLimits {
  size_t connections = 256;
  size_t streams = 32;
  size_t body_bytes = size_t{32} << 20;       // of all requests together
  std::chrono::milliseconds request{10'000};  // for a request to arrive, and for TLS
  std::chrono::milliseconds idle{30'000};     // between two requests
  std::chrono::milliseconds piece{30'000};    // for a written piece to be taken
  std::chrono::milliseconds farewell{2'000};  // for the last answer to be read
};

// What the connections of the console port share. It outlives them.
struct WebPort {
  WebPort(WebDesk its_desk, InsideCalls& calls, const WebLimits& its_limits)
      : desk(std::move(its_desk)),
        inside(calls),
        limits(its_limits),
        connections(limits.connections),
        streams(limits.streams),
        bodies(limits.body_bytes) {}

  const WebDesk desk;
  InsideCalls& inside;
  const WebLimits limits;
  WebCounters counters;
  SharedBudget connections;
  SharedBudget streams;
  SharedBudget bodies;  // in bytes
};

}  // namespace pigeonhub
