// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "pigeonctl/v1/trace.pb.h"

namespace pigeonhub::cli {

// Collects the steps of handshakes, and knows when one is over: when nothing came of it for a
// while, sooner when a peer reported that it is connected and what other hubs saw of it is here.
// Holds at most 1000 steps.
class TraceCollector {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  void Take(const v1::WatchHandshakeResponse& item, TimePoint now);

  // Whether nothing more is to be waited for: it is quiet after signals, or there were so many
  // steps that it never will be.
  bool IsOver(TimePoint now) const;

  // The handshakes of pairs that are over, each with what its peers announced before, in the order
  // of the peers' ids. They are taken out. If no more steps can be held: all that is there, as one.
  std::vector<pigeonctl::v1::Trace> TakeComplete(TimePoint now);

  bool has_steps() const { return !trace_.steps().empty(); }
  // Takes out all that is left, in order.
  pigeonctl::v1::Trace TakeRest();

 private:
  // The smaller id first.
  using Pair = std::pair<std::string, std::string>;

  // How far a handshake is, or all of them together.
  struct Progress {
    void Note(const v1::HandshakeStep& step, TimePoint now);
    bool IsOver(TimePoint now) const;

    TimePoint last = {};
    bool has_signal = false;
    bool connected = false;
  };

  static Pair PairOf(const v1::HandshakeStep& step);
  void Keep(const v1::HandshakeHub& hub);
  pigeonctl::v1::Trace TakePair(const Pair& pair);

  pigeonctl::v1::Trace trace_;  // what was not taken out, as it came
  std::map<Pair, Progress> pairs_;
  Progress all_;
  int step_count_ = 0;  // all that ever came
};

}  // namespace pigeonhub::cli
