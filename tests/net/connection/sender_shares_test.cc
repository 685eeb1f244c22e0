// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/sender_shares.h"

#include <gtest/gtest.h>

#include <vector>

namespace pigeonhub::net {
namespace {

constexpr uint64_t kAlice = 1;
constexpr uint64_t kBob = 2;
constexpr size_t kShare = SenderShares::kShare;

TEST(SenderShares, AdmitTheFirstFrameOfASenderWhateverItsSize) {
  SenderShares shares;
  EXPECT_TRUE(shares.Admits(kAlice, 100 * kShare));
  shares.Add(kAlice, 100 * kShare, 100 * kShare);
  EXPECT_FALSE(shares.Admits(kAlice, 1));
  EXPECT_TRUE(shares.Admits(kBob, 100 * kShare));
}

TEST(SenderShares, AdmitSmallFramesUpToTheShare) {
  SenderShares shares;
  shares.Add(kAlice, kShare / 2, kShare / 2);
  EXPECT_TRUE(shares.Admits(kAlice, kShare / 2));
  EXPECT_FALSE(shares.Admits(kAlice, kShare / 2 + 1));
}

TEST(SenderShares, AreFreeAgainWhenTheFramesHaveLeft) {
  SenderShares shares;
  // The queue: 10 bytes of nobody, a frame of Alice, 10 bytes of nobody, a frame of Bob.
  shares.Add(kAlice, kShare, 10 + kShare);
  shares.Add(kBob, 100, 10 + kShare + 10 + 100);
  EXPECT_EQ(shares.bytes(), kShare + 100);
  shares.Remove(10 + kShare - 1);
  EXPECT_FALSE(shares.Admits(kAlice, 1)) << "the last byte still waits";
  shares.Remove(1);
  EXPECT_TRUE(shares.Admits(kAlice, kShare));
  EXPECT_FALSE(shares.Admits(kBob, kShare));
  EXPECT_EQ(shares.bytes(), 100u);
  shares.Add(kAlice, 5, 10 + 100 + 5);
  shares.Remove(10 + 100);
  EXPECT_EQ(shares.bytes(), 5u);
  shares.Remove(5);
  EXPECT_EQ(shares.bytes(), 0u);
}

TEST(SenderShares, AreFreeWhenTheQueueIsForgotten) {
  SenderShares shares;
  shares.Add(kAlice, kShare, kShare);
  shares.Clear();
  EXPECT_TRUE(shares.Admits(kAlice, kShare));
  EXPECT_EQ(shares.bytes(), 0u);
}

}  // namespace
}  // namespace pigeonhub::net
