// SPDX-License-Identifier: Apache-2.0
//
// idle: 10,000 connections, announced in namespaces of five, that then say nothing. Measured is how
// much the hub's resident memory grew for each of them, from a fresh hub to one that has settled
// (the kernel's socket memory is not part of it), and its CPU time to accept one and announce it.
// With --seconds they stay so long, and the share of a core is measured that the hub then needs:
// its pings, and whatever it does for those who do nothing.
#include <chrono>
#include <memory>
#include <vector>

#include "tests/bench/load/crowd.h"
#include "tests/bench/load/scenario.h"
#include "tests/bench/load/stopwatch.h"

namespace pigeonhub::bench {

void RunIdle(Bench& bench, Report& report) {
  const size_t peers = bench.options.peers.value_or(10'000) / kCrowdGroup * kCrowdGroup;
  Stopwatch stopwatch(bench.meter, Stopwatch::Server::kQuiet);
  std::vector<std::unique_ptr<Group>> crowd;
  const int64_t resident_before = bench.meter.ResidentBytes();
  stopwatch.Start();
  const bool gathered = Gather(peers, bench, crowd);
  stopwatch.Stop();
  // Whoever was let in only to be thrown out again shows now.
  bench.swarm.PollUntil(Clock::now() + std::chrono::seconds(1),
                        [&] { return !bench.tally.clean(); });
  report.AddWindow("peer accepted and announced", gathered ? peers : 0, stopwatch);
  report.Add("resident_bytes_per_connection",
             static_cast<double>(bench.meter.ResidentBytes() - resident_before) /
                 static_cast<double>(peers));

  const double seconds = bench.options.seconds.value_or(0);
  if (!gathered || seconds == 0) return;
  Stopwatch rest(bench.meter, Stopwatch::Server::kBusy);
  rest.Start();
  bench.swarm.PollUntil(Clock::now() + FromSeconds(seconds), [&] { return !bench.tally.clean(); });
  rest.Stop();
  report.Add("resting_cpu_share", Seconds(rest.server_cpu()) / Seconds(rest.wall()));
}

}  // namespace pigeonhub::bench
