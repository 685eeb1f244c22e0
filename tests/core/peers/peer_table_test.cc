// SPDX-License-Identifier: Apache-2.0

#include "server/core/peers/peer_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;

std::vector<const Peer*> InOrder(const PeerTable& table) {
  std::vector<const Peer*> peers;
  for (const auto& [order, peer] : table.in_order()) peers.push_back(peer);
  return peers;
}

TEST(PeerTable, FindsAPeerByItsConnectionAndByItsId) {
  PeerTable table;
  const ConnectionId connection(3, 1);
  Peer& peer = table.Add(Id('a'), connection);
  EXPECT_EQ(table.Find(connection), &peer);
  EXPECT_EQ(table.Find(Id('a')), &peer);
  EXPECT_EQ(table.Find(Id('b')), nullptr);
  table.Remove(peer);
  EXPECT_EQ(table.Find(connection), nullptr);
  EXPECT_EQ(table.Find(Id('a')), nullptr);
  EXPECT_EQ(table.size(), 0u);
}

TEST(PeerTable, ListsPeersByAgeWhateverTheirNames) {
  PeerTable table;
  Peer& c = table.Add(Id('c'), ConnectionId(0, 9));
  Peer& a = table.Add(Id('a'), ConnectionId(1, 1));
  Peer& b = table.Add(Id('b'), ConnectionId(0, 2));
  EXPECT_THAT(InOrder(table), ElementsAre(&c, &a, &b));
  table.Compact();
  EXPECT_THAT(InOrder(table), ElementsAre(&c, &a, &b));
  EXPECT_EQ(table.Find(Id('a')), &a);
  table.Remove(a);
  EXPECT_THAT(InOrder(table), ElementsAre(&c, &b));
}

}  // namespace
}  // namespace pigeonhub
