// SPDX-License-Identifier: Apache-2.0

// What the hub counts. Written by Hub::Handle and QuietSignals, read from any thread at any moment
// without a lock: each figure is right, two figures read together may be a step apart.

#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "pigeonhub/records.h"
#include "server/core/message.h"
#include "server/core/reason.h"

namespace pigeonhub {

class Counter {
 public:
  void Add(uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// A counter that loops add to all the time, each in its own lane, so that they do not wait for each
// other's caches.
class SpreadCounter {
 public:
  // Any number is a lane.
  void Add(unsigned lane) { lanes_[lane % lanes_.size()].count.Add(); }
  uint64_t value() const {
    uint64_t sum = 0;
    for (const Lane& lane : lanes_) sum += lane.count.value();
    return sum;
  }

 private:
  struct alignas(64) Lane {  // a cache line
    Counter count;
  };
  std::array<Lane, 16> lanes_;
};

// A level that goes up and down.
class Gauge {
 public:
  void Set(uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

// Observations by size. Bounds are upper ends, in seconds; whatever is larger counts in the last.
class Histogram {
 public:
  static constexpr std::array<double, 14> kBounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                     0.25,  0.5,    1,     2.5,  5,     10,   30};

  void Observe(double seconds) {
    size_t i = 0;
    while (i < kBounds.size() && seconds > kBounds[i]) ++i;
    buckets_[i].Add();
    micros_.Add(static_cast<uint64_t>(seconds * 1e6));
  }
  // How many fell in bucket `i`, not cumulated; bucket kBounds.size() has no upper end.
  uint64_t bucket(size_t i) const { return buckets_[i].value(); }
  double sum() const { return static_cast<double>(micros_.value()) / 1e6; }

 private:
  std::array<Counter, kBounds.size() + 1> buckets_;
  Counter micros_;
};

// How far pairs of peers got; see HandshakeFunnel.
struct FunnelCounters {
  Counter offered;
  Counter answered;
  Counter candidates;
  Counter connected;
  Counter retried;
  Histogram offer_to_answer;
};

struct Counters {
  Counter connections_opened;
  Counter announces;
  Counter joins;  // a peer came into a namespace: its first announce, or a move
  Counter goodbyes;
  Counter pings;
  Counter pauses;  // reading from a peer stopped because it was over a rate
  // Pairs of which a client reported that, by PairReport::Kind; what both say counts once.
  std::array<Counter, kPairReportKindCount> pair_reports;
  FunnelCounters funnel;
  Counter questions_asked;          // of other hubs
  Counter questions_unanswered;     // of those: refused, or not answered in time
  Counter questions_heard;          // of other hubs
  Counter questions_refused;        // of those
  Histogram bus_echo;               // what a beat of this hub took there and back
  Counter discoveries_sent;         // peer-discovered frames to local peers
  Counter handshake_steps_omitted;  // that watchers were not shown, for want of room
  std::array<Counter, kSignalTypeCount> signals_relayed;  // another hub has them, by SignalType
  std::array<Counter, kSignalTypeCount> signals_dropped;  // by SignalType; why is in refused
  // By Reason. One reason may stand in both: a ban ends a connection, and turns the next one away.
  std::array<Counter, kReasonCount> ended;    // connections of peers
  std::array<Counter, kReasonCount> refused;  // connections, and messages not acted upon

  Gauge serving;       // a Serving
  Gauge turning_away;  // a Reason for which newcomers are turned away while serving; kCount: none
  Gauge connections;
  Gauge peers;
  Gauge paused;  // peers that are not read, because they are over a rate
  Gauge hubs;
  Gauge networks;
  Gauge remote_peers;
  Gauge remote_bytes;    // memory for what other hubs tell
  Gauge history_bytes;   // memory for what is remembered of pairs, peers that left, and lost hubs
  Gauge bans;            // that may hit somebody
  Gauge policies;        // of namespaces, of the configuration and of calls
  Gauge bus_up;          // 1: this hub hears itself on the bus
  Gauge bus_hubs;        // others that are heard there
  Gauge question_bytes;  // memory for what hubs ask each other, and the answers
  Gauge link_bytes;      // memory for what waits for other hubs, or is not acknowledged
  std::array<Gauge, kLinkStateCount> links;  // by LinkRecord::State

  // To a local peer, by SignalType; the lane is the loop of the sender, if that is here.
  std::array<SpreadCounter, kSignalTypeCount> signals_delivered;

  Counter& reports_of(PairReport::Kind kind) { return pair_reports[static_cast<size_t>(kind)]; }
  const Counter& reports_of(PairReport::Kind kind) const {
    return pair_reports[static_cast<size_t>(kind)];
  }
  // Of refusals.
  Counter& of(Reason reason) { return refused[static_cast<size_t>(reason)]; }
  const Counter& of(Reason reason) const { return refused[static_cast<size_t>(reason)]; }
  Counter& ends_by(Reason reason) { return ended[static_cast<size_t>(reason)]; }
  const Counter& ends_by(Reason reason) const { return ended[static_cast<size_t>(reason)]; }
};

}  // namespace pigeonhub
