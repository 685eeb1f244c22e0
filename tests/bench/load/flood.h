// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string_view>

#include "tests/bench/load/clock.h"
#include "tests/bench/load/connection.h"
#include "tests/bench/load/group.h"
#include "tests/bench/load/swarm.h"
#include "tests/bench/load/tally.h"

namespace pigeonhub::bench {

// A peer that sends candidates to another at a rate of its own, far above what a hub may allow, and
// holds back only what its own socket does not take. Whether they arrive is not looked at, and the
// hub may close it.
class Flood final : public Listener {
 public:
  // Starts connecting two peers. `rate`: candidates a second.
  Flood(Swarm& swarm, std::mt19937_64& random, double rate);

  bool met() const { return pair_.met(); }
  // From `now` on it sends.
  void Start(TimePoint now);
  // Sends what is due.
  void SendUntil(TimePoint now);
  uint64_t sent() const { return sent_; }

  void OnOpen(Connection&) override {}
  void OnMessage(Connection&, std::string_view) override {}
  void OnClosed(Connection& connection, int code, std::string_view reason) override;

 private:
  const Nanoseconds interval_;
  Tally tally_;  // of nobody's interest
  Group pair_;
  Connection* sender_ = nullptr;
  std::optional<ClientFrame> frame_;
  TimePoint next_;
  uint64_t sent_ = 0;
};

}  // namespace pigeonhub::bench
