// SPDX-License-Identifier: Apache-2.0

#include "server/core/bucket.h"

#include <gtest/gtest.h>

#include <limits>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kNow{100s};

TEST(Bucket, GivesItsBurstAndThenItsRate) {
  const Pace pace(Rate{.amount = 100, .burst = 500});
  Bucket bucket;
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(bucket.Take(kNow, pace)) << i;
  EXPECT_FALSE(bucket.Take(kNow, pace));
  EXPECT_EQ(bucket.NextAt(pace), kNow + 10ms);
  EXPECT_FALSE(bucket.Take(kNow + 9ms, pace));
  EXPECT_TRUE(bucket.Take(kNow + 10ms, pace));
  EXPECT_FALSE(bucket.Take(kNow + 10ms, pace));
}

TEST(Bucket, NeverHoldsMoreThanItsBurst) {
  const Pace pace(Rate{.amount = 10, .per = 30min, .burst = 10});
  Bucket bucket;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(bucket.Take(kNow, pace));
  EXPECT_FALSE(bucket.Take(kNow, pace));
  EXPECT_FALSE(bucket.IsFull(kNow + 29min));
  EXPECT_TRUE(bucket.IsFull(kNow + 30min));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(bucket.Take(kNow + 300h, pace));
  EXPECT_FALSE(bucket.Take(kNow + 300h, pace));
}

TEST(Bucket, OwesWhatWasNotThere) {
  const Pace pace(Rate{.amount = 1000, .burst = 10'000});
  Bucket bucket;
  bucket.Charge(kNow, pace, 10'000);
  EXPECT_EQ(bucket.PaidAt(pace), kNow);
  bucket.Charge(kNow, pace, 8'000);
  EXPECT_EQ(bucket.PaidAt(pace), kNow + 8s);
}

TEST(Bucket, OfAnyRateGivesAtLeastOne) {
  // A burst of three at a third of a second each does not come out even.
  for (const Rate& rate : {Rate{.amount = 3, .burst = 1}, Rate{.amount = 3, .burst = 3},
                           Rate{.amount = uint64_t{1} << 36, .per = 1ms, .burst = 1},
                           Rate{.amount = 1, .per = 24h, .burst = uint64_t{1} << 36}}) {
    Bucket bucket;
    EXPECT_TRUE(bucket.Take(kNow, Pace(rate))) << rate.amount << ' ' << rate.burst;
  }
}

TEST(Bucket, IsAtMostEmptyWithAnotherPace) {
  const Pace slow(Rate{.amount = 1, .per = 1h, .burst = 2});
  const Pace fast(Rate{.amount = 100, .burst = 500});
  Bucket bucket;
  bucket.Charge(kNow, slow, 3);
  bucket.Refit(kNow, fast);
  EXPECT_EQ(bucket.PaidAt(fast), kNow);
  EXPECT_FALSE(bucket.Has(kNow, fast));
  EXPECT_TRUE(bucket.IsFull(kNow + 5s));
  bucket.Refit(kNow, slow);
  EXPECT_TRUE(bucket.IsFull(kNow + 5s)) << "a slow pace does not empty it";
  bucket.Refit(kNow, Pace());
  EXPECT_TRUE(bucket.IsFull(kNow));
}

TEST(Bucket, OwesAtMostSomeThirtyYears) {
  const Pace pace(Rate{.amount = 1, .per = 24h, .burst = 1});
  Bucket bucket;
  for (int i = 0; i < 100; ++i) bucket.Charge(kNow, pace, std::numeric_limits<uint64_t>::max());
  EXPECT_GT(bucket.PaidAt(pace), kNow + 24h * 365 * 30);
  EXPECT_LT(bucket.PaidAt(pace), kNow + 24h * 365 * 33);
}

TEST(Bucket, OfNoRateIsAlwaysFull) {
  Bucket bucket;
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(bucket.Take(kNow, Pace()));
  EXPECT_TRUE(bucket.IsFull(kNow));
}

}  // namespace
}  // namespace pigeonhub
