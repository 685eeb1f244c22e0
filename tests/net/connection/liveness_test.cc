// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/liveness.h"

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

  Verdict Check(SteadyTime now, size_t queued = 0) {
    intake_.Look(now, line_);
    return liveness_.Check(now, intake_, queued);
  }

  Liveness liveness_;
  Intake intake_;
  Socket::Line line_;
};

TEST_F(LivenessTest, PingsAtItsInterval) {
  EXPECT_EQ(Check(At(24)), Verdict::kFine);
  EXPECT_EQ(liveness_.due(intake_), At(25));
  EXPECT_EQ(Check(At(25)), Verdict::kPingNow);
  liveness_.Heard();
  EXPECT_EQ(Check(At(49)), Verdict::kFine);
  EXPECT_EQ(Check(At(50)), Verdict::kPingNow);
}

TEST_F(LivenessTest, GivesUpAfterAPingWithoutAnyFrame) {
  Check(At(25));
  EXPECT_EQ(liveness_.due(intake_), At(35));
  EXPECT_EQ(Check(At(34)), Verdict::kFine);
  EXPECT_EQ(Check(At(35)), Verdict::kGone);
}

TEST_F(LivenessTest, GivesASlowReaderTheTimeToComeToThePing) {
  line_.sent = line_.taken = 20 * Intake::kSlowest;
  Check(At(25), 10 * Intake::kSlowest);
  EXPECT_EQ(Check(At(35)), Verdict::kFine);
  EXPECT_EQ(Check(At(44)), Verdict::kFine);
  EXPECT_EQ(Check(At(45)), Verdict::kGone) << "what had arrived by then was 20 s of reading";
}

TEST_F(LivenessTest, OfAHubDoesNotWaitForItToReadWhatArrived) {
  liveness_.Start(At(0), seconds(5), seconds(5), seconds(10), Liveness::Reader::kReadsAtOnce);
  line_.sent = line_.taken = 100 * Intake::kSlowest;
  EXPECT_EQ(Check(At(5)), Verdict::kPingNow);
  for (int second = 6; second < 15; ++second) {
    // Its machine confirms what others signal to its peers, although the hub hangs.
    line_.taken = line_.sent += 500;
    ASSERT_NE(Check(At(second)), Verdict::kGone) << second;
  }
  EXPECT_EQ(Check(At(15)), Verdict::kGone);
}

TEST_F(LivenessTest, OfAHubWaitsForWhatASlowLineStillCarries) {
  liveness_.Start(At(0), seconds(5), seconds(5), seconds(10), Liveness::Reader::kReadsAtOnce);
  line_.sent = 100 * Intake::kSlowest;
  Check(At(5));
  for (int second = 6; second < 40; ++second) {
    line_.taken += Intake::kSlowest;
    ASSERT_NE(Check(At(second)), Verdict::kGone) << second;
  }
  for (int second = 40; second < 49; ++second) ASSERT_NE(Check(At(second)), Verdict::kGone);
  EXPECT_EQ(Check(At(49)), Verdict::kGone) << "nothing arrives any more";
}

TEST_F(LivenessTest, WaitsAsLongAsBytesAreTakenAndNoLongerThanTheSlowestNeeds) {
  line_.sent = 40 * Intake::kSlowest;
  Check(At(25));
  for (int second = 26; second < 65; ++second) {
    line_.taken += Intake::kSlowest;
    ASSERT_NE(Check(At(second)), Verdict::kGone) << second;
  }
  line_.taken += Intake::kSlowest;
  EXPECT_EQ(Check(At(65)), Verdict::kGone);
}

TEST_F(LivenessTest, DoesNotWaitForAMachineThatConfirmsNothing) {
  line_ = {.sent = 40'000'000, .taken = 20'000'000};
  Check(At(25));
  line_.silent = seconds(12);
  EXPECT_EQ(liveness_.due(intake_), At(35));
  EXPECT_EQ(Check(At(35)), Verdict::kGone);
}

TEST_F(LivenessTest, TakesAnyFrameForASignOfLife) {
  Check(At(25));
  liveness_.Heard();
  EXPECT_EQ(Check(At(35)), Verdict::kFine);
}

TEST_F(LivenessTest, DoesNotExtendItsPatienceByPingingAgain) {
  liveness_.Start(At(0), seconds(5), seconds(5), seconds(10));
  EXPECT_EQ(Check(At(5)), Verdict::kPingNow);
  EXPECT_EQ(Check(At(10)), Verdict::kPingNow);
  EXPECT_EQ(Check(At(15)), Verdict::kGone);
}

TEST_F(LivenessTest, AsksNothingWhileNobodyReads) {
  Check(At(25));
  liveness_.Suspend();
  EXPECT_EQ(Check(At(60)), Verdict::kFine);
  EXPECT_EQ(liveness_.due(intake_), SteadyTime::max());
  liveness_.Continue(At(60));
  EXPECT_EQ(Check(At(84)), Verdict::kFine);
  EXPECT_EQ(Check(At(85)), Verdict::kPingNow);
}

}  // namespace
}  // namespace pigeonhub::net
