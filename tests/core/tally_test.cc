// SPDX-License-Identifier: Apache-2.0

#include "server/core/tally.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace pigeonhub {
namespace {

std::string Rows(const Tally& tally) {
  std::string text;
  for (const TallyRow& row : tally.Top()) absl::StrAppend(&text, row.name, " ", row.count, "\n");
  return text;
}

TEST(Tally, ShowsTheMostFrequentFirst) {
  Tally tally;
  for (const char* name : {"b", "a", "c", "c", "a", "c", ""}) tally.Add(name);
  EXPECT_EQ(Rows(tally), "c 3\na 2\nb 1\n");
}

TEST(Tally, ShowsFewOfMany) {
  Tally tally;
  for (int i = 9; i >= 0; --i) tally.Add(absl::StrCat(i));
  EXPECT_EQ(Rows(tally), "0 1\n1 1\n2 1\n3 1\n4 1\n");
}

TEST(Tally, TakesNoMoreNamesThanItHasRoomFor) {
  Tally tally;
  for (int i = 0; i < 5000; ++i) tally.Add(absl::StrCat("name ", i));
  for (int i = 0; i < 3; ++i) {
    tally.Add("name 7");
    tally.Add("late");
  }
  ASSERT_EQ(tally.Top().size(), Tally::kTop);
  EXPECT_EQ(tally.Top()[0].name, "name 7");
  EXPECT_EQ(tally.Top()[0].count, 4u);
  EXPECT_EQ(tally.Top()[1].count, 1u) << "who came too late counts for nobody";
}

}  // namespace
}  // namespace pigeonhub
