// SPDX-License-Identifier: Apache-2.0

#include "server/core/address_buckets.h"

namespace pigeonhub {

void AddressBuckets::SetPace(const Pace& pace) {
  if (pace == pace_) return;
  pace_ = pace;
  buckets_.clear();
}

bool AddressBuckets::Take(SteadyTime now, const AddressGroup& address) {
  if (pace_.is_off()) return true;
  if (buckets_.size() >= kMost && !buckets_.contains(address)) Compact(now);
  if (buckets_.size() >= kMost && !buckets_.contains(address)) return false;
  return buckets_[address].Take(now, pace_);
}

void AddressBuckets::Compact(SteadyTime now) {
  absl::erase_if(buckets_, [&](const auto& entry) { return entry.second.IsFull(now); });
}

}  // namespace pigeonhub
