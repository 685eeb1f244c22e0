// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/closed_loop.h"

#include <algorithm>
#include <chrono>

#include "tests/bench/load/signal_stream.h"
#include "tests/bench/load/stopwatch.h"

namespace pigeonhub::bench {
namespace {

void PollFor(double seconds, Bench& bench) {
  const TimePoint end = std::min(bench.deadline, Clock::now() + FromSeconds(seconds));
  while (Clock::now() < end) bench.swarm.Poll(end);
}

}  // namespace

void RunClosedLoop(const ClosedLoop& loop, Bench& bench, Report& report) {
  SignalStreams streams(bench.swarm, bench.tally,
                        {loop.kind, loop.message_size, /*answer_at_once=*/true});
  if (!streams.Open(loop.peers, bench.random, bench.deadline)) {
    return bench.tally.Note(bench.tally.lost, "the pairs did not meet");
  }
  for (size_t peer = 0; peer < streams.peers(); ++peer) {
    for (size_t i = 0; i < loop.in_flight; ++i) streams.Send(peer, Clock::now());
  }
  PollFor(bench.options.warmup.value_or(1), bench);

  Stopwatch stopwatch(bench.meter, Stopwatch::Server::kBusy);
  streams.ForgetLatencies();
  const uint64_t before = streams.deliveries();
  stopwatch.Start();
  PollFor(bench.options.seconds.value_or(5), bench);
  stopwatch.Stop();
  report.AddWindow("signal delivered", streams.deliveries() - before, stopwatch);
  report.AddLatencies(streams.latencies());

  streams.StopAnswering();
  const TimePoint patience = std::min(bench.deadline, Clock::now() + std::chrono::seconds(10));
  if (!bench.swarm.PollUntil(patience,
                             [&] { return streams.under_way() == 0 || !bench.tally.clean(); })) {
    bench.tally.Note(bench.tally.lost, "signals were never delivered", {}, streams.under_way());
  }
}

}  // namespace pigeonhub::bench
