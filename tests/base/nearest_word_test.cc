// SPDX-License-Identifier: Apache-2.0

#include "server/base/nearest_word.h"

#include <gtest/gtest.h>

namespace pigeonhub {
namespace {

TEST(Nearest, FindsSlipsOfTheFinger) {
  const std::vector<std::string> nouns = {"stats", "peers", "hubs", "events", "namespaces"};
  EXPECT_EQ(Nearest("peer", nouns), "peers");
  EXPECT_EQ(Nearest("stast", nouns), "stats");
  EXPECT_EQ(Nearest("namespcaes", nouns), "namespaces");
  EXPECT_EQ(Nearest("names", nouns), "namespaces") << "a beginning";
}

TEST(Nearest, SuggestsNothingThatIsFarOff) {
  EXPECT_EQ(Nearest("frobnicate", {"stats", "peers"}), "");
  EXPECT_EQ(Nearest("x", {"xy"}), "");
  EXPECT_EQ(DidYouMean("zzz", {"abc"}), "");
}

}  // namespace
}  // namespace pigeonhub
