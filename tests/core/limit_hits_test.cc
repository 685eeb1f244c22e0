// SPDX-License-Identifier: Apache-2.0

#include "server/core/limit_hits.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kSomeTime{1h};
constexpr char kSomeLimit[] = "message-rate";

TEST(LimitHits, AreCountedByLimitWithWhoCameToIt) {
  LimitHits hits;
  for (int i = 0; i < 3; ++i) hits.Note(kSomeTime, kSomeLimit, "192.0.2.1", "a");
  for (int i = 0; i < 5; ++i) hits.Note(kSomeTime, kSomeLimit, "192.0.2.2", "b");
  hits.Note(kSomeTime, kSomeLimit, "", "");
  hits.Note(kSomeTime, "address-rate", "192.0.2.9", "");
  const LimitHits::Hits found = hits.Of(kSomeTime, kSomeLimit);
  EXPECT_EQ(found.total, 9u);
  EXPECT_EQ(found.recent, 9u);
  ASSERT_EQ(found.by_address.size(), 2u);
  EXPECT_EQ(found.by_address[0].name, "192.0.2.2");
  EXPECT_EQ(found.by_address[0].count, 5u);
  EXPECT_EQ(found.by_address[1].name, "192.0.2.1");
  ASSERT_EQ(found.by_peer.size(), 2u);
  EXPECT_EQ(found.by_peer[0].name, "b");
  EXPECT_EQ(hits.Of(kSomeTime, "address-rate").total, 1u);
  EXPECT_EQ(hits.Of(kSomeTime, "byte-rate").total, 0u);
}

TEST(LimitHits, OfLongAgoAreNotRecent) {
  LimitHits hits;
  hits.Note(kSomeTime, kSomeLimit, "192.0.2.1", "a");
  hits.Note(kSomeTime + 4min, kSomeLimit, "192.0.2.2", "b");
  EXPECT_EQ(hits.Of(kSomeTime + 4min + 59s, kSomeLimit).recent, 2u);
  EXPECT_EQ(hits.Of(kSomeTime + 5min, kSomeLimit).recent, 1u);
  EXPECT_EQ(hits.Of(kSomeTime + 5min, kSomeLimit).by_peer[0].name, "b");
  EXPECT_EQ(hits.Of(kSomeTime + 9min, kSomeLimit).recent, 0u);
  EXPECT_EQ(hits.Of(kSomeTime + 9min, kSomeLimit).total, 2u);
  hits.Note(kSomeTime + 24h, kSomeLimit, "192.0.2.3", "c");
  EXPECT_EQ(hits.Of(kSomeTime + 24h, kSomeLimit).recent, 1u);
}

TEST(LimitHits, NameTheMostFrequentOfAnyNumberInBoundedMemory) {
  LimitHits hits;
  for (int i = 0; i < 100'000; ++i) {
    const std::string address = "10.0." + std::to_string(i / 250) + '.' + std::to_string(i % 250);
    hits.Note(kSomeTime, kSomeLimit, address, "");
    if (i % 10 == 0) hits.Note(kSomeTime, kSomeLimit, "192.0.2.1", "");
  }
  const LimitHits::Hits found = hits.Of(kSomeTime, kSomeLimit);
  EXPECT_EQ(found.recent, 110'000u);
  ASSERT_EQ(found.by_address.size(), 5u);
  EXPECT_EQ(found.by_address[0].name, "192.0.2.1");
}

TEST(Frequent, HoldsSoManyNames) {
  Frequent names;
  for (int i = 0; i < 1000; ++i) names.Add(std::to_string(i));
  EXPECT_EQ(names.names().size(), Frequent::kMost);
}

}  // namespace
}  // namespace pigeonhub
