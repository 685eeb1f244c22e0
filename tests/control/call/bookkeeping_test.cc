// SPDX-License-Identifier: Apache-2.0
//
// The small parts that remember: page tokens, request ids, the worker's queue.

#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>
#include <string>
#include <vector>

#include "control/access/refusal_limit.h"
#include "control/call/paging.h"
#include "control/call/request_memory.h"
#include "control/call/worker.h"

namespace pigeonhub {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

TEST(Paging, GivesADefaultAndAMost) {
  EXPECT_EQ(PageSize(0), 100u);
  EXPECT_EQ(PageSize(1), 1u);
  EXPECT_EQ(PageSize(1000), 1000u);
  EXPECT_EQ(PageSize(2'000'000'000), 1000u);
  EXPECT_EQ(PageSize(-1), std::nullopt);
}

TEST(Paging, ReadsTheTokensItMade) {
  const PageTokens tokens("peers of a");
  EXPECT_EQ(tokens.ReadNumber(tokens.Make(uint64_t{0})), 0u);
  EXPECT_EQ(tokens.ReadNumber(tokens.Make(UINT64_MAX)), UINT64_MAX);
  EXPECT_EQ(tokens.ReadNumber(""), 0u);
  const std::string name("na\0me \xc3\xa9", 8);
  EXPECT_EQ(tokens.Read(tokens.Make(name)), name);
}

TEST(Paging, RefusesTokensOfAnotherListOrOfNone) {
  const PageTokens tokens("peers of a");
  EXPECT_FALSE(tokens.ReadNumber(PageTokens("peers of b").Make(uint64_t{7})).has_value());
  EXPECT_FALSE(tokens.ReadNumber(tokens.Make("seven")).has_value());
  EXPECT_FALSE(tokens.ReadNumber(tokens.Make("7 ")).has_value());
  for (const char* garbage : {"7", "!", "AAAA", "AAAAAAAAAAAAAAAA", "\xff"}) {
    EXPECT_FALSE(tokens.Read(garbage).has_value()) << garbage;
  }
}

class RequestMemoryTest : public testing::Test {
 protected:
  RequestMemory::Match Recall(const std::string& id, const std::string& request,
                              const std::string& principal = "ci") {
    return memory_.Recall(now_, {principal, id}, DigestOf(request)).match;
  }
  void Remember(const std::string& id, const std::string& request, Outcome outcome = {}) {
    memory_.Remember(now_, {"ci", id}, DigestOf(request), std::move(outcome));
  }

  RequestMemory memory_;
  SteadyTime now_{std::chrono::hours(1)};
};

TEST_F(RequestMemoryTest, GivesTheFirstAnswerAgain) {
  EXPECT_EQ(Recall("1", "stop"), RequestMemory::Match::kNew);
  Remember("1", "stop", {5, "not found", "why", "response"});
  const auto recalled = memory_.Recall(now_, {"ci", "1"}, DigestOf("stop"));
  ASSERT_EQ(recalled.match, RequestMemory::Match::kRepeated);
  EXPECT_EQ(recalled.outcome->code, 5);
  EXPECT_EQ(recalled.outcome->message, "not found");
  EXPECT_EQ(recalled.outcome->details, "why");
  EXPECT_EQ(recalled.outcome->response, "response");
}

TEST_F(RequestMemoryTest, NoticesThatAnIdCameWithAnotherRequest) {
  Remember("1", "stop");
  EXPECT_EQ(Recall("1", "start"), RequestMemory::Match::kAnotherRequest);
}

TEST_F(RequestMemoryTest, TellsNobodyAboutAnothersRequests) {
  Remember("1", "stop");
  EXPECT_EQ(Recall("1", "stop", "alice"), RequestMemory::Match::kNew);
}

TEST_F(RequestMemoryTest, ForgetsAfterTenMinutes) {
  Remember("1", "stop");
  now_ += minutes(10) - seconds(1);
  EXPECT_EQ(Recall("1", "stop"), RequestMemory::Match::kRepeated);
  now_ += seconds(1);
  EXPECT_EQ(Recall("1", "stop"), RequestMemory::Match::kNew);
  EXPECT_EQ(memory_.size(), 0u);
}

TEST_F(RequestMemoryTest, ForgetsTheOldestWhenItIsFull) {
  for (size_t i = 0; i <= RequestMemory::kMost; ++i) Remember(std::to_string(i), "stop");
  EXPECT_EQ(memory_.size(), RequestMemory::kMost);
  EXPECT_EQ(Recall("0", "stop"), RequestMemory::Match::kNew);
  EXPECT_EQ(Recall("1", "stop"), RequestMemory::Match::kRepeated);
}

TEST_F(RequestMemoryTest, KeepsNoFailureThatPasses) {
  for (const int code : {grpc::StatusCode::CANCELLED, grpc::StatusCode::DEADLINE_EXCEEDED,
                         grpc::StatusCode::RESOURCE_EXHAUSTED, grpc::StatusCode::ABORTED,
                         grpc::StatusCode::UNAVAILABLE}) {
    EXPECT_FALSE(RequestMemory::IsFinal(code)) << code;
  }
  for (const int code : {grpc::StatusCode::OK, grpc::StatusCode::INVALID_ARGUMENT,
                         grpc::StatusCode::NOT_FOUND, grpc::StatusCode::ALREADY_EXISTS,
                         grpc::StatusCode::FAILED_PRECONDITION, grpc::StatusCode::INTERNAL}) {
    EXPECT_TRUE(RequestMemory::IsFinal(code)) << code;
  }
}

TEST(RefusalLimit, LetsTenThroughInARowThenOneAMinuteAndCountsTheRest) {
  RefusalLimit limit;
  SteadyTime now{std::chrono::hours(1)};
  for (int i = 0; i < RefusalLimit::kInARow; ++i) EXPECT_EQ(limit.Admit(now, "eye"), 0u);
  for (int i = 0; i < 300; ++i) EXPECT_EQ(limit.Admit(now, "eye"), std::nullopt);
  EXPECT_EQ(limit.Admit(now, "ear"), 0u) << "nobody pays for another's calls";
  now += RefusalLimit::kEach;
  EXPECT_EQ(limit.Admit(now, "eye"), 300u);
  EXPECT_EQ(limit.Admit(now, "eye"), std::nullopt);
  now += RefusalLimit::kEach;
  EXPECT_EQ(limit.Admit(now, "eye"), 1u);
}

TEST(Worker, RunsWhatItIsGivenInOrderAndFinishesBeforeItGoes) {
  std::vector<int> order;
  {
    Worker worker;
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(worker.Post([&order, i] { order.push_back(i); }));
    }
  }
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[i], i);
}

TEST(Worker, TakesNoMoreThanItCanKeep) {
  std::promise<void> gate;
  Worker worker;
  std::promise<void> running;
  ASSERT_TRUE(worker.Post([&] {
    running.set_value();
    gate.get_future().wait();
  }));
  running.get_future().wait();
  for (size_t i = 0; i < Worker::kMostWaiting; ++i) ASSERT_TRUE(worker.Post([] {}));
  EXPECT_FALSE(worker.Post([] {}));
  gate.set_value();
}

}  // namespace
}  // namespace pigeonhub
