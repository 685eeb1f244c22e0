// SPDX-License-Identifier: Apache-2.0
//
// Where a newcomer meets only some members: who hears of it from then on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "tests/core/hub_server.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

HubOptions FewMeet(size_t discovery_limit) {
  HubOptions options = HubServer();
  options.full_introductions = 1;
  options.discovery_limit = discovery_limit;
  return options;
}

// A room of twenty in which a newcomer meets four. Nobody has a message that was not read.
class Meeting : public ::testing::Test {
 protected:
  Meeting() {
    for (uint32_t i = 0; i < 20; ++i) members_.push_back(hub_.Join(NumberedId(i * 7919), "room"));
    hub_.ForgetMessages();
  }

  // The members that got this line since they were asked last, and nothing else.
  std::vector<std::string> WhoHears(const std::string& line) {
    std::vector<std::string> who;
    for (FakePeer& member : members_) {
      const std::vector<std::string> told = member.Take();
      if (told.empty()) continue;
      EXPECT_THAT(told, ElementsAre(line));
      who.push_back(ToText(member.id()));
    }
    return who;
  }
  // Whom a peer was told of since it was asked last.
  static std::vector<std::string> Met(FakePeer& peer) {
    std::vector<std::string> met;
    for (const std::string& line : peer.Take()) {
      std::vector<std::string> words = absl::StrSplit(line, ' ');
      EXPECT_EQ(words[0], "discovered") << line;
      met.push_back(words[1]);
    }
    std::sort(met.begin(), met.end());
    return met;
  }
  static std::vector<std::string> Sorted(std::vector<std::string> who) {
    std::sort(who.begin(), who.end());
    return who;
  }

  HubFixture hub_{FewMeet(4)};
  std::vector<FakePeer> members_;
};

TEST_F(Meeting, OfANewcomerIsWithTheSameWheneverItComes) {
  FakePeer first = hub_.Connect(Id('a'));
  first.Announce("room");
  const std::vector<std::string> met = Met(first);
  EXPECT_EQ(met.size(), 4u);
  for (int i = 0; i < 20; ++i) {
    hub_.ForgetMessages();
    first.Announce("elsewhere");
    first.Announce("room");
    EXPECT_EQ(Met(first), met) << "it moved away and back";
  }
  first.Drop();
  FakePeer again = hub_.Connect(Id('a'));
  again.Announce("room");
  EXPECT_EQ(Met(again), met) << "it has another connection";
}

TEST_F(Meeting, LeavesAndMovesReachThoseAlone) {
  FakePeer peer = hub_.Connect(Id('a'));
  peer.Announce("room");
  const std::vector<std::string> met = Met(peer);
  EXPECT_EQ(Sorted(WhoHears("discovered a in room")), met);
  peer.Announce("elsewhere");
  EXPECT_EQ(Sorted(WhoHears("disconnected a in room: moved")), met);

  peer.Announce("room");
  hub_.ForgetMessages();
  peer.Drop();
  EXPECT_EQ(Sorted(WhoHears("disconnected a in room: disconnected")), met);
}

TEST_F(Meeting, GoodbyesReachThoseAlone) {
  FakePeer peer = hub_.Join(Id('a'), "room");
  hub_.ForgetMessages();
  peer.Goodbye();
  size_t told = 0;
  for (FakePeer& member : members_) {
    const std::vector<std::string> lines = member.Take();
    if (lines.empty()) continue;
    EXPECT_THAT(lines, ElementsAre("goodbye a in room", "disconnected a in room: goodbye"));
    ++told;
  }
  EXPECT_EQ(told, 4u);
}

TEST_F(Meeting, NewWordsReachThoseAlone) {
  FakePeer peer = hub_.Connect(Id('a'));
  peer.Announce("room");
  const std::vector<std::string> met = Met(peer);
  hub_.ForgetMessages();
  peer.Announce("room", R"("n":1)");
  EXPECT_EQ(Sorted(WhoHears(R"(discovered a in room {"n":1})")), met);
  EXPECT_EQ(Met(peer), met);
}

TEST_F(Meeting, ALaterComerThatMetThePeerHearsOfItsLeave) {
  FakePeer peer = hub_.Join(NumberedId(3), "room");
  FakePeer neighbor = hub_.Connect(NumberedId(2));
  neighbor.Announce("room");
  EXPECT_THAT(Met(neighbor), Contains("#3"));
  hub_.ForgetMessages();
  peer.Drop();
  EXPECT_THAT(neighbor.Take(), ElementsAre("disconnected #3 in room: disconnected"));
}

TEST_F(Meeting, OfARemotePeerIsWithTheSameWheneverItComes) {
  FakePeer link = hub_.JoinAsHub(Id('1'));
  hub_.ForgetMessages();
  link.Report(Id('f'), "room");
  const std::vector<std::string> met = WhoHears("discovered f in room");
  EXPECT_EQ(met.size(), 4u);
  link.Report(Id('f'), "room", R"("n":1)");
  EXPECT_EQ(WhoHears(R"(discovered f in room {"n":1})"), met);
  link.Withdraw(Id('f'), "room");
  EXPECT_EQ(WhoHears("disconnected f in room: disconnected"), met);
  link.Report(Id('f'), "room");
  EXPECT_EQ(WhoHears("discovered f in room"), met);
}

TEST_F(Meeting, OfARemotePeerThatComesHereIsKept) {
  FakePeer link = hub_.JoinAsHub(Id('1'));
  hub_.ForgetMessages();
  link.Report(Id('f'), "room");
  std::vector<std::string> knew = WhoHears("discovered f in room");
  // Its neighborhood changes, so that it would meet others now.
  std::vector<FakePeer> others;
  for (uint32_t i = 0; i < 4; ++i) others.push_back(hub_.Join(NumberedId(0xffffff00 + i), "room"));
  hub_.ForgetMessages();
  FakePeer peer = hub_.Connect(Id('f'));
  peer.Announce("room");
  hub_.ForgetMessages();
  peer.Drop();
  const std::vector<std::string> told = WhoHears("disconnected f in room: disconnected");
  EXPECT_TRUE(std::includes(told.begin(), told.end(), knew.begin(), knew.end()));
}

TEST_F(Meeting, TellsNobodyOfAnAnnounceThatSaysNothingNew) {
  FakePeer peer = hub_.Connect(Id('a'));
  peer.Announce("room", R"("n":1)");
  const std::vector<std::string> met = Met(peer);
  hub_.ForgetMessages();
  hub_.TakeEvents();
  peer.Announce("room", R"("n":1)");
  for (FakePeer& member : members_) EXPECT_THAT(member.Take(), IsEmpty());
  EXPECT_EQ(Met(peer), met) << "as from the reference, it gets its list";
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty());
  EXPECT_EQ(hub_.hub().counters().announces.value(), 22u);
}

TEST(AnnounceAgain, TellsLinksNothingThatIsNotNew) {
  HubFixture hub(HubServer());
  FakePeer link = hub.JoinAsHub(Id('1'));
  FakePeer peer = hub.Join(Id('a'), "room", R"("n":1)");
  link.Take();
  peer.Announce("room", R"("n":1)");
  EXPECT_THAT(link.Take(), IsEmpty());
  peer.Announce("room", R"("n":2)");
  EXPECT_THAT(link.Take(), ElementsAre(R"(discovered a in room {"n":2} (link))"));
}

}  // namespace
}  // namespace pigeonhub
