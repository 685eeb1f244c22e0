// SPDX-License-Identifier: Apache-2.0

#include "server/auth/provider/jwks_schedule.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub::auth {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr SteadyTime kStart{hours(1)};

// A schedule and the time, turned by hand.
class JwksScheduleTest : public testing::Test {
 protected:
  // Due in so many seconds.
  int64_t Due() const {
    return std::chrono::duration_cast<seconds>(schedule_.next() - now_).count();
  }
  void Advance(Duration by) { now_ += by; }
  void Fetch(std::optional<Duration> max_age = {}, const std::vector<std::string>& kids = {}) {
    schedule_.Begin(now_);
    schedule_.Succeed(now_, max_age, kids);
  }
  void FailToFetch() {
    schedule_.Begin(now_);
    schedule_.Fail(now_);
  }
  void Unknown(const std::string& kid) { schedule_.NoteUnknownKid(kid, now_); }

  SteadyTime now_ = kStart;
  JwksSchedule schedule_{kStart};
};

TEST_F(JwksScheduleTest, BeginsAtOnceAndGoesOnEachHour) {
  EXPECT_EQ(Due(), 0);
  Fetch();
  EXPECT_EQ(Due(), 3600);
  Advance(hours(1));
  EXPECT_EQ(Due(), 0);
}

TEST_F(JwksScheduleTest, GoesByTheProvidersWordWithinBounds) {
  Fetch(minutes(10));
  EXPECT_EQ(Due(), 600);
  Fetch(seconds(0));
  EXPECT_EQ(Due(), 30);
  Fetch(hours(24 * 365));
  EXPECT_EQ(Due(), 12 * 3600);
}

TEST_F(JwksScheduleTest, TriesAgainSoonAfterAFailureAndThenLessOften) {
  for (const int64_t wait : {1, 2, 4, 8, 16, 32, 60, 60}) {
    FailToFetch();
    EXPECT_EQ(Due(), wait);
    Advance(seconds(wait));
  }
  Fetch();
  EXPECT_EQ(Due(), 3600);
  FailToFetch();
  EXPECT_EQ(Due(), 1);
}

TEST_F(JwksScheduleTest, KeepsKeysForADayWithoutTheProvider) {
  EXPECT_EQ(schedule_.expiry(), std::nullopt);
  Fetch();
  const SteadyTime fetched = now_;
  Advance(hours(23));
  FailToFetch();
  EXPECT_EQ(schedule_.expiry(), fetched + hours(24));
  EXPECT_EQ(schedule_.fetched_at(), fetched);
  Fetch();
  EXPECT_EQ(schedule_.expiry(), now_ + hours(24));
  schedule_.Expire();
  EXPECT_EQ(schedule_.expiry(), std::nullopt);
  EXPECT_EQ(schedule_.fetched_at(), std::nullopt);
}

TEST_F(JwksScheduleTest, AnUnknownNameForcesAFetchAtOnceEvenRightAfterTheStart) {
  Fetch();
  Unknown("new");
  EXPECT_EQ(Due(), 0);
}

TEST_F(JwksScheduleTest, ForcesOneFetchInThirtySecondsCountedFromTheLastForced) {
  Fetch();
  Unknown("a");
  Fetch();
  Advance(seconds(10));
  Unknown("b");
  EXPECT_EQ(Due(), 20);
  // Others that come meanwhile wait for the same fetch.
  Advance(seconds(5));
  Unknown("c");
  EXPECT_EQ(Due(), 15);
  Advance(seconds(15));
  Fetch();
  Unknown("d");
  EXPECT_EQ(Due(), 30);
}

TEST_F(JwksScheduleTest, ARegularFetchServesTheNamesThatWait) {
  Fetch();
  Unknown("a");
  Fetch(seconds(30));
  Advance(seconds(29));
  Unknown("b");
  EXPECT_EQ(Due(), 1);
  Fetch();
  EXPECT_EQ(Due(), 3600);
}

TEST_F(JwksScheduleTest, ANameForcesOnceInFiveMinutes) {
  Fetch();
  Unknown("a");
  Fetch();
  Advance(minutes(4));
  Unknown("a");
  EXPECT_EQ(Due(), 56 * 60);
  Advance(minutes(1));
  Unknown("a");
  EXPECT_EQ(Due(), 0);
}

TEST_F(JwksScheduleTest, RemembersTheNewestNamesOnly) {
  Fetch();
  Unknown("first");
  Fetch();
  Advance(seconds(31));
  for (size_t i = 0; i < JwksSchedule::kMostRemembered; ++i) Unknown("kid " + std::to_string(i));
  Fetch();
  Advance(seconds(31));
  Unknown("kid 63");
  EXPECT_GT(Due(), 3000);
  Unknown("first");
  EXPECT_EQ(Due(), 0);
}

TEST_F(JwksScheduleTest, AFetchUnderWayMayBringANameThatIsAskedForMeanwhile) {
  schedule_.Begin(now_);
  Unknown("early");
  schedule_.Succeed(now_, {}, {"early"});
  EXPECT_EQ(Due(), 3600);
  schedule_.Begin(now_);
  Unknown("late");
  schedule_.Succeed(now_, {}, {"early"});
  EXPECT_EQ(Due(), 0);
}

TEST_F(JwksScheduleTest, AFailureDoesNotForgetTheNamesThatCameMeanwhile) {
  schedule_.Begin(now_);
  Unknown("a");
  schedule_.Fail(now_);
  EXPECT_EQ(Due(), 0);
}

}  // namespace
}  // namespace pigeonhub::auth
