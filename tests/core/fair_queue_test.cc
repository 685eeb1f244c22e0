// SPDX-License-Identifier: Apache-2.0

#include "server/core/fair_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AFairQueue : public ::testing::Test {
 protected:
  std::vector<std::string> Add(char owner, const std::string& item, size_t bytes) {
    return queue_.Add(Id(owner), item, bytes);
  }
  std::vector<std::string> TakeAll() {
    std::vector<std::string> all;
    while (!queue_.empty()) all.push_back(queue_.Take());
    return all;
  }

  FairQueue<std::string> queue_{{.all = 100, .each = 40}};
};

TEST_F(AFairQueue, KeepsTheOrderOfOneAndLetsManyTakeTurns) {
  Add('a', "a1", 1);
  Add('a', "a2", 1);
  Add('a', "a3", 1);
  Add('b', "b1", 1);
  EXPECT_EQ(queue_.front(), "a1");
  EXPECT_EQ(queue_.Take(), "a1");
  Add('c', "c1", 1);
  EXPECT_THAT(TakeAll(), ElementsAre("b1", "a2", "c1", "a3"));
}

TEST_F(AFairQueue, RefusesWhatIsOverAShareUnlessItIsTheFirst) {
  EXPECT_THAT(Add('a', "a1", 90), IsEmpty());
  EXPECT_THAT(Add('a', "a2", 1), ElementsAre("a2"));
  EXPECT_THAT(Add('b', "b1", 5), IsEmpty());
  EXPECT_EQ(queue_.bytes(), 95u);
}

TEST_F(AFairQueue, TakesFromThoseWhoHoldTheMostWhenItIsFull) {
  for (const char* item : {"a1", "a2", "a3", "a4"}) Add('a', item, 10);
  for (const char* item : {"b1", "b2", "b3"}) Add('b', item, 10);
  Add('c', "c1", 30);
  EXPECT_THAT(Add('d', "d1", 10), ElementsAre("a4"));
  EXPECT_THAT(Add('d', "d2", 10), ElementsAre("a3")) << "of equals the one whose turn comes first";
  EXPECT_THAT(Add('e', "e1", 35), ElementsAre("e1")) << "nobody holds more";
}

TEST_F(AFairQueue, HoldsWhatWasTakenUntilItIsReleased) {
  Add('a', "a1", 30);
  EXPECT_EQ(queue_.Take(), "a1");
  EXPECT_EQ(queue_.taken(), 30u);
  EXPECT_THAT(Add('a', "a2", 20), ElementsAre("a2"));
  queue_.Release(Id('a'), 30);
  EXPECT_EQ(queue_.bytes(), 0u);
  EXPECT_EQ(queue_.taken(), 0u);
  EXPECT_THAT(Add('a', "a2", 20), IsEmpty());
}

TEST_F(AFairQueue, TakesNothingBackThatWasTaken) {
  Add('a', "a1", 20);
  Add('a', "a2", 20);
  (void)queue_.Take();
  (void)queue_.Take();
  Add('b', "b1", 40);
  EXPECT_THAT(Add('c', "c1", 30), ElementsAre("b1"));
  EXPECT_THAT(Add('d', "d1", 31), ElementsAre("d1")) << "a holds more, but nothing of it waits";
}

TEST_F(AFairQueue, GivesOutWhatIsMeant) {
  for (const char* item : {"a1", "x2", "a3"}) Add('a', item, 10);
  Add('b', "x1", 10);
  EXPECT_THAT(queue_.TakeIf([](const std::string& item) { return item[0] == 'x'; }),
              ElementsAre("x2", "x1"));
  EXPECT_EQ(queue_.bytes(), 20u);
  EXPECT_THAT(TakeAll(), ElementsAre("a1", "a3"));
}

}  // namespace
}  // namespace pigeonhub
