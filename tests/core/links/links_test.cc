// SPDX-License-Identifier: Apache-2.0
//
// What hubs that link to us are told of our peers. The hub under test is a hub server here, unless
// a test says plain.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

TEST(Link, IsToldOfAllOurPeersWhenItComesUp) {
  HubFixture hub(HubServer());
  hub.Join(Id('b'), "room", R"("n":1)");
  hub.Join(Id('a'), "other");
  hub.Connect(Id('c'));
  FakePeer one = hub.Connect(Id('1'));
  one.Announce(kMesh);
  EXPECT_THAT(one.Take(), ElementsAre(R"(discovered b in room {"n":1} (link))",
                                      "discovered a in other (link)"));
  EXPECT_TRUE(hub.inbox(one.connection()).is_link);
}

TEST(Link, IsToldOfJoinsNewsMovesAndLeaves) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("room");
  a.Announce("room", R"("n":1)");
  EXPECT_THAT(one.Take(),
              ElementsAre("discovered a in room (link)", R"(discovered a in room {"n":1} (link))"));
  a.Announce("other");
  EXPECT_THAT(one.Take(),
              ElementsAre("disconnected a in room: moved (link)", "discovered a in other (link)"));
  a.Drop(Reason::kPeerClosed, 1000, "bye");
  EXPECT_THAT(one.Take(), ElementsAre("disconnected a in other: bye (link)"));
}

TEST(Link, IsToldThatAPeerSaidGoodbye) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Join(Id('a'), "room");
  a.Goodbye();
  EXPECT_THAT(one.Take(), ElementsAre("disconnected a in room: goodbye (link)"));
}

TEST(Link, IsNotToldOfHubsAsPeers) {
  HubFixture hub(HubServer());
  FakePeer hub_on_app = hub.Connect(Id('2'));
  hub_on_app.Announce("room", "", /*is_hub=*/true);
  hub.JoinAsHub(Id('3'));
  FakePeer one = hub.Connect(Id('1'));
  one.Announce(kMesh);
  EXPECT_THAT(one.Take(), ElementsAre("discovered hub 3 in pigeonhub-mesh"));
}

TEST(Link, IsToldOfTheLeaveOfAPeerThatBecomesAHubAndOfItsReturn) {
  HubFixture hub(HubServer());
  FakePeer one = hub.JoinAsHub(Id('1'));
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("room");
  a.Announce("room", "", /*is_hub=*/true);
  a.Announce("room");
  EXPECT_THAT(one.Take(),
              ElementsAre("discovered a in room (link)", "disconnected hub a in room: hub (link)",
                          "discovered a in room (link)"));
}

TEST(Link, IsToldNothingByAPlainServer) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  FakePeer one = hub.Connect(Id('1'));
  one.Announce(kMesh);
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("room");
  b.Drop();
  EXPECT_THAT(one.Take(), IsEmpty());
}

// ---- Long lists for a link

class LongLinkList : public ::testing::Test {
 protected:
  static constexpr uint32_t kCrowd = 300;

  LongLinkList() {
    hub_.set_pull_lists(false);
    for (uint32_t i = 0; i < kCrowd; ++i) {
      // A namespace each: the lists under test are the link's.
      crowd_.push_back(hub_.Open(NumberedId(i)));
      crowd_.back().Announce("room " + std::to_string(i));
    }
    one_.Announce(kMesh);
  }
  std::vector<std::string> Rest() {
    while (one_.list_pending()) one_.WantMore();
    return one_.Take();
  }
  static std::string Discovered(uint32_t i) {
    const std::string number = std::to_string(i);
    return "discovered #" + number + " in room " + number + " (link)";
  }

  HubFixture hub_{HubServer()};
  std::vector<FakePeer> crowd_;
  FakePeer one_ = hub_.Connect(Id('1'));
};

TEST_F(LongLinkList, ComesInPieces) {
  EXPECT_LT(hub_.inbox(one_.connection()).messages.size(), kCrowd);
  const std::vector<std::string> all = Rest();
  ASSERT_EQ(all.size(), kCrowd);
  for (uint32_t i = 0; i < kCrowd; ++i) EXPECT_EQ(all[i], Discovered(i));
}

TEST_F(LongLinkList, ShowsEachAsItIsWhenItsTurnComes) {
  one_.Take();
  crowd_[200].Drop();
  crowd_[201].Announce("room 201", R"("n":1)");
  crowd_[202].Announce("moved");
  FakePeer joiner = hub_.Connect(Id('a'));
  joiner.Announce("room");
  crowd_[0].Drop();
  EXPECT_THAT(one_.Take(),
              ElementsAre("discovered #202 in moved (link)", "discovered a in room (link)",
                          "disconnected #0 in room 0: disconnected (link)"));
  const std::vector<std::string> rest = Rest();
  EXPECT_THAT(rest, Not(Contains(Discovered(200))));
  EXPECT_THAT(rest, Contains(R"(discovered #201 in room 201 {"n":1} (link))"));
  EXPECT_THAT(rest, Not(Contains("discovered #202 in moved (link)")));
  EXPECT_THAT(rest, Not(Contains("discovered a in room (link)")));
}

TEST_F(LongLinkList, GoesOnWhenTheLinkAnnouncesAgain) {
  const size_t told = one_.Take().size();
  one_.Announce(kMesh);
  EXPECT_THAT(Rest(), SizeIs(kCrowd - told));
}

TEST_F(LongLinkList, EndsWhenTheHubIsOneNoLonger) {
  one_.Take();
  ASSERT_TRUE(hub_.Handle(UnregisterHub{Id('1')}).ok());
  EXPECT_THAT(Rest(), IsEmpty()) << "an ordinary peer learns nothing of other namespaces";
}

TEST_F(LongLinkList, DoesNotLoseARemotePeerThatOnlyOpensASocketHere) {
  FakePeer two = hub_.Open(Id('2'));
  two.Announce(kMesh);
  two.Report(Id('f'), "room");
  FakePeer three = hub_.Connect(Id('3'));
  three.Announce(kMesh);
  FakePeer same_id = hub_.Connect(Id('f'));
  while (three.list_pending()) three.WantMore();
  EXPECT_THAT(three.Take(), Contains("discovered f in room (link)"));
}

}  // namespace
}  // namespace pigeonhub
