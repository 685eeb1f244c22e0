// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "tests/bench/load/clock.h"
#include "tests/bench/load/connection.h"
#include "tests/bench/load/group.h"
#include "tests/bench/load/histogram.h"
#include "tests/bench/load/sample_signal.h"
#include "tests/bench/load/swarm.h"
#include "tests/bench/load/tally.h"

namespace pigeonhub::bench {

// Peers in pairs, a namespace each, every peer sending signals to its partner. A delivery counts if
// type, sender, receiver and namespace are right, the data is byte for byte what was sent, and it
// is the next in the sender's order.
class SignalStreams : public Listener {
 public:
  struct Traffic {
    SignalKind kind = SignalKind::kOffer;
    size_t message_size = 0;
    bool answer_at_once = false;  // closed loop: a delivery makes the sender send its next
  };

  SignalStreams(Swarm& swarm, Tally& tally, const Traffic& traffic);

  // Connects, announces and pairs an even number of peers; false if not done by `deadline`.
  bool Open(size_t peers, std::mt19937_64& random, TimePoint deadline);

  size_t peers() const { return streams_.size(); }
  // Sends a peer's next signal to its partner. Its latency counts from `due`.
  void Send(size_t peer, TimePoint due);
  void StopAnswering() { traffic_.answer_at_once = false; }

  uint64_t deliveries() const { return deliveries_; }
  uint64_t under_way() const { return sent_ - deliveries_ - skipped_; }
  const Histogram& latencies() const { return latencies_; }
  void ForgetLatencies() { latencies_ = Histogram(); }

  void OnOpen(Connection&) override {}
  void OnMessage(Connection& connection, std::string_view message) override;
  void OnClosed(Connection& connection, int code, std::string_view reason) override;

 private:
  // What one peer sends to its partner.
  struct Stream {
    Connection* sender;
    std::string_view sender_id;
    std::string_view receiver_id;
    std::string_view namespace_name;
    SampleSignal sample;
    ClientFrame frame;
    uint64_t next_sequence = 0;
    std::deque<TimePoint> due;  // of the signals under way, oldest first
  };

  void AddStream(Group& pair, size_t sender, size_t receiver);
  bool IsComplete(const Stream& stream, std::string_view data) const;

  Swarm& swarm_;
  Tally& tally_;
  Traffic traffic_;
  std::vector<std::unique_ptr<Group>> pairs_;
  std::vector<Stream> streams_;  // stream i is received by peer i ^ 1
  Histogram latencies_;
  uint64_t sent_ = 0;
  uint64_t deliveries_ = 0;
  uint64_t skipped_ = 0;
};

}  // namespace pigeonhub::bench
