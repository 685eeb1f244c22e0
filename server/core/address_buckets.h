// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>

#include "absl/container/flat_hash_map.h"
#include "server/base/address.h"
#include "server/core/bucket.h"
#include "server/core/time.h"

namespace pigeonhub {

// A bucket for each address, of at most kMost addresses: when as many have buckets that are not
// full, nobody else gets anything.
class AddressBuckets {
 public:
  static constexpr size_t kMost = size_t{16} * 1024;  // some 500 KiB

  explicit AddressBuckets(const Pace& pace) : pace_(pace) {}

  // Counts with this pace from now on; what an address has taken so far is forgotten.
  void SetPace(const Pace& pace);
  // Takes one from the bucket of the address. False if there is none.
  bool Take(SteadyTime now, const AddressGroup& address);
  // Forgets the buckets that are full.
  void Compact(SteadyTime now);
  size_t size() const { return buckets_.size(); }

 private:
  Pace pace_;
  absl::flat_hash_map<AddressGroup, Bucket> buckets_;
};

}  // namespace pigeonhub
