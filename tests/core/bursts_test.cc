// SPDX-License-Identifier: Apache-2.0

#include "server/core/bursts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class BurstsOfReasons : public ::testing::Test {
 protected:
  void Hit(Reason reason = Reason::kSlowReader, const Origin& origin = {"a", "10.0.0.1", "room"}) {
    if (auto news = bursts_.OnHit(now_, reason, origin)) Note(*news);
  }
  // Runs each deadline at its time.
  void Wait(Duration by) {
    const SteadyTime until = now_ + by;
    while (bursts_.NextDeadline().has_value() && *bursts_.NextDeadline() <= until) {
      now_ = *bursts_.NextDeadline();
      while (auto news = bursts_.OnTime(now_)) Note(*news);
    }
    now_ = until;
  }
  void Note(const BurstNews& news) {
    told_.push_back(absl::StrCat(std::string(ReasonName(news.reason)), " ", news.count, " of ",
                                 news.total, news.ended ? ", ended" : ""));
    last_ = news;
  }
  std::vector<std::string> Take() { return std::exchange(told_, {}); }

  Bursts bursts_{1s};
  SteadyTime now_{1h};
  std::vector<std::string> told_;
  BurstNews last_;
};

TEST_F(BurstsOfReasons, TellABurstWhenItBeginsAndWhenItEnds) {
  for (int i = 0; i < 20; ++i) Hit();
  EXPECT_THAT(Take(), ElementsAre("slow_reader 1 of 1"));
  Wait(999ms);
  EXPECT_THAT(Take(), IsEmpty());
  Wait(1ms);
  EXPECT_THAT(Take(), ElementsAre("slow_reader 19 of 20, ended"));
  EXPECT_EQ(bursts_.NextDeadline(), std::nullopt);
}

TEST_F(BurstsOfReasons, TellWhatGoesOnOnceInTheInterval) {
  for (int i = 0; i < 25; ++i) {
    Hit();
    Wait(100ms);
  }
  EXPECT_THAT(Take(),
              ElementsAre("slow_reader 1 of 1", "slow_reader 10 of 11", "slow_reader 10 of 21"));
  Wait(1s);
  EXPECT_THAT(Take(), ElementsAre("slow_reader 4 of 25, ended"));
  EXPECT_EQ(last_.lasted, 2400ms);
}

TEST_F(BurstsOfReasons, TellASingleOneOnce) {
  Hit();
  Wait(10s);
  EXPECT_THAT(Take(), ElementsAre("slow_reader 1 of 1"));
}

TEST_F(BurstsOfReasons, DoNotCountOneBurstWithTheNext) {
  Hit();
  Hit();
  Wait(5s);
  Hit();
  EXPECT_THAT(Take(),
              ElementsAre("slow_reader 1 of 1", "slow_reader 1 of 2, ended", "slow_reader 1 of 1"));
}

TEST_F(BurstsOfReasons, KeepReasonsApart) {
  Hit();
  Hit(Reason::kMemoryLimit);
  Hit(Reason::kMemoryLimit);
  Wait(1s);
  EXPECT_THAT(Take(), ElementsAre("slow_reader 1 of 1", "memory_limit 1 of 1",
                                  "memory_limit 1 of 2, ended"));
}

TEST_F(BurstsOfReasons, NameTheLastOneAndCountWhereTheyCameFrom) {
  Hit(Reason::kSlowReader, {"a", "10.0.0.1", "room"});
  Hit(Reason::kSlowReader, {"b", "10.0.0.2", "room"});
  Hit(Reason::kSlowReader, {"c", "10.0.0.2", ""});
  Wait(1s);
  EXPECT_EQ(last_.peer, "c");
  EXPECT_EQ(last_.address, "10.0.0.2");
  ASSERT_EQ(last_.by_address.size(), 2u);
  EXPECT_EQ(last_.by_address[0].name, "10.0.0.2");
  EXPECT_EQ(last_.by_address[0].count, 2u);
  ASSERT_EQ(last_.by_network.size(), 1u);
  EXPECT_EQ(last_.by_network[0].name, "room");
  EXPECT_EQ(last_.by_network[0].count, 2u);
}

}  // namespace
}  // namespace pigeonhub
