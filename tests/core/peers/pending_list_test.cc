// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/pending_list.h"

#include <gtest/gtest.h>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

TEST(PendingList, TellsEachWaitingPeerOnceInOrder) {
  PendingList list;
  list.Append({Id('b')});
  list.Append({Id('a')});
  list.Append({Id('b')});
  EXPECT_TRUE(list.Waits(Id('a')));
  EXPECT_EQ(list.Next()->peer, Id('b'));
  EXPECT_FALSE(list.Waits(Id('b')));
  EXPECT_EQ(list.Next()->peer, Id('a'));
  EXPECT_TRUE(list.empty());
  EXPECT_FALSE(list.Next().has_value());
}

TEST(PendingList, SkipsWhomItWasToldToForget) {
  PendingList list;
  for (char digit : {'a', 'b', 'c'}) list.Append({Id(digit)});
  list.Forget(Id('b'));
  list.Forget(Id('d'));
  EXPECT_FALSE(list.Waits(Id('b')));
  EXPECT_EQ(list.Next()->peer, Id('a'));
  EXPECT_EQ(list.Next()->peer, Id('c'));
  EXPECT_TRUE(list.empty());
}

TEST(PendingList, KnowsWhoseLeaveTheReceiverHasToHear) {
  PendingList list;
  list.Append({Id('1')});
  list.Append({Id('2'), /*for_link=*/false, /*again=*/true});
  list.Append({Id('1'), /*for_link=*/false, /*again=*/true});
  EXPECT_TRUE(list.Forget(Id('1'))) << "it was never told of the first list's entry";
  EXPECT_FALSE(list.Forget(Id('2')));
  EXPECT_FALSE(list.Forget(Id('3'))) << "waits for nothing";
  EXPECT_TRUE(list.empty());
}

TEST(PendingList, TellsEachOnceThatComesAgainAndAgainHoweverLongItGoesOn) {
  PendingList list;
  list.Append({Id('a')});
  for (int round = 0; round < 1000; ++round) {
    list.Append({Id('b')});
    list.Append({Id('c')});
    list.Forget(Id('b'));
    EXPECT_EQ(list.Next()->peer, round % 2 == 0 ? Id('a') : Id('c'));
    list.Append({round % 2 == 0 ? Id('a') : Id('c')});
  }
  EXPECT_TRUE(list.Waits(Id('a')));
  EXPECT_TRUE(list.Waits(Id('c')));
  EXPECT_FALSE(list.Waits(Id('b')));
  EXPECT_NE(list.Next()->peer, list.Next()->peer);
  EXPECT_FALSE(list.Next().has_value());
}

TEST(PendingList, TellsAPeerThatWasForgottenAndAppendedAgainOnce) {
  PendingList list;
  list.Append({Id('a')});
  list.Forget(Id('a'));
  list.Append({Id('a')});
  EXPECT_EQ(list.Next()->peer, Id('a'));
  EXPECT_FALSE(list.Next().has_value());
}

}  // namespace
}  // namespace pigeonhub
