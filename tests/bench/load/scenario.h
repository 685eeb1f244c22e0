// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>
#include <random>
#include <vector>

#include "tests/bench/load/clock.h"
#include "tests/bench/load/group.h"
#include "tests/bench/load/options.h"
#include "tests/bench/load/report.h"
#include "tests/bench/load/server_meter.h"
#include "tests/bench/load/swarm.h"
#include "tests/bench/load/tally.h"

namespace pigeonhub::bench {

// What a scenario works with.
struct Bench {
  const Options& options;
  Swarm& swarm;
  const ServerMeter& meter;
  Tally& tally;
  std::mt19937_64& random;
  TimePoint deadline;  // of the whole run

  bool TimeIsUp() const { return Clock::now() >= deadline; }
};

// Each runs to its end, or until the deadline or the first trouble while it sets up, which the
// tally then tells.
void RunRelay(Bench& bench, Report& report);
void RunIce(Bench& bench, Report& report);
void RunRelayOpen(Bench& bench, Report& report);
void RunAnnounce(Bench& bench, Report& report);
void RunChurn(Bench& bench, Report& report);
void RunIdle(Bench& bench, Report& report);
void RunConnect(Bench& bench, Report& report);
void RunHerd(Bench& bench, Report& report);

}  // namespace pigeonhub::bench
