// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "tests/bench/load/clock.h"

namespace pigeonhub::bench {

// Latencies in buckets that are at most 1/64 wide relative to their value, so recording costs a
// few instructions and a quantile is at most 1.6 % too high.
class Histogram {
 public:
  void Record(Nanoseconds latency) {
    const uint64_t value = latency.count() < 0 ? 0 : static_cast<uint64_t>(latency.count());
    ++buckets_[BucketOf(value)];
    ++count_;
  }

  uint64_t count() const { return count_; }

  // The upper edge of the bucket that holds the given share (0..1) of the recorded latencies;
  // zero when nothing was recorded.
  Nanoseconds Quantile(double share) const {
    const uint64_t rank = static_cast<uint64_t>(share * static_cast<double>(count_));
    uint64_t seen = 0;
    for (size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen > rank || (seen == count_ && seen != 0)) return Nanoseconds(UpperEdge(i));
    }
    return Nanoseconds(0);
  }

 private:
  static constexpr int kStepBits = 6;
  static constexpr uint64_t kSteps = uint64_t{1} << kStepBits;

  static size_t BucketOf(uint64_t value) {
    if (value < kSteps) return value;
    const int shift = std::bit_width(value) - 1 - kStepBits;
    return static_cast<size_t>(shift) * kSteps + (value >> shift);
  }

  static int64_t UpperEdge(size_t bucket) {
    if (bucket < kSteps) return static_cast<int64_t>(bucket);
    const uint64_t shift = bucket / kSteps - 1;
    const uint64_t step = bucket - shift * kSteps;
    return static_cast<int64_t>(((step + 1) << shift) - 1);
  }

  std::array<uint64_t, (64 - kStepBits) * kSteps + kSteps> buckets_{};
  uint64_t count_ = 0;
};

}  // namespace pigeonhub::bench
