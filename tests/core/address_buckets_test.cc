// SPDX-License-Identifier: Apache-2.0

#include "server/core/address_buckets.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;

const Pace kFiveThenOneASecond(Rate{.amount = 1, .burst = 5});
const AddressGroup kOneAddress = AddressGroup::Of("192.0.2.1", 64);
const AddressGroup kOtherAddress = AddressGroup::Of("192.0.2.2", 64);

TEST(AddressBuckets, HaveABucketForEachAddress) {
  AddressBuckets buckets(kFiveThenOneASecond);
  const SteadyTime now{1h};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(buckets.Take(now, kOneAddress));
  EXPECT_FALSE(buckets.Take(now, kOneAddress));
  EXPECT_TRUE(buckets.Take(now, kOtherAddress));
  EXPECT_TRUE(buckets.Take(now + 1s, kOneAddress));
  EXPECT_FALSE(buckets.Take(now + 1s, kOneAddress));
}

TEST(AddressBuckets, ForgetThoseThatAreFull) {
  AddressBuckets buckets(kFiveThenOneASecond);
  buckets.Take(SteadyTime(1h), kOneAddress);
  buckets.Compact(SteadyTime(1h));
  EXPECT_EQ(buckets.size(), 1u);
  buckets.Compact(SteadyTime(1h) + 1s);
  EXPECT_EQ(buckets.size(), 0u);
}

TEST(AddressBuckets, AreNeverMoreThanTheirLimit) {
  AddressBuckets buckets(kFiveThenOneASecond);
  const SteadyTime now{1h};
  for (size_t i = 0; i < AddressBuckets::kMost; ++i) {
    const std::string address = "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256);
    ASSERT_TRUE(buckets.Take(now, AddressGroup::Of(address, 64)));
  }
  EXPECT_FALSE(buckets.Take(now, kOneAddress));
  EXPECT_EQ(buckets.size(), AddressBuckets::kMost);
  EXPECT_TRUE(buckets.Take(now + 1s, kOneAddress)) << "the others are full again";
  EXPECT_EQ(buckets.size(), 1u);
}

TEST(AddressBuckets, OfNoRateRefuseNothing) {
  AddressBuckets buckets{Pace()};
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(buckets.Take(SteadyTime(1h), kOneAddress));
  EXPECT_EQ(buckets.size(), 0u);
}

}  // namespace
}  // namespace pigeonhub
