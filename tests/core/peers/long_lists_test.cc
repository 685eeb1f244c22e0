// SPDX-License-Identifier: Apache-2.0
//
// Lists that are longer than a piece, and namespaces too large to introduce everyone to everyone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr uint32_t kCrowd = 300;
constexpr size_t kPiece = 128;

std::string Discovered(uint32_t number) {
  return "discovered #" + std::to_string(number) + " in room";
}

// A room with a crowd in it, and a newcomer that has got the first piece of its list.
class LongList : public ::testing::Test {
 protected:
  LongList() {
    hub_.set_pull_lists(false);
    for (uint32_t i = 0; i < kCrowd; ++i) {
      crowd_.push_back(hub_.Open(NumberedId(i)));
      crowd_.back().Announce("room");
      Pull(crowd_.back());
    }
    hub_.ForgetMessages();
    newcomer_.Announce("room");
  }

  static void Pull(FakePeer& peer) {
    while (peer.list_pending()) peer.WantMore();
  }
  std::vector<std::string> Rest() {
    Pull(newcomer_);
    return newcomer_.Take();
  }

  HubFixture hub_;
  std::vector<FakePeer> crowd_;
  FakePeer newcomer_ = hub_.Connect(Id('a'));
};

TEST_F(LongList, ComesInPiecesAndInOrder) {
  std::vector<std::string> expected;
  for (uint32_t i = 0; i < kCrowd; ++i) expected.push_back(Discovered(i));
  EXPECT_EQ(hub_.inbox(newcomer_.connection()).messages.size(), kPiece);
  EXPECT_TRUE(newcomer_.list_pending());
  newcomer_.WantMore();
  EXPECT_EQ(hub_.inbox(newcomer_.connection()).messages.size(), 2 * kPiece);
  newcomer_.WantMore();
  EXPECT_FALSE(newcomer_.list_pending());
  EXPECT_EQ(newcomer_.Take(), expected);
  newcomer_.WantMore();
  EXPECT_THAT(newcomer_.Take(), IsEmpty());
}

TEST_F(LongList, IsBoundInBytesToo) {
  const std::string big(16 * 1024 - 10, '1');
  for (uint32_t i = 0; i < kCrowd; ++i) crowd_[i].Announce("room", big);
  FakePeer late = hub_.Connect(Id('b'));
  late.Announce("room");
  EXPECT_LE(hub_.inbox(late.connection()).messages.size(), 5u);
  Pull(late);
  EXPECT_EQ(late.Take().size(), kCrowd + 1);
}

TEST_F(LongList, LeavesOutWhoLeftBeforeItsTurnAndSaysNothingOfTheLeave) {
  newcomer_.Take();
  crowd_[200].Drop();
  EXPECT_THAT(newcomer_.Take(), IsEmpty());
  EXPECT_THAT(Rest(), Not(Contains(Discovered(200))));
}

TEST_F(LongList, TellsTheLeaveOfWhomItHasShown) {
  newcomer_.Take();
  crowd_[5].Drop();
  EXPECT_THAT(newcomer_.Take(), ElementsAre("disconnected #5 in room: disconnected"));
  EXPECT_EQ(Rest().size(), kCrowd - kPiece);
}

TEST_F(LongList, TellsTheLeaveOfWhomAnEarlierListHasShown) {
  Pull(newcomer_);
  newcomer_.Announce("room");
  newcomer_.Take();
  crowd_[200].Drop();
  EXPECT_THAT(newcomer_.Take(), ElementsAre("disconnected #200 in room: disconnected"));
  EXPECT_THAT(Rest(), Not(Contains(Discovered(200))));
}

TEST_F(LongList, ShowsAnewJoinerOnceAndAtOnce) {
  newcomer_.Take();
  FakePeer joiner = hub_.Connect(Id('b'));
  joiner.Announce("room");
  EXPECT_THAT(newcomer_.Take(), ElementsAre("discovered b in room"));
  EXPECT_THAT(Rest(), Not(Contains("discovered b in room")));
}

TEST_F(LongList, ShowsAReannouncedMemberOnceWithItsLatestWords) {
  newcomer_.Take();
  crowd_[200].Announce("room", R"("n":1)");
  EXPECT_THAT(newcomer_.Take(), IsEmpty());
  const std::vector<std::string> rest = Rest();
  EXPECT_THAT(rest, Contains(Discovered(200) + R"( {"n":1})"));
  EXPECT_THAT(rest, Not(Contains(Discovered(200))));
}

TEST_F(LongList, ShowsAMemberThatLeftAndCameBackOnce) {
  newcomer_.Take();
  crowd_[200].Drop();
  FakePeer back = hub_.Connect(NumberedId(200));
  back.Announce("room");
  EXPECT_THAT(newcomer_.Take(), ElementsAre(Discovered(200)));
  EXPECT_THAT(Rest(), Not(Contains(Discovered(200))));
}

TEST_F(LongList, ForgetsAMemberThatMovedAwayAndBack) {
  newcomer_.Take();
  crowd_[200].Announce("elsewhere");
  EXPECT_THAT(newcomer_.Take(), IsEmpty());
  crowd_[200].Announce("room");
  EXPECT_THAT(newcomer_.Take(), ElementsAre(Discovered(200)));
  EXPECT_THAT(Rest(), Not(Contains(Discovered(200))));
}

TEST_F(LongList, EndsWhenItsReaderMovesAway) {
  newcomer_.Take();
  newcomer_.Announce("elsewhere");
  EXPECT_THAT(Rest(), IsEmpty());
}

TEST_F(LongList, StartsAnewWhenItsReaderAnnouncesAgain) {
  newcomer_.Take();
  newcomer_.Announce("room");
  EXPECT_EQ(Rest().size(), kCrowd);
}

TEST_F(LongList, EndsWithItsReader) {
  newcomer_.Drop();
  ASSERT_TRUE(hub_.Handle(WantMore{newcomer_.connection()}).ok());
  crowd_[0].Take();
  crowd_[200].Drop();
  EXPECT_THAT(crowd_[0].Take(), ElementsAre("disconnected #200 in room: disconnected"));
}

TEST_F(LongList, TakesAWaitingMembersGoodbyeForUnsaid) {
  newcomer_.Take();
  crowd_[200].Goodbye();
  EXPECT_THAT(newcomer_.Take(), IsEmpty());
  EXPECT_THAT(Rest(), Not(Contains(Discovered(200))));
}

// ---- News that waits, because the receiver's queue is long

class NewsThatWait : public ::testing::Test {
 protected:
  NewsThatWait() { hub_.set_pull_lists(false); }

  void Unheard(const FakePeer& receiver, const PeerId& about) {
    ASSERT_TRUE(hub_.Handle(pigeonhub::Unheard{receiver.connection(), about}).ok());
  }
  // What came to the reader, whose queue was long, is taken back.
  std::vector<std::string> Later() {
    while (reader_.list_pending()) reader_.WantMore();
    return reader_.Take();
  }

  HubFixture hub_;
  FakePeer reader_ = hub_.Join(Id('a'), "room");
  FakePeer member_ = hub_.Join(Id('b'), "room");
};

TEST_F(NewsThatWait, AreToldOnceAsTheyAreThen) {
  member_.Announce("room", R"("n":1)");
  reader_.Take();
  Unheard(reader_, member_.id());
  Unheard(reader_, member_.id());
  EXPECT_TRUE(reader_.list_pending());
  member_.Announce("room", R"("n":2)");
  member_.Announce("room", R"("n":3)");
  EXPECT_THAT(reader_.Take(), IsEmpty());
  EXPECT_THAT(Later(), ElementsAre(R"(discovered b in room {"n":3})"));
  member_.Announce("room", R"("n":4)");
  EXPECT_THAT(reader_.Take(), ElementsAre(R"(discovered b in room {"n":4})")) << "at once again";
}

TEST_F(NewsThatWait, AreMarkedAndIntroductionsAreNot) {
  const auto is_again = [&] {
    const auto& last = hub_.inbox(reader_.connection()).messages.back();
    return std::get<outbound::Discovered>(last).again;
  };
  member_.Announce("room", R"("n":1)");
  EXPECT_TRUE(is_again());
  FakePeer newcomer = hub_.Connect(Id('c'));
  newcomer.Announce("room");
  EXPECT_FALSE(is_again());
}

TEST_F(NewsThatWait, OfOneThatLeftAreTheLeaveAlone) {
  member_.Announce("room", R"("n":1)");
  reader_.Take();
  Unheard(reader_, member_.id());
  member_.Drop();
  EXPECT_THAT(Later(), ElementsAre("disconnected b in room: disconnected"));
}

TEST_F(NewsThatWait, OfOneThatIsNotThereAreNone) {
  FakePeer elsewhere = hub_.Join(Id('c'), "elsewhere");
  Unheard(reader_, elsewhere.id());
  Unheard(reader_, Id('d'));
  EXPECT_FALSE(reader_.list_pending());
  reader_.Drop();
  Unheard(reader_, member_.id());
}

TEST_F(NewsThatWait, OfAPeerAtAnotherHubAreToldLaterToo) {
  FakePeer hub = hub_.JoinAsHub(Id('1'));
  hub.Report(Id('f'), "room");
  reader_.Take();
  hub.Report(Id('f'), "room", R"("n":1)");
  reader_.Take();
  Unheard(reader_, Id('f'));
  EXPECT_THAT(Later(), ElementsAre(R"(discovered f in room {"n":1})"));
}

TEST_F(NewsThatWait, ForALinkAreToldAsToAHub) {
  HubOptions options;
  options.is_hub = true;
  options.hub_peer_id = Id('9');
  HubFixture server(options);
  server.set_pull_lists(false);
  FakePeer link = server.JoinAsHub(Id('1'));
  FakePeer member = server.Join(Id('b'), "room");
  member.Announce("room", R"("n":1)");
  link.Take();
  ASSERT_TRUE(
      server.Handle(pigeonhub::Unheard{link.connection(), member.id(), /*addressed=*/false}).ok());
  ASSERT_TRUE(link.list_pending());
  member.Announce("room", R"("n":2)");
  EXPECT_THAT(link.Take(), IsEmpty());
  link.WantMore();
  EXPECT_THAT(link.Take(), ElementsAre(R"(discovered b in room {"n":2} (link))"));
}

// ---- More than 500 members

class LargeNamespace : public ::testing::Test {
 protected:
  static constexpr uint32_t kMembers = 500;

  explicit LargeNamespace(size_t discovery_limit = 64) : hub_(Options(discovery_limit)) {
    for (uint32_t i = 0; i < kMembers; ++i) {
      FakePeer peer = hub_.Open(NumberedId(i * 7919));
      peer.Announce("room");
      members_.push_back(peer);
      // The larger the inboxes, the slower the test; nobody reads them.
      if (i % 50 == 0) hub_.ForgetMessages();
    }
    hub_.ForgetMessages();
  }
  static HubOptions Options(size_t discovery_limit) {
    HubOptions options;
    options.discovery_limit = discovery_limit;
    return options;
  }

  size_t TellsOf(const std::string& line) {
    size_t count = 0;
    for (FakePeer& member : members_) {
      const std::vector<std::string> told = member.Take();
      count += static_cast<size_t>(std::count(told.begin(), told.end(), line));
    }
    return count;
  }

  HubFixture hub_;
  std::vector<FakePeer> members_;
};

TEST_F(LargeNamespace, IntroducesEveryoneUpToFiveHundred) {
  members_[0].Announce("room", R"("n":1)");
  EXPECT_EQ(members_[0].Take().size(), kMembers - 1);
  EXPECT_EQ(TellsOf(R"(discovered #0 in room {"n":1})"), kMembers - 1);
}

TEST_F(LargeNamespace, IntroducesANewcomerToSixtyFourAndThemAlone) {
  FakePeer newcomer = hub_.Connect(Id('a'));
  newcomer.Announce("room");
  const std::vector<std::string> met = newcomer.Take();
  EXPECT_EQ(met.size(), 64u);
  const std::set<std::string> different(met.begin(), met.end());
  EXPECT_EQ(different.size(), 64u);
  for (FakePeer& member : members_) {
    const bool is_met = different.contains("discovered " + ToText(member.id()) + " in room");
    EXPECT_EQ(member.Take().size(), is_met ? 1u : 0u);
  }
}

TEST_F(LargeNamespace, TellsEveryoneOfALeaveWhereEveryoneMet) {
  members_[7].Drop();
  EXPECT_EQ(TellsOf("disconnected " + ToText(members_[7].id()) + " in room: disconnected"),
            kMembers - 1);
}

TEST_F(LargeNamespace, LetsMembersSignalThatNeverMet) {
  FakePeer newcomer = hub_.Connect(Id('a'));
  newcomer.Announce("room");
  newcomer.Take();
  hub_.ForgetMessages();
  for (FakePeer& member : members_) newcomer.Offer(member.id(), "room");
  for (FakePeer& member : members_) EXPECT_EQ(member.Take().size(), 1u);
}

TEST_F(LargeNamespace, TellsSixtyFourOfARemotePeer) {
  FakePeer one_more = hub_.Open(Id('a'));
  one_more.Announce("room");
  FakePeer hub = hub_.JoinAsHub(Id('1'));
  hub_.ForgetMessages();
  hub.Report(Id('f'), "room");
  const size_t one_more_told = one_more.Take().size();
  EXPECT_EQ(TellsOf("discovered f in room") + one_more_told, 64u);
}

class LargeNamespaceWithoutLimit : public LargeNamespace {
 protected:
  LargeNamespaceWithoutLimit() : LargeNamespace(0) {}
};

TEST_F(LargeNamespaceWithoutLimit, IntroducesEveryone) {
  FakePeer newcomer = hub_.Connect(Id('a'));
  newcomer.Announce("room");
  EXPECT_EQ(newcomer.Take().size(), kMembers);
  EXPECT_EQ(TellsOf("discovered a in room"), kMembers);
}

}  // namespace
}  // namespace pigeonhub
