// SPDX-License-Identifier: Apache-2.0

#include "cli/nouns/trace_collector.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "pigeonhub/v1/trace_service.pb.h"

namespace pigeonhub::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class TraceCollectorTest : public testing::Test {
 protected:
  void Take(v1::HandshakeStepKind kind, const std::string& from, const std::string& target) {
    v1::WatchHandshakeResponse item;
    item.mutable_step()->set_kind(kind);
    item.mutable_step()->set_from_peer_id(from);
    item.mutable_step()->set_target_peer_id(target);
    item.mutable_step()->mutable_time()->set_seconds(++steps_);
    collector_.Take(item, now_);
  }
  void Offer(const std::string& from, const std::string& target) {
    Take(v1::HANDSHAKE_STEP_KIND_OFFER, from, target);
  }
  // The steps of each handshake that is over, as "a>b".
  std::vector<std::string> Complete() {
    std::vector<std::string> texts;
    for (const auto& trace : collector_.TakeComplete(now_)) texts.push_back(TextOf(trace));
    return texts;
  }
  static std::string TextOf(const pigeonctl::v1::Trace& trace) {
    std::string text;
    for (const v1::HandshakeStep& step : trace.steps()) {
      text += (text.empty() ? "" : " ") + step.from_peer_id() + '>' + step.target_peer_id();
    }
    return text;
  }

  TraceCollector collector_;
  TraceCollector::TimePoint now_;
  int64_t steps_ = 0;
};

using Texts = std::vector<std::string>;

TEST_F(TraceCollectorTest, GivesAHandshakeThatIsOverWhileOthersGoOn) {
  Take(v1::HANDSHAKE_STEP_KIND_ANNOUNCED, "b", "");
  Offer("a", "b");
  Take(v1::HANDSHAKE_STEP_KIND_CONNECTED, "b", "a");
  EXPECT_EQ(Complete(), Texts{}) << "other hubs may have more of it";
  now_ += milliseconds(800);
  Offer("c", "d");
  EXPECT_EQ(Complete(), Texts{"b> a>b b>a"});
  EXPECT_FALSE(collector_.IsOver(now_)) << "c and d";
  EXPECT_EQ(Complete(), Texts{}) << "it was taken out";
  EXPECT_EQ(TextOf(collector_.TakeRest()), "c>d");
  EXPECT_FALSE(collector_.has_steps());
}

TEST_F(TraceCollectorTest, TakesOneForOverWhenNothingComesOfIt) {
  Offer("a", "b");
  now_ += milliseconds(2900);
  Offer("c", "d");
  EXPECT_EQ(Complete(), Texts{});
  now_ += milliseconds(100);
  EXPECT_EQ(Complete(), Texts{"a>b"});
  now_ += seconds(3);
  EXPECT_EQ(Complete(), Texts{"c>d"});
  EXPECT_TRUE(collector_.IsOver(now_));
}

TEST_F(TraceCollectorTest, WaitsForSignalsOfThoseWhoOnlyHeardOfEachOther) {
  Take(v1::HANDSHAKE_STEP_KIND_DISCOVERED, "a", "b");
  now_ += seconds(60);
  EXPECT_EQ(Complete(), Texts{});
  EXPECT_FALSE(collector_.IsOver(now_));
}

TEST_F(TraceCollectorTest, HoldsNoMoreThanAThousandSteps) {
  for (int i = 0; i < 999; ++i) Take(v1::HANDSHAKE_STEP_KIND_ANNOUNCED, "a", "");
  EXPECT_EQ(Complete(), Texts{});
  EXPECT_FALSE(collector_.IsOver(now_));
  Take(v1::HANDSHAKE_STEP_KIND_ANNOUNCED, "a", "");
  EXPECT_EQ(Complete().size(), 1u);
  EXPECT_FALSE(collector_.has_steps());
  EXPECT_TRUE(collector_.IsOver(now_));
}

TEST_F(TraceCollectorTest, CountsWhatIsMissingOnce) {
  v1::WatchHandshakeResponse gap;
  gap.mutable_gap()->set_missing(3);
  collector_.Take(gap, now_);
  Offer("a", "b");
  now_ += seconds(3);
  const auto complete = collector_.TakeComplete(now_);
  ASSERT_EQ(complete.size(), 1u);
  EXPECT_EQ(complete.front().missing_count(), 3);
  EXPECT_EQ(collector_.TakeRest().missing_count(), 0);
}

}  // namespace
}  // namespace pigeonhub::cli
