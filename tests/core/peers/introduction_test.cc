// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/choose_introductions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

namespace pigeonhub {
namespace {

std::vector<uint64_t> RandomPrefixes(size_t count, uint64_t seed) {
  Random random(seed);
  std::vector<uint64_t> prefixes(count);
  for (uint64_t& prefix : prefixes) prefix = random.Next();
  return prefixes;
}

TEST(Introduction, ChoosesEveryoneWhereThereAreFew) {
  Random random(1);
  EXPECT_EQ(ChooseIntroductions(0, {}, 4, random), std::vector<size_t>{});
  EXPECT_EQ(ChooseIntroductions(0, {5, 6, 7}, 4, random), (std::vector<size_t>{0, 1, 2}));
  EXPECT_EQ(ChooseIntroductions(0, {5, 6, 7}, 3, random), (std::vector<size_t>{0, 1, 2}));
}

TEST(Introduction, ChoosesHalfOfThemByNearness) {
  const std::vector<uint64_t> prefixes = RandomPrefixes(1000, 7);
  const uint64_t self = 0x1234567890abcdef;
  Random random(1);
  const std::vector<size_t> chosen = ChooseIntroductions(self, prefixes, 64, random);
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

TEST(Introduction, ReachesEverybodyByChanceSoonerOrLater) {
  const std::vector<uint64_t> prefixes = RandomPrefixes(200, 8);
  Random random(1);
  std::set<size_t> met;
  for (int i = 0; i < 200; ++i) {
    for (size_t one : ChooseIntroductions(1, prefixes, 20, random)) met.insert(one);
  }
  EXPECT_EQ(met.size(), prefixes.size());
}

TEST(Introduction, RepeatsItselfForTheSameSeed) {
  const std::vector<uint64_t> prefixes = RandomPrefixes(1000, 9);
  Random one(42), same(42), other(43);
  const std::vector<size_t> first = ChooseIntroductions(5, prefixes, 64, one);
  EXPECT_EQ(first, ChooseIntroductions(5, prefixes, 64, same));
  EXPECT_NE(first, ChooseIntroductions(5, prefixes, 64, other));
}

}  // namespace
}  // namespace pigeonhub
