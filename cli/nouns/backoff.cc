// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/backoff.h"

#include <algorithm>

namespace pigeonhub::cli {

using std::chrono::milliseconds;

milliseconds Backoff::Next() {
  constexpr milliseconds kLongest{500};
  std::uniform_int_distribution<milliseconds::rep> part(longest_.count() / 2, longest_.count());
  const milliseconds pause(part(random_));
  longest_ = std::min(2 * longest_, kLongest);
  return pause;
}

void Backoff::Reset() { longest_ = kFirst; }

}  // namespace pigeonhub::cli
