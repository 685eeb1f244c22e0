// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/choose_introductions.h"

#include <algorithm>
#include <utility>

#include "server/core/random.h"

namespace pigeonhub {

std::vector<size_t> ChooseIntroductions(uint64_t self, const std::vector<uint64_t>& prefixes,
                                        size_t count, uint64_t secret) {
  using Ranked = std::pair<uint64_t, size_t>;  // the lower, the sooner it is chosen; and its index
  std::vector<Ranked> members;
  members.reserve(prefixes.size());
  for (size_t i = 0; i < prefixes.size(); ++i) members.emplace_back(prefixes[i] ^ self, i);

  if (members.size() > count) {
    const auto first_far = members.begin() + static_cast<ptrdiff_t>(count / 2);
    const auto end = members.begin() + static_cast<ptrdiff_t>(count);
    std::nth_element(members.begin(), first_far, members.end());
    const uint64_t own_secret = Random(secret ^ self).Next();
    for (auto member = first_far; member != members.end(); ++member) {
      member->first = Random(own_secret ^ prefixes[member->second]).Next();
    }
    std::nth_element(first_far, end, members.end());
    members.erase(end, members.end());
  }
  std::vector<size_t> chosen;
  chosen.reserve(members.size());
  for (const auto& [rank, i] : members) chosen.push_back(i);
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace pigeonhub
