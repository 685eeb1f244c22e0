// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/roster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <vector>

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Member {
  int name = 0;
  uint32_t roster_position = 0;
};
struct Slot {
  Member* member = nullptr;
};

std::vector<int> Names(const Roster<Slot>& roster) {
  std::vector<int> names;
  roster.ForEach([&](const Slot& slot) { names.push_back(slot.member->name); });
  return names;
}

TEST(Roster, ShowsMembersInTheOrderInWhichTheyJoined) {
  Member a{1}, b{2}, c{3};
  Roster<Slot> roster;
  EXPECT_TRUE(roster.empty());
  for (Member* member : {&b, &c, &a}) roster.Add({member});
  EXPECT_THAT(Names(roster), ElementsAre(2, 3, 1));
  roster.Remove(c);
  EXPECT_THAT(Names(roster), ElementsAre(2, 1));
  roster.Add({&c});
  EXPECT_THAT(Names(roster), ElementsAre(2, 1, 3));
  EXPECT_EQ(roster.size(), 3u);
}

TEST(Roster, KeepsOrderAndPositionsThroughManyLeaves) {
  std::deque<Member> members;
  Roster<Slot> roster;
  for (int i = 0; i < 1000; ++i) {
    members.push_back({i});
    roster.Add({&members.back()});
  }
  std::vector<int> expected;
  for (int i = 0; i < 1000; ++i) {
    if (i % 7 == 3) {
      expected.push_back(i);
    } else {
      roster.Remove(members[static_cast<size_t>(i)]);
    }
  }
  EXPECT_EQ(Names(roster), expected);
  EXPECT_EQ(roster.size(), expected.size());
  for (int i : expected) roster.Remove(members[static_cast<size_t>(i)]);
  EXPECT_THAT(Names(roster), IsEmpty());
  EXPECT_TRUE(roster.empty());
}

}  // namespace
}  // namespace pigeonhub
