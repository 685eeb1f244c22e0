// SPDX-License-Identifier: Apache-2.0
//
// herd: 19,000 peers of 10 namespaces come at a rate of 9,500 a second, whatever the hub does, as
// after the fall of a hub or a proxy. Each connects, announces itself, and sends a ping behind
// that: it is in when the ping is answered. Measured are the time from when it was due until it is
// in, the hub's CPU time for one, and the most memory that the hub had. Whoever is turned away, by
// an answer or without one, comes back when the hub said, or after a second and some more, and the
// longer the more often it was. Trouble is not to get in before the timeout, and to be closed when
// in. They come from a thousand addresses, or with --forwarded 1 from that of one proxy. With
// --resume 1 each has a ticket of TLS from before.
//
// Over TLS the generator does as much for a handshake as the hub, for all clients on one core. So
// there only 64 are under way at once, as if the others had been slower; they were due all the
// same.
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/bench/load/envelope.h"
#include "tests/bench/load/histogram.h"
#include "tests/bench/load/scenario.h"
#include "tests/bench/load/stopwatch.h"

namespace pigeonhub::bench {
namespace {

constexpr uint32_t kMaskKey = 0x6A09E667;
constexpr std::string_view kPing = R"({"type":"ping"})";

class Herd final : public Listener {
 public:
  explicit Herd(Bench& bench)
      : bench_(bench),
        size_(bench.options.peers.value_or(19'000)),
        namespaces_(bench.options.groups.value_or(10)),
        interval_(FromSeconds(1 / bench.options.rate.value_or(9'500))),
        peers_(size_),
        prefix_(bench.random()) {}

  size_t size() const { return size_; }
  size_t in() const { return in_; }
  uint64_t refusals() const { return refusals_; }
  unsigned most_refusals() const { return most_refusals_; }
  const Histogram& latencies() const { return latencies_; }

  // Until all are in; less if the tally says why.
  void Come() {
    began_ = Clock::now();
    size_t come = 0;
    while (in_ < size_ && bench_.tally.clean()) {
      if (bench_.TimeIsUp()) {
        return bench_.tally.Note(bench_.tally.lost, "not everybody is in", {}, size_ - in_);
      }
      const TimePoint now = Clock::now();
      while (come < size_ && Due(come) <= now) Connect(come++);
      while (!again_.empty() && again_.begin()->first <= now) {
        Connect(again_.extract(again_.begin()).mapped());
      }
      TimePoint next = bench_.deadline;
      if (come < size_) next = std::min(next, Due(come));
      if (!again_.empty()) next = std::min(next, again_.begin()->first);
      bench_.swarm.Poll(next);
    }
  }

 private:
  struct Peer {
    bool in = false;
    unsigned refusals = 0;
  };

  TimePoint Due(size_t peer) const { return began_ + static_cast<int64_t>(peer) * interval_; }

  void Connect(size_t peer) {
    std::array<char, 41> id;
    std::snprintf(id.data(), id.size(), "%016llx%024zx", static_cast<unsigned long long>(prefix_),
                  peer);
    bench_.swarm.Connect({id.data(), id.size() - 1}, this, peer, peer);
  }

  void OnOpen(Connection& connection) override {
    const std::string announce =
        R"({"type":"announce","data":{},"maxPeers":3,"networkName":"bench-herd-)" +
        std::to_string(connection.tag() % namespaces_) + R"("})";
    connection.Send(ClientFrame(Opcode::kText, announce, kMaskKey));
    connection.Send(ClientFrame(Opcode::kText, kPing, kMaskKey));
  }

  void OnMessage(Connection& connection, std::string_view message) override {
    Envelope envelope;
    if (!ReadEnvelope(message, envelope)) {
      return bench_.tally.Note(bench_.tally.damaged, "not a JSON object", message);
    }
    if (envelope.type == "error") {
      return bench_.tally.Note(bench_.tally.unexpected, "an error", message);
    }
    Peer& peer = peers_[connection.tag()];
    if (envelope.type != "pong" || peer.in) return;
    peer.in = true;
    ++in_;
    latencies_.Record(Clock::now() - Due(connection.tag()));
  }

  void OnClosed(Connection& connection, int code, std::string_view reason) override {
    Peer& peer = peers_[connection.tag()];
    if (peer.in) {
      const std::string what = "connection closed with " + std::to_string(code);
      return bench_.tally.Note(bench_.tally.closed, what, reason);
    }
    ++refusals_;
    most_refusals_ = std::max(most_refusals_, ++peer.refusals);
    again_.emplace(Clock::now() + Patience(connection, peer), connection.tag());
  }

  // How long somebody waits who was turned away. No two wait equally long.
  Nanoseconds Patience(const Connection& connection, const Peer& peer) const {
    if (connection.retry_after() > 0) return std::chrono::seconds(connection.retry_after());
    constexpr unsigned kMostDoublings = 5;
    const double seconds = 1U << std::min(peer.refusals - 1, kMostDoublings);
    return FromSeconds(seconds * std::uniform_real_distribution(1.0, 1.5)(bench_.random));
  }

  Bench& bench_;
  const size_t size_;
  const size_t namespaces_;
  const Nanoseconds interval_;
  std::vector<Peer> peers_;
  const uint64_t prefix_;  // of the ids
  TimePoint began_;
  std::multimap<TimePoint, size_t> again_;  // who was refused comes back then
  Histogram latencies_;
  size_t in_ = 0;
  uint64_t refusals_ = 0;
  unsigned most_refusals_ = 0;  // of one peer
};

// Somebody comes and goes, and leaves a ticket.
bool GetTicket(Bench& bench) {
  Group one(bench.swarm, bench.tally, bench.random, "bench-ticket", 1, Group::Announce::kWhenAsked);
  const auto await = [&](bool (Group::*state)() const) {
    return bench.swarm.PollUntil(bench.deadline,
                                 [&] { return (one.*state)() || !bench.tally.clean(); });
  };
  if (!await(&Group::open)) return false;
  one.Leave();
  return await(&Group::gone);
}

}  // namespace

void RunHerd(Bench& bench, Report& report) {
  if (bench.options.resume.value_or(0) != 0) {
    bench.swarm.set_resumes(true);
    if (!GetTicket(bench)) return bench.tally.Note(bench.tally.lost, "nobody got a ticket");
  }
  const bool proxied = bench.options.forwarded.value_or(0) != 0;
  bench.swarm.set_sources(bench.options.sources.value_or(proxied ? 1 : 1'000));
  if (!bench.options.at_once && !bench.swarm.secure()) {
    bench.swarm.set_handshakes_at_once(SIZE_MAX);
  }
  Herd herd(bench);
  const TimePoint began = Clock::now();
  Stopwatch stopwatch(bench.meter, Stopwatch::Server::kQuiet);
  stopwatch.Start();
  herd.Come();
  const Nanoseconds took = Clock::now() - began;
  stopwatch.Stop();
  // Whoever was let in only to be thrown out again shows now.
  bench.swarm.PollUntil(Clock::now() + std::chrono::seconds(1),
                        [&] { return !bench.tally.clean(); });
  report.AddWindow("peer came in", herd.in(), stopwatch);
  report.AddLatencies(herd.latencies());
  report.Add("all_in_seconds", Seconds(took));
  report.Add("refusals", herd.refusals());
  report.Add("most_refusals_of_one", static_cast<uint64_t>(herd.most_refusals()));
  report.Add("resumed", static_cast<uint64_t>(bench.swarm.resumed()));
  report.Add("server_peak_resident_bytes", static_cast<uint64_t>(bench.meter.PeakResidentBytes()));
}

}  // namespace pigeonhub::bench
