// SPDX-License-Identifier: Apache-2.0
//
// ice: candidates of 320 bytes between pairs, eight in flight for each of 100 peers. Candidates
// come in bursts: those whose predecessors arrived together leave together.
#include "tests/bench/load/closed_loop.h"

namespace pigeonhub::bench {

void RunIce(Bench& bench, Report& report) {
  const Options& options = bench.options;
  RunClosedLoop({SignalKind::kIceCandidate, options.peers.value_or(100),
                 options.in_flight.value_or(8), options.size.value_or(320)},
                bench, report);
}

}  // namespace pigeonhub::bench
