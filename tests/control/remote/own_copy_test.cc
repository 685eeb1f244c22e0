// SPDX-License-Identifier: Apache-2.0
//
// A ban of all hubs that came to one of them from another first.
#include "control/remote/own_copy.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace pigeonhub {
namespace {

constexpr Duration kTook = std::chrono::milliseconds(400);

// Of a hub "b", whose ban ends at 1000 s, and took the place of one of `hub` that ended so much
// earlier.
bool IsToldAsReplaced(const std::string& hub, std::chrono::milliseconds earlier) {
  v1::BanResponse answer;
  answer.mutable_expire_time()->set_seconds(1000);
  const auto end = std::chrono::seconds(1000) - earlier;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(end);
  v1::BanEntry& replaced = *answer.mutable_replaced();
  replaced.set_made_by_hub_id(hub);
  replaced.mutable_expire_time()->set_seconds(seconds.count());
  replaced.mutable_expire_time()->set_nanos(
      static_cast<int32_t>(std::chrono::nanoseconds(end - seconds).count()));
  DropOwnCopy("b", kTook, answer);
  return answer.has_replaced();
}

TEST(OwnCopy, OfABanIsNotToldAsReplaced) {
  EXPECT_FALSE(IsToldAsReplaced("a", std::chrono::milliseconds(0)));
  EXPECT_FALSE(IsToldAsReplaced("a", std::chrono::milliseconds(300)));
  EXPECT_FALSE(IsToldAsReplaced("a", std::chrono::milliseconds(-5))) << "clocks run unequally";
}

TEST(OwnCopy, IsNoBanBefore) {
  EXPECT_TRUE(IsToldAsReplaced("a", std::chrono::seconds(30)));
  EXPECT_TRUE(IsToldAsReplaced("a", std::chrono::seconds(-30)));
  EXPECT_TRUE(IsToldAsReplaced("b", std::chrono::milliseconds(300))) << "it made that one itself";
}

}  // namespace
}  // namespace pigeonhub
