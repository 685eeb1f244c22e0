// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <cstdint>
#include <random>

namespace pigeonhub::cli {

// Pauses between tries: each is about twice as long as the one before, up to half a second. Each is
// cut by a random part of at most a half, so that the watchers of a hub do not all come back at
// once.
class Backoff {
 public:
  explicit Backoff(uint32_t seed) : random_(seed) {}

  std::chrono::milliseconds Next();
  // After a try that went well.
  void Reset();

 private:
  static constexpr std::chrono::milliseconds kFirst{250};

  std::mt19937 random_;
  std::chrono::milliseconds longest_ = kFirst;
};

}  // namespace pigeonhub::cli
