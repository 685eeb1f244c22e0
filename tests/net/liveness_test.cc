// SPDX-License-Identifier: Apache-2.0
#include "server/net/liveness.h"

#include <gtest/gtest.h>

#include <chrono>

namespace pigeonhub::net {
namespace {

using std::chrono::seconds;
using Verdict = Liveness::Verdict;

class LivenessTest : public testing::Test {
 protected:
  LivenessTest() { liveness_.Start(At(0), seconds(25), seconds(25), seconds(10)); }

  static SteadyTime At(int second) { return SteadyTime(seconds(1000 + second)); }

  Liveness liveness_;
};

TEST_F(LivenessTest, PingsAtItsInterval) {
  EXPECT_EQ(liveness_.Check(At(24)), Verdict::kFine);
  EXPECT_EQ(liveness_.due(), At(25));
  EXPECT_EQ(liveness_.Check(At(25)), Verdict::kPingNow);
  liveness_.Heard();
  EXPECT_EQ(liveness_.Check(At(49)), Verdict::kFine);
  EXPECT_EQ(liveness_.Check(At(50)), Verdict::kPingNow);
}

TEST_F(LivenessTest, GivesUpAfterAPingWithoutAnyFrame) {
  liveness_.Check(At(25));
  EXPECT_EQ(liveness_.due(), At(35));
  EXPECT_EQ(liveness_.Check(At(34)), Verdict::kFine);
  EXPECT_EQ(liveness_.Check(At(35)), Verdict::kGone);
}

TEST_F(LivenessTest, TakesAnyFrameForASignOfLife) {
  liveness_.Check(At(25));
  liveness_.Heard();
  EXPECT_EQ(liveness_.Check(At(35)), Verdict::kFine);
}

TEST_F(LivenessTest, DoesNotExtendItsPatienceByPingingAgain) {
  liveness_.Start(At(0), seconds(5), seconds(5), seconds(10));
  EXPECT_EQ(liveness_.Check(At(5)), Verdict::kPingNow);
  EXPECT_EQ(liveness_.Check(At(10)), Verdict::kPingNow);
  EXPECT_EQ(liveness_.Check(At(15)), Verdict::kGone);
}

TEST_F(LivenessTest, AsksNothingWhileNobodyReads) {
  liveness_.Check(At(25));
  liveness_.Suspend();
  EXPECT_EQ(liveness_.Check(At(60)), Verdict::kFine);
  EXPECT_EQ(liveness_.due(), SteadyTime::max());
  liveness_.Continue(At(60));
  EXPECT_EQ(liveness_.Check(At(84)), Verdict::kFine);
  EXPECT_EQ(liveness_.Check(At(85)), Verdict::kPingNow);
}

}  // namespace
}  // namespace pigeonhub::net
