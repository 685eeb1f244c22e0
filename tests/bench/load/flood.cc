// SPDX-License-Identifier: Apache-2.0

#include "tests/bench/load/flood.h"

#include "tests/bench/load/sample_signal.h"

namespace pigeonhub::bench {
namespace {

constexpr uint32_t kFloodMask = 0x1D7B52E9;
constexpr size_t kSize = 320;
constexpr size_t kMostUnsent = size_t{1} << 20;

}  // namespace

Flood::Flood(Swarm& swarm, std::mt19937_64& random, double rate)
    : interval_(FromSeconds(1 / rate)), pair_(swarm, tally_, random, "bench-flood", 2) {}

void Flood::Start(TimePoint now) {
  const SampleSignal sample =
      MakeSignal(SignalKind::kIceCandidate, pair_.namespace_name(), pair_.peer_id(1), kSize);
  frame_.emplace(Opcode::kText, sample.message, kFloodMask);
  sender_ = &pair_.HandOver(0, this, 0);
  pair_.HandOver(1, this, 1);
  next_ = now;
}

void Flood::SendUntil(TimePoint now) {
  for (; next_ <= now; next_ += interval_) {
    if (sender_ == nullptr || sender_->unsent() > kMostUnsent) continue;
    sender_->Send(*frame_);
    ++sent_;
  }
}

void Flood::OnClosed(Connection& connection, int, std::string_view) {
  if (&connection == sender_) sender_ = nullptr;
}

}  // namespace pigeonhub::bench
