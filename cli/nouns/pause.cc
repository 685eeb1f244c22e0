// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/pause.h"

#include <algorithm>
#include <thread>

namespace pigeonhub::cli {
namespace {

constexpr std::chrono::milliseconds kBetweenLooks{50};

}  // namespace

bool Pause(Environment& environment, std::chrono::nanoseconds duration) {
  const auto end = std::chrono::steady_clock::now() + duration;
  while (!environment.interrupted()) {
    const auto left = end - std::chrono::steady_clock::now();
    if (left <= left.zero()) return true;
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, kBetweenLooks));
  }
  return false;
}

}  // namespace pigeonhub::cli
