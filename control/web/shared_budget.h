// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <utility>

namespace pigeonhub {

// So much of something, which several share: connections, streams, bytes. Thread-safe; outlives its
// parts.
class SharedBudget {
 public:
  explicit SharedBudget(size_t most) : most_(most) {}
  SharedBudget(const SharedBudget&) = delete;
  SharedBudget& operator=(const SharedBudget&) = delete;

  // What somebody took. It is given back when this object ends.
  class Part {
   public:
    Part(Part&& other) noexcept : of_(std::exchange(other.of_, nullptr)), amount_(other.amount_) {}
    Part& operator=(Part&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(amount_, other.amount_);
      return *this;
    }
    ~Part() {
      if (of_ != nullptr) of_->taken_ -= amount_;
    }

   private:
    friend class SharedBudget;
    Part(SharedBudget& of, size_t amount) : of_(&of), amount_(amount) {}
    SharedBudget* of_;
    size_t amount_;
  };

  // Empty if less than that is left.
  std::optional<Part> Take(size_t amount) {
    size_t taken = taken_;
    do {
      if (amount > most_ - taken) return std::nullopt;
    } while (!taken_.compare_exchange_weak(taken, taken + amount));
    return Part(*this, amount);
  }
  size_t taken() const { return taken_; }

 private:
  const size_t most_;
  std::atomic<size_t> taken_ = 0;
};

}  // namespace pigeonhub
