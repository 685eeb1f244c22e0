// SPDX-License-Identifier: Apache-2.0
//
// connect: 5,000 connections, 64 at once, each of which becomes a WebSocket, is greeted and leaves.
// Measured is the hub's CPU time for one. Over wss:// that is mostly the TLS handshake: in full, or
// with --resume 1 short, by the ticket of a connection before. A thousand come first, after which
// the hub's memory should not grow any more.
#include <algorithm>
#include <string>

#include "tests/bench/load/scenario.h"
#include "tests/bench/load/stopwatch.h"

namespace pigeonhub::bench {
namespace {

constexpr size_t kAtOnce = 64;
constexpr size_t kFirst = 1'000;

class Visitors final : public Listener {
 public:
  explicit Visitors(Bench& bench) : bench_(bench) {}

  // Lets so many come and go; false if they do not before the deadline.
  bool Run(size_t count) {
    const size_t until = gone_ + count;
    size_t come = gone_;
    return bench_.swarm.PollUntil(bench_.deadline, [&] {
      for (; come < until && come - gone_ < kAtOnce; ++come) {
        std::string id = std::to_string(come);
        id.insert(0, 40 - id.size(), '0');
        bench_.swarm.Connect(id, this, 0);
      }
      return gone_ == until || !bench_.tally.clean();
    });
  }

 private:
  void OnOpen(Connection&) override {}
  // The greeting. A ticket of TLS has come before it.
  void OnMessage(Connection& connection, std::string_view) override { connection.Close(); }
  void OnClosed(Connection&, int code, std::string_view reason) override {
    ++gone_;
    if (code != 1000) bench_.tally.Note(bench_.tally.closed, "a connection broke", reason);
  }

  Bench& bench_;
  size_t gone_ = 0;
};

}  // namespace

void RunConnect(Bench& bench, Report& report) {
  const size_t peers = bench.options.peers.value_or(5'000);
  bench.swarm.set_resumes(bench.options.resume.value_or(0) != 0);
  Visitors visitors(bench);
  visitors.Run(std::min(peers, kFirst));
  const int64_t resident_before = bench.meter.ResidentBytes();
  Stopwatch stopwatch(bench.meter, Stopwatch::Server::kQuiet);
  stopwatch.Start();
  const size_t resumed_before = bench.swarm.resumed();
  const bool all = visitors.Run(peers);
  stopwatch.Stop();
  if (!all) bench.tally.Note(bench.tally.lost, "not all came and went in time");
  report.AddWindow("connection", all ? peers : 0, stopwatch);
  report.Add("resident_bytes_grown",
             static_cast<double>(bench.meter.ResidentBytes() - resident_before));
  report.Add("resumed", static_cast<uint64_t>(bench.swarm.resumed() - resumed_before));
}

}  // namespace pigeonhub::bench
