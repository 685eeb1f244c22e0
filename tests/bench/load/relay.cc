// SPDX-License-Identifier: Apache-2.0
//
// relay: offers of 1.5 KB between pairs, one in flight for each of 200 peers.
#include "tests/bench/load/closed_loop.h"

namespace pigeonhub::bench {

void RunRelay(Bench& bench, Report& report) {
  const Options& options = bench.options;
  RunClosedLoop({SignalKind::kOffer, options.peers.value_or(200), options.in_flight.value_or(1),
                 options.size.value_or(1500)},
                bench, report);
}

}  // namespace pigeonhub::bench
