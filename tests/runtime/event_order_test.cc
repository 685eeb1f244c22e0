// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_order.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

constexpr EventRings kHistoryRing{1u << static_cast<unsigned>(EventRing::kHistory)};
constexpr EventRings kAuditRing{1u << static_cast<unsigned>(EventRing::kAudit)};

TEST(EventOrder, CountsTheNumbersOfARing) {
  EventOrder order(100);
  for (int i = 0; i < 3; ++i) order.Append(EventRing::kHistory);  // 1 to 3
  for (int i = 0; i < 2; ++i) order.Append(EventRing::kAudit);    // 4 and 5
  order.Append(EventRing::kHistory);                              // 6
  EXPECT_EQ(order.next(), 7u);
  EXPECT_EQ(order.Count(kHistoryRing, 1, 7), 4u);
  EXPECT_EQ(order.Count(kAuditRing, 1, 7), 2u);
  EXPECT_EQ(order.Count(kHistoryRing, 2, 4), 2u);
  EXPECT_EQ(order.Count(kHistoryRing, 4, 6), 0u);
  EXPECT_EQ(order.Count(kHistoryRing | kAuditRing, 2, 6), 4u);
  EXPECT_EQ(order.Count(kAuditRing, 5, 100), 1u);
  EXPECT_EQ(order.Count(kAuditRing, 6, 5), 0u);
}

TEST(EventOrder, CountsNumbersOfWhichNobodyKnowsTheRing) {
  EventOrder order(2);
  for (int i = 0; i < 3; ++i) {  // six numbers; the rings of the last two are known
    order.Append(EventRing::kHistory);
    order.Append(EventRing::kAudit);
  }
  EXPECT_EQ(order.Count(kHistoryRing, 1, 7), 4u + 1u);
  EXPECT_EQ(order.Count(kHistoryRing, 5, 7), 1u);
  EXPECT_EQ(order.Count(kAuditRing, 2, 4), 2u);
}

TEST(EventOrder, CountsNothingAtTheBeginning) {
  EXPECT_EQ(EventOrder(1).Count(kAllEventRings, 1, 10), 0u);
}

}  // namespace
}  // namespace pigeonhub
