// SPDX-License-Identifier: Apache-2.0

#include "server/net/loop/figures_question.h"

#include <gtest/gtest.h>

#include <chrono>
#include <optional>
#include <thread>
#include <vector>

namespace pigeonhub::net {
namespace {

const std::vector<ConnectionId> kThree = {{0, 1}, {1, 1}, {0, 2}};

TEST(FiguresQuestion, HasTheAnswersOfAllLoopsInTheOrderOfTheConnections) {
  FiguresQuestion question(kThree, FiguresWanted::kQueueAndLine, 2);
  std::thread other([&] { question.Answer({{1, {.queued = 5}}}); });
  question.Answer(
      {{0, {.queued = 7, .round_trip = std::chrono::milliseconds(3)}}, {2, {.queued = 9}}});
  const std::vector<ConnectionFigures> answers = question.Wait(std::chrono::seconds(20));
  other.join();
  ASSERT_EQ(answers.size(), 3u);
  EXPECT_EQ(answers[0].queued, 7u);
  EXPECT_EQ(answers[0].round_trip, std::chrono::milliseconds(3));
  EXPECT_EQ(answers[1].queued, 5u);
  EXPECT_EQ(answers[2].queued, 9u);
  EXPECT_EQ(answers[2].round_trip, std::nullopt);
}

TEST(FiguresQuestion, DoesNotWaitForALoopThatStandsStill) {
  FiguresQuestion question(kThree, FiguresWanted::kQueue, 2);
  question.Answer({{0, {.queued = 7}}});
  const std::vector<ConnectionFigures> answers = question.Wait(std::chrono::milliseconds(1));
  EXPECT_EQ(answers[0].queued, 7u);
  EXPECT_EQ(answers[1].queued, std::nullopt);
}

TEST(FiguresQuestion, KnowsNothingOfAConnectionThatIsOver) {
  FiguresQuestion question(kThree, FiguresWanted::kQueue, 1);
  question.Answer({});
  EXPECT_EQ(question.Wait(std::chrono::seconds(20))[2].queued, std::nullopt);
}

}  // namespace
}  // namespace pigeonhub::net
