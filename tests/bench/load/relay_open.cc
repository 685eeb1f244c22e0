// SPDX-License-Identifier: Apache-2.0
//
// relay-open: offers of 1.5 KB between pairs at a fixed rate, whatever the hub does. The latency
// counts from the time a signal was due, so a hub that stalls cannot hide it by slowing the
// generator down. The hub is mostly idle here, and waking up is much of its bill: compare this CPU
// time only with that of the same rate.
#include <algorithm>
#include <chrono>

#include "tests/bench/load/scenario.h"
#include "tests/bench/load/signal_stream.h"
#include "tests/bench/load/stopwatch.h"

namespace pigeonhub::bench {
namespace {

// Sends what falls due, peer after peer, until the time is over.
class Pacer {
 public:
  Pacer(SignalStreams& streams, Bench& bench, double rate)
      : streams_(streams), bench_(bench), interval_(FromSeconds(1 / rate)), next_(Clock::now()) {}

  void Run(double seconds) {
    const TimePoint end = std::min(bench_.deadline, next_ + FromSeconds(seconds));
    while (next_ < end) {
      for (const TimePoint now = Clock::now(); next_ <= now && next_ < end; next_ += interval_) {
        streams_.Send(peer_, next_);
        peer_ = (peer_ + 1) % streams_.peers();
      }
      bench_.swarm.Poll(next_);
    }
  }

 private:
  SignalStreams& streams_;
  Bench& bench_;
  Nanoseconds interval_;
  TimePoint next_;
  size_t peer_ = 0;
};

}  // namespace

void RunRelayOpen(Bench& bench, Report& report) {
  const Options& options = bench.options;
  SignalStreams streams(bench.swarm, bench.tally,
                        {SignalKind::kOffer, options.size.value_or(1500)});
  if (!streams.Open(options.peers.value_or(200), bench.random, bench.deadline)) {
    return bench.tally.Note(bench.tally.lost, "the pairs did not meet");
  }
  Pacer pacer(streams, bench, options.rate.value_or(4000));
  pacer.Run(options.warmup.value_or(1));

  Stopwatch stopwatch(bench.meter, Stopwatch::Server::kBusy);
  streams.ForgetLatencies();
  const uint64_t before = streams.deliveries();
  stopwatch.Start();
  pacer.Run(options.seconds.value_or(5));
  stopwatch.Stop();
  report.AddWindow("signal delivered", streams.deliveries() - before, stopwatch);

  const TimePoint patience = std::min(bench.deadline, Clock::now() + std::chrono::seconds(10));
  if (!bench.swarm.PollUntil(patience,
                             [&] { return streams.under_way() == 0 || !bench.tally.clean(); })) {
    bench.tally.Note(bench.tally.lost, "signals were never delivered", {}, streams.under_way());
  }
  report.AddLatencies(streams.latencies());
}

}  // namespace pigeonhub::bench
