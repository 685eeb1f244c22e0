// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/choose_introductions.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace pigeonhub {

std::vector<size_t> ChooseIntroductions(uint64_t self, const std::vector<uint64_t>& prefixes,
                                        size_t count, Random& random) {
  std::vector<size_t> chosen(prefixes.size());
  std::iota(chosen.begin(), chosen.end(), size_t{0});
  if (chosen.size() <= count) return chosen;

  const size_t nearest = count / 2;
  const auto nearer = [&](size_t a, size_t b) {
    return std::pair(prefixes[a] ^ self, a) < std::pair(prefixes[b] ^ self, b);
  };
  std::nth_element(chosen.begin(), chosen.begin() + static_cast<ptrdiff_t>(nearest), chosen.end(),
                   nearer);
  for (size_t i = nearest; i < count; ++i) {
    std::swap(chosen[i], chosen[i + random.Below(chosen.size() - i)]);
  }
  chosen.resize(count);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace pigeonhub
