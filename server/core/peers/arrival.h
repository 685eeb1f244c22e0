// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace pigeonhub {

// When a member came into its namespace, and whom of those that were there it met. It says who has
// to hear that a member left: whoever never met the member knows nothing of it.
class Arrival {
 public:
  // Nobody has met it yet.
  Arrival() = default;
  // It met everybody. Numbers begin at 1, and of two members the one that came later has the
  // higher.
  explicit Arrival(uint64_t number) : number_(number) {}
  // It met the members with these numbers, and nobody else.
  Arrival(uint64_t number, std::vector<uint64_t> met)
      : number_(number), met_(std::make_unique<std::vector<uint64_t>>(std::move(met))) {
    std::sort(met_->begin(), met_->end());
  }

  uint64_t number() const { return number_; }

  // Whether the two met: the one that came later met the other.
  friend bool HaveMet(const Arrival& a, const Arrival& b) {
    if (a.number_ == 0 || b.number_ == 0) return false;
    if (a.met_ == nullptr && b.met_ == nullptr) return true;
    const Arrival& earlier = a.number_ < b.number_ ? a : b;
    const Arrival& later = a.number_ < b.number_ ? b : a;
    return later.met_ == nullptr ||
           std::binary_search(later.met_->begin(), later.met_->end(), earlier.number_);
  }

 private:
  uint64_t number_ = 0;
  std::unique_ptr<std::vector<uint64_t>> met_;  // ascending; null: everybody
};

}  // namespace pigeonhub
