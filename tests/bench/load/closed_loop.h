// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

#include "tests/bench/load/sample_signal.h"
#include "tests/bench/load/scenario.h"

namespace pigeonhub::bench {

// Every peer of `peers` keeps `in_flight` signals on their way to its partner: the delivery of one
// is the sign to send the next. So the hub is always busy and sets the pace. What one turn of the
// generator sends for a peer leaves in one write. Measured, after a warm-up, is the hub's CPU time
// for each delivery, their rate, and the latency from sending to delivery.
struct ClosedLoop {
  SignalKind kind;
  size_t peers;
  size_t in_flight;
  size_t message_size;
};

void RunClosedLoop(const ClosedLoop& loop, Bench& bench, Report& report);

}  // namespace pigeonhub::bench
