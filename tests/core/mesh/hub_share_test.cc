// SPDX-License-Identifier: Apache-2.0
//
// What other hubs tell may take so much memory, each and together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/core/mesh/linked_mesh_hub.h"

namespace pigeonhub {
namespace {

HubOptions Frugal() {
  HubOptions options = HubServer(Id('c'));
  options.limits.hub_share = 100'000;
  options.limits.hub_shares = 200'000;
  return options;
}

class AShare : public ::testing::Test {
 protected:
  AShare() { hub_.Join(Id('1'), "room"); }

  static mesh::Join Big(uint32_t peer, size_t bytes) {
    mesh::Join join{NumberedId(peer), Text("room"), 1, false, false, nullptr};
    join.members = Text("\"n\":\"" + std::string(bytes, 'x') + "\"");
    return join;
  }
  size_t refused() { return hub_.counted(Reason::kRemoteTableFull); }

  HubFixture hub_{Frugal()};
  LinkedMeshHub b_{hub_, 'b'};
  LinkedMeshHub d_{hub_, 'd'};
};

TEST_F(AShare, IsInBytesAndOneHubs) {
  for (uint32_t i = 1; i <= 20; ++i) b_.Say({Big(i, 15'000)});
  EXPECT_EQ(refused(), 13u);
  EXPECT_LT(hub_.hub().counters().remote_bytes.value(), 120'000u);
  d_.Say({Big(100, 15'000)});
  EXPECT_EQ(refused(), 13u) << "another one has its own";
}

TEST_F(AShare, IsFreeAgainWhenPeersLeave) {
  for (uint32_t i = 1; i <= 8; ++i) b_.Say({Big(i, 15'000)});
  EXPECT_EQ(refused(), 1u);
  b_.Say({mesh::Leave{NumberedId(1), Text("room"), "disconnected", false, {}}});
  b_.Say({Big(8, 15'000)});
  EXPECT_EQ(refused(), 1u);
}

TEST_F(AShare, IsNotExceededByPeersThatAnnounceMoreOfThemselves) {
  for (uint32_t i = 1; i <= 100; ++i) b_.Say({Big(i, 300)});
  EXPECT_EQ(refused(), 0u);
  for (uint32_t i = 1; i <= 100; ++i) b_.Say({Big(i, 15'000)});
  EXPECT_GT(refused(), 90u);
  EXPECT_LT(hub_.hub().counters().remote_bytes.value(), 120'000u);
  EXPECT_EQ(hub_.hub().Stats().remote_peers, 100u) << "as they were";
}

TEST_F(AShare, HoldsWhatAHubWants) {
  hub_.JoinAsHub(Id('e'));  // a reference hub, for which we keep what anybody wants
  for (uint32_t i = 0; i < 200; ++i) {
    b_.Say({mesh::Want{Text(std::to_string(i) + std::string(1000, 'w'))}});
  }
  EXPECT_GT(refused(), 90u);
  EXPECT_LT(hub_.hub().counters().remote_bytes.value(), 120'000u);
}

TEST_F(AShare, IsNotMultipliedByHubsThatShareAKey) {
  hub_.JoinAsHub(Id('e'));
  std::vector<std::unique_ptr<LinkedMeshHub>> many;
  for (char name : {'4', '5', '6', '7', '8', '9'}) {
    many.push_back(std::make_unique<LinkedMeshHub>(hub_, name));
    for (uint32_t i = 0; i < 100; ++i) {
      many.back()->Say({mesh::Want{Text(std::to_string(i) + std::string(1000, 'w'))}});
    }
  }
  EXPECT_LT(hub_.hub().counters().remote_bytes.value(), 210'000u);
  const size_t before = refused();
  EXPECT_GT(before, 300u);
  d_.Say({Big(1, 8'000)});
  EXPECT_EQ(refused(), before) << "one that told nothing yet is heard";
}

TEST_F(AShare, HoldsWhatAHubLetsWait) {
  // It does not acknowledge anything, and asks again and again for what it wants already.
  for (uint32_t i = 0; i < 5'000; ++i) b_.Say({mesh::Want{Text("room")}});
  EXPECT_GT(refused(), 1'000u);
}

TEST_F(AShare, HoldsTheNamesInAnswersThatWait) {
  // Nobody is there, which a hub that begins anew is told by name.
  b_.BeginAnew();
  for (uint32_t i = 0; i < 400; ++i) {
    b_.Say({mesh::Want{Text(std::to_string(i) + std::string(1000, 'w'))}});
  }
  EXPECT_GT(refused(), 250u);
}

TEST_F(AShare, IsNotMultipliedByHubsThatAreInvented) {
  const std::vector<char> invented = {'4', '5', '6', '7', '8', '9', 'a', 'f'};
  HubNode own;
  own.id = Id('b');
  own.neighbors = {{Id('c'), false}};
  for (char name : invented) own.neighbors.push_back({Id(name), false});
  b_.Tell(own, 100);
  uint32_t peer = 1000;
  for (char name : invented) {
    HubNode node;
    node.id = Id(name);
    node.neighbors = {{Id('b'), false}};
    b_.Tell(node, 1);
    auto body = std::make_shared<mesh::Body>();
    body->stream = 9;
    body->seq = 1;
    for (int i = 0; i < 6; ++i) body->ops.emplace_back(Big(++peer, 15'000));
    b_.Pass(Id(name), Id('c'), {}, body);
  }
  EXPECT_GE(refused(), 20u);
  EXPECT_LT(hub_.hub().counters().remote_bytes.value(), 240'000u)
      << "half of it, and an equal part for each that came after that";
  const size_t before = refused();
  b_.Say({Big(1, 15'000)});
  d_.Say({Big(2, 15'000)});
  EXPECT_EQ(refused(), before) << "each other hub still has its part";
}

}  // namespace
}  // namespace pigeonhub
