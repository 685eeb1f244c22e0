// SPDX-License-Identifier: Apache-2.0

#include "server/bus/reconnect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <vector>

namespace pigeonhub::bus {
namespace {

using namespace std::chrono_literals;

TEST(BusReconnect, WaitsLongerAndLongerAtRandom) {
  Duration longest[6] = {};
  for (uint64_t seed = 0; seed < 1000; ++seed) {
    Reconnect reconnect(seed);
    for (Duration& most : longest) most = std::max(most, reconnect.NextWait());
  }
  const Duration bounds[] = {100ms, 200ms, 400ms, 800ms, 1500ms, 1500ms};
  for (size_t i = 0; i < std::size(bounds); ++i) {
    EXPECT_LE(longest[i], bounds[i]);
    EXPECT_GT(longest[i], bounds[i] * 9 / 10);
  }
}

TEST(BusReconnect, BeginsAnewAfterASuccess) {
  Reconnect reconnect(1);
  for (int i = 0; i < 10; ++i) reconnect.NextWait();
  for (int i = 0; i < 100; ++i) {
    reconnect.Succeeded();
    EXPECT_LE(reconnect.NextWait(), 100ms);
  }
}

TEST(BusReconnect, TriesEachServerFirstNowAndThen) {
  Reconnect reconnect(1);
  std::set<int> first;
  for (int i = 0; i < 50; ++i) {
    std::vector<int> servers = {1, 2, 3};
    reconnect.Shuffle(servers);
    first.insert(servers[0]);
    std::sort(servers.begin(), servers.end());
    EXPECT_EQ(servers, (std::vector<int>{1, 2, 3}));
  }
  EXPECT_EQ(first.size(), 3u);
}

}  // namespace
}  // namespace pigeonhub::bus
