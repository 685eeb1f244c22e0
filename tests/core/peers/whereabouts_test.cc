// SPDX-License-Identifier: Apache-2.0
//
// Where peers of other hubs are, and how those left that are nowhere.
#include "server/core/peers/whereabouts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/mesh/linked_mesh_hub.h"
#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class WhereaboutsOf : public AMeshHub {
 protected:
  const Whereabouts& whereabouts() { return hub_.hub().whereabouts(); }
  // Peers of other hubs page by page, "7 in room at b".
  std::vector<std::string> All(const PeerFilter& filter, size_t looked_at = 1000) {
    std::vector<std::string> lines;
    std::string after;
    for (;;) {
      const RemotePeerPage page = whereabouts().List(filter, after, looked_at);
      for (const RemotePeerPage::Row& row : page.rows) {
        lines.push_back(ToText(row.peer.peer) + " in " + *row.peer.network + " at " +
                        ToText(*row.peer.remote->hub));
      }
      if (!page.more) return lines;
      after = page.next;
    }
  }
};

TEST_F(WhereaboutsOf, APeerOfAnotherHubAreWhatThatHubSays) {
  hub_.Join(Id('1'), "room");
  hub_.Advance(3s);
  const UnixMillis joined_at = hub_.clock().Read().unix_ms;
  b_.Say({JoinOp('7', "room", 1)});
  hub_.Advance(5s);
  b_.Say({JoinOp('7', "room", 1)});
  const std::optional<PeerRecord> peer = whereabouts().Find(Id('7'));
  ASSERT_TRUE(peer.has_value());
  EXPECT_EQ(*peer->network, "room");
  ASSERT_TRUE(peer->remote.has_value());
  EXPECT_EQ(peer->remote->hub, Id('b'));
  EXPECT_EQ(peer->remote->link, Id('b').text());
  EXPECT_FALSE(peer->remote->over_bus);
  EXPECT_TRUE(peer->remote->is_reachable);
  EXPECT_EQ(peer->remote->since, joined_at) << "it said the same again";
  EXPECT_EQ(whereabouts().Find(Id('8')), std::nullopt);
  EXPECT_EQ(whereabouts().Find(Id('1')), std::nullopt) << "it is here";
}

TEST_F(WhereaboutsOf, APeerBeginAnewWithItsNamespace) {
  hub_.Join(Id('1'), "room");
  hub_.Join(Id('2'), "hall");
  b_.Say({JoinOp('7', "room", 1)});
  hub_.Advance(5s);
  const UnixMillis moved_at = hub_.clock().Read().unix_ms;
  b_.Say({JoinOp('7', "hall", 1)});
  EXPECT_EQ(whereabouts().Find(Id('7'))->remote->since, moved_at);
}

TEST_F(WhereaboutsOf, PeersAreListedByHubAndNamespaceInPiecesOfAnySize) {
  hub_.Join(Id('1'), "room");
  hub_.Join(Id('2'), "hall");
  b_.Say({JoinOp('8', "room", 1), JoinOp('7', "room", 1), JoinOp('9', "hall", 1)});
  d_.Say({JoinOp('6', "room", 1), JoinOp('8', "room", 1)});
  const PeerFilter in_room{.network = "room"};
  for (const size_t looked_at : {1, 2, 3, 1000}) {
    EXPECT_THAT(All(in_room, looked_at),
                ElementsAre("7 in room at b", "8 in room at b", "6 in room at d"))
        << looked_at;
    EXPECT_THAT(All({.id_prefix = "9"}, looked_at), ElementsAre("9 in hall at b"));
    EXPECT_THAT(All({.id_prefix = "1"}, looked_at), IsEmpty()) << "it is connected here";
  }
  EXPECT_THAT(All({.attributes = {{"tier", "free"}}}), IsEmpty());
}

TEST_F(WhereaboutsOf, PeersBeginAnewAfterAPlaceThatIsNone) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  const PeerFilter in_room{.network = "room"};
  for (const char* place : {"", "x", "1", "1:", "1:77:room", "99999999999999999999:1:r"}) {
    EXPECT_EQ(whereabouts().List(in_room, place, 10).rows.size(), 1u) << place;
  }
}

TEST_F(WhereaboutsOf, APeerThatNoWayLeadsToSaySo) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  b_.peer().Drop(Reason::kTransportLost, 1006);
  hub_.Advance(1s);
  const RemotePlace place = *whereabouts().Find(Id('7'))->remote;
  EXPECT_EQ(place.hub, Id('b'));
  EXPECT_FALSE(place.is_reachable);
  EXPECT_EQ(place.link, "");
}

TEST_F(WhereaboutsOf, APeerWhoseHubWasLostAreThatOfTheLoss) {
  hub_.Join(Id('1'), "room");
  b_.Say({JoinOp('7', "room", 1)});
  b_.peer().Drop(Reason::kTransportLost, 1006);
  hub_.Advance(2 * OurOptions().link_grace);
  EXPECT_EQ(whereabouts().Find(Id('7')), std::nullopt);
  const auto left = whereabouts().FindDeparted(hub_.clock().Read(), Id('7'));
  ASSERT_TRUE(left.has_value());
  EXPECT_EQ(left->reason, Reason::kHubUnreachable);
  EXPECT_EQ(*left->network, "room");
  EXPECT_EQ(*left->lost_hub, Id('b').text());
  EXPECT_LT(left->left_at, hub_.clock().Read().unix_ms);
}

TEST_F(WhereaboutsOf, APeerThatLeftHereAreThatOfItsDeparture) {
  FakePeer one = hub_.Join(Id('1'), "room");
  one.Drop(Reason::kUnresponsive, 1006);
  const Now now = hub_.clock().Read();
  const auto left = whereabouts().FindDeparted(now, Id('1'));
  ASSERT_TRUE(left.has_value());
  EXPECT_EQ(left->reason, Reason::kUnresponsive);
  EXPECT_EQ(left->lost_hub, nullptr);
  EXPECT_NE(left->event, 0u);
  EXPECT_THAT(whereabouts().FindDepartedBeginning(now, "11", 5), ElementsAre(Id('1')));
}

}  // namespace
}  // namespace pigeonhub
