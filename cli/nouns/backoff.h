// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace pigeonhub::cli {

// The pauses between tries. Each is about twice as long as the one before, up to half a second. A
// random part of each, up to a half, is cut off, so that the watchers of a hub do not all come back
// at once.
class Backoff {
 public:
  explicit Backoff(uint32_t seed) : random_(seed) {}

  std::chrono::milliseconds Next();
  // Call it after a try that succeeded.
  void Reset();

 private:
  static constexpr std::chrono::milliseconds kFirst{250};

  std::mt19937 random_;
  std::chrono::milliseconds longest_ = kFirst;
};

}  // namespace pigeonhub::cli
