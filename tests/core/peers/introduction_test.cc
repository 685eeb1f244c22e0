// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/choose_introductions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "server/core/random.h"

namespace pigeonhub {
namespace {

std::vector<uint64_t> RandomPrefixes(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<uint64_t> prefixes(count);
  for (uint64_t& prefix : prefixes) prefix = random.Next();
  return prefixes;
}

TEST(Introduction, ChoosesEveryoneWhereThereAreFew) {
  EXPECT_EQ(ChooseIntroductions(0, {}, 4, 1), std::vector<size_t>{});
  EXPECT_EQ(ChooseIntroductions(0, {5, 6, 7}, 4, 1), (std::vector<size_t>{0, 1, 2}));
  EXPECT_EQ(ChooseIntroductions(0, {5, 6, 7}, 3, 1), (std::vector<size_t>{0, 1, 2}));
}

TEST(Introduction, ChoosesHalfOfThemByNearness) {
  const std::vector<uint64_t> prefixes = RandomPrefixes(1000, 7);
  const uint64_t self = 0x1234567890abcdef;
  const std::vector<size_t> chosen = ChooseIntroductions(self, prefixes, 64, 1);
  ASSERT_EQ(chosen.size(), 64u);
  EXPECT_TRUE(std::is_sorted(chosen.begin(), chosen.end()));
  EXPECT_EQ(std::set<size_t>(chosen.begin(), chosen.end()).size(), 64u);
  EXPECT_LT(chosen.back(), prefixes.size());

  std::vector<size_t> by_distance(prefixes.size());
  for (size_t i = 0; i < by_distance.size(); ++i) by_distance[i] = i;
  std::sort(by_distance.begin(), by_distance.end(),
            [&](size_t a, size_t b) { return (prefixes[a] ^ self) < (prefixes[b] ^ self); });
  for (size_t i = 0; i < 32; ++i) {
    EXPECT_TRUE(std::binary_search(chosen.begin(), chosen.end(), by_distance[i])) << i;
  }
}

TEST(Introduction, OfManyReachesEverybody) {
  const std::vector<uint64_t> prefixes = RandomPrefixes(200, 8);
  std::set<size_t> met;
  for (uint64_t self : RandomPrefixes(200, 9)) {
    for (size_t one : ChooseIntroductions(self, prefixes, 20, 1)) met.insert(one);
  }
  EXPECT_EQ(met.size(), prefixes.size());
}

// Else somebody who joins often enough has a list of all.
TEST(Introduction, ChoosesTheSameWhoeverJoinedOrLeftMeanwhile) {
  const std::vector<uint64_t> before = RandomPrefixes(1000, 9);
  const std::vector<size_t> first = ChooseIntroductions(5, before, 64, 42);
  EXPECT_EQ(first, ChooseIntroductions(5, before, 64, 42));
  EXPECT_NE(first, ChooseIntroductions(5, before, 64, 43)) << "it follows from the secret";

  std::vector<uint64_t> after(before.begin(), before.begin() + 990);
  for (uint64_t newcomer : RandomPrefixes(10, 10)) after.push_back(newcomer);
  std::set<uint64_t> met;
  for (size_t one : first) met.insert(before[one]);
  size_t same = 0;
  for (size_t one : ChooseIntroductions(5, after, 64, 42)) same += met.count(after[one]);
  EXPECT_GE(same, 60u);
}

}  // namespace
}  // namespace pigeonhub
