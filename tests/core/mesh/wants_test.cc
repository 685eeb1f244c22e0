// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/wants.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const PathId kHubB{1};
const PathId kHubD{2};

SharedText WantedName(const char* name) { return std::make_shared<const std::string>(name); }

std::vector<std::string> NamesWantedBy(const Wants& wants, PathId hub) {
  std::vector<std::string> names;
  for (const SharedText& name : wants.NamesOf(hub)) names.push_back(*name);
  return names;
}

TEST(Wants, AreFoundByHubAndByNamespace) {
  Wants wants;
  EXPECT_TRUE(wants.Add(kHubD, WantedName("room")));
  EXPECT_TRUE(wants.Add(kHubB, WantedName("room")));
  EXPECT_TRUE(wants.Add(kHubB, WantedName("attic")));
  EXPECT_FALSE(wants.Add(kHubB, WantedName("room")));
  EXPECT_THAT(wants.HubsOf("room"), ElementsAre(kHubD, kHubB));
  EXPECT_THAT(wants.HubsOf("cellar"), IsEmpty());
  EXPECT_THAT(NamesWantedBy(wants, kHubB), ElementsAre("attic", "room"));
  EXPECT_EQ(wants.CountOf(kHubB), 2u);
  EXPECT_TRUE(wants.Contains(kHubD, "room"));
  EXPECT_FALSE(wants.Contains(kHubD, "attic"));
}

TEST(Wants, LeaveNothingBehind) {
  Wants wants;
  wants.Add(kHubB, WantedName("room"));
  wants.Add(kHubB, WantedName("attic"));
  wants.Add(kHubD, WantedName("room"));
  wants.SetAll(kHubB, true);
  EXPECT_TRUE(wants.Remove(kHubD, "room"));
  EXPECT_FALSE(wants.Remove(kHubD, "room"));
  EXPECT_EQ(wants.bytes(), wants.BytesOf(kHubB));
  wants.Clear(kHubB);
  EXPECT_FALSE(wants.WantsAll(kHubB));
  EXPECT_THAT(wants.HubsOf("room"), IsEmpty());
  EXPECT_EQ(wants.CountOf(kHubB), 0u);
  EXPECT_EQ(wants.bytes(), 0u);
}

TEST(Wants, CountTheirNames) {
  Wants wants;
  wants.Add(kHubB, WantedName("room"));
  const size_t one = wants.BytesOf(kHubB);
  wants.Add(kHubB, WantedName("a longer name"));
  EXPECT_EQ(wants.BytesOf(kHubB), 2 * one + 9);
  wants.Add(kHubD, WantedName("room"));
  EXPECT_EQ(wants.bytes(), 3 * one + 9);
}

TEST(Wants, MayBeOfEveryNamespace) {
  Wants wants;
  wants.Add(kHubB, WantedName("room"));
  wants.SetAll(kHubB, true);
  wants.SetAll(kHubD, true);
  wants.SetAll(kHubD, false);
  EXPECT_THAT(wants.who_want_all(), ElementsAre(kHubB));
  EXPECT_TRUE(wants.Contains(kHubB, "room")) << "beside that";
}

}  // namespace
}  // namespace pigeonhub
