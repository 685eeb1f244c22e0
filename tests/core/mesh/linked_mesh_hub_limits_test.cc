// SPDX-License-Identifier: Apache-2.0
//
// How much of us a mesh hub may take.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/mesh/linked_mesh_hub.h"

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST_F(AMeshHub, MayWantSoManyNamespaces) {
  FakePeer reference = hub_.JoinAsHub(Id('e'));  // for which we keep what anybody wants
  for (const char* name : {"n1", "n2", "n3", "n4"}) b_.Say({mesh::Want{Text(name)}});
  EXPECT_EQ(hub_.counted(Reason::kTooManyNamespaces), 1u);
  b_.Take();
  reference.Report(Id('8'), "n3");
  reference.Report(Id('9'), "n4");
  const auto told = b_.Take();
  EXPECT_THAT(told, Contains("join 8 in n3 generation 0"));
  EXPECT_THAT(told, Not(Contains("join 9 in n4 generation 0")));
}

TEST_F(AMeshHub, MayHaveSoManyPeers) {
  hub_.Join(Id('1'), "room");
  for (uint32_t i = 1; i <= 60; ++i) {
    b_.Say({mesh::Join{NumberedId(i), Text("room"), 1, false, false, nullptr}});
  }
  EXPECT_LE(remote_peers(), 50u);
  EXPECT_GE(hub_.counted(Reason::kRemoteTableFull), 10u);
}

TEST_F(AMeshHub, MayHaveSoManyNeighbors) {
  std::vector<PeerId> many = {Id('c')};
  for (uint32_t i = 1; i <= 256; ++i) many.push_back(NumberedId(i));
  b_.Tell(many);
  EXPECT_EQ(hub_.counted(Reason::kHubEntryTooLarge), 1u);
  EXPECT_THAT(d_.Take(), IsEmpty());
  many.pop_back();
  b_.Tell(many);
  EXPECT_THAT(d_.Take(), SizeIs(1));
}

TEST_F(AMeshHub, MaySaySoMuchOfItself) {
  b_.Tell({Id('c')}, "ws://" + std::string(5000, 'b'));
  EXPECT_EQ(hub_.counted(Reason::kHubEntryTooLarge), 1u);
  EXPECT_THAT(d_.Take(), IsEmpty());
  b_.Tell({Id('c')}, "ws://" + std::string(3000, 'b'));
  EXPECT_THAT(d_.Take(), SizeIs(1));
}

}  // namespace
}  // namespace pigeonhub
