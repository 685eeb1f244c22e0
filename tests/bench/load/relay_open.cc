// SPDX-License-Identifier: Apache-2.0
//
// relay-open: offers of 1.5 KB between pairs at a fixed rate, whatever the hub does. The latency
// counts from the time a signal was due, so a hub that stalls cannot hide it by slowing the
// generator down. The hub is mostly idle here, and waking up is much of its bill: compare this CPU
// time only with that of the same rate. With --flood one more peer sends candidates at that rate
// besides, which are not measured: what do the others notice?
#include <algorithm>
#include <chrono>
#include <optional>

#include "tests/bench/load/flood.h"
#include "tests/bench/load/scenario.h"
#include "tests/bench/load/signal_stream.h"
#include "tests/bench/load/stopwatch.h"

namespace pigeonhub::bench {
namespace {

// Sends what falls due, peer after peer, until the time is over.
class Pacer {
 public:
  // `flood` may be null.
  Pacer(SignalStreams& streams, Bench& bench, double rate, Flood* flood)
      : streams_(streams),
        bench_(bench),
        flood_(flood),
        interval_(FromSeconds(1 / rate)),
        next_(Clock::now()) {}

  void Run(double seconds) {
    const TimePoint end = std::min(bench_.deadline, next_ + FromSeconds(seconds));
    while (next_ < end) {
      for (const TimePoint now = Clock::now(); next_ <= now && next_ < end; next_ += interval_) {
        streams_.Send(peer_, next_);
        peer_ = (peer_ + 1) % streams_.peers();
      }
      if (flood_ != nullptr) flood_->SendUntil(Clock::now());
      bench_.swarm.Poll(next_);
    }
  }

 private:
  SignalStreams& streams_;
  Bench& bench_;
  Flood* flood_;
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
  std::optional<Flood> flood;
  if (options.flood.value_or(0) > 0) {
    flood.emplace(bench.swarm, bench.random, *options.flood);
    if (!bench.swarm.PollUntil(bench.deadline, [&] { return flood->met(); })) {
      return bench.tally.Note(bench.tally.lost, "the pair of the flood did not meet");
    }
    flood->Start(Clock::now());
  }
  Pacer pacer(streams, bench, options.rate.value_or(4000), flood.has_value() ? &*flood : nullptr);
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
  if (flood.has_value()) report.Add("flood_sent", flood->sent());
}

}  // namespace pigeonhub::bench
