// SPDX-License-Identifier: Apache-2.0
//
// Announcing and discovering: who is told of whom, in which order, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(Announce, TellsEveryMemberOnceAndTheNewcomerOfEveryMember) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room", R"("n":1)");
  FakePeer c = hub.Connect(Id('c'));
  c.Announce("room", R"("n":2)");
  EXPECT_THAT(a.Take(), ElementsAre(R"(discovered c in room {"n":2})"));
  EXPECT_THAT(b.Take(), ElementsAre(R"(discovered c in room {"n":2})"));
  EXPECT_THAT(c.Take(), ElementsAre("discovered a in room", R"(discovered b in room {"n":1})"));
}

TEST(Announce, TellsTheMembersBeforeTheNewcomerInTheOrderInWhichTheyJoined) {
  HubFixture hub;
  FakePeer c = hub.Join(Id('c'), "room");
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("room");
  EXPECT_THAT(hub.last_lines(),
              ElementsAre("event 8 peer_announced b in room", "broadcast 1 2 discovered b in room",
                          "send 3 discovered c in room", "send 3 discovered a in room"));
}

TEST(Announce, CountsMessagesNotBroadcasts) {
  HubFixture hub;
  hub.Join(Id('a'), "room");
  hub.Join(Id('b'), "room");
  hub.Join(Id('c'), "room");
  EXPECT_EQ(hub.hub().counters().announces.value(), 3u);
  EXPECT_EQ(hub.hub().counters().discoveries_sent.value(), 6u);
}

TEST(Announce, OfAKilobyteOrMoreIsHeldByItsConnection) {
  HubFixture hub;
  FakePeer a = hub.Connect(Id('a'));
  const auto announce = [&](size_t bytes, std::string_view network = "room") {
    a.Announce(network, bytes == 0 ? "" : "\"n\":\"" + std::string(bytes, 'x') + "\"");
    return hub.inbox(a.connection()).kept;
  };
  EXPECT_EQ(announce(1000), 0u) << "the connection itself takes more";
  EXPECT_EQ(announce(16'000), 16'006u);
  EXPECT_EQ(announce(2'000, "elsewhere"), 2'006u);
  EXPECT_EQ(announce(20'000), 2'006u) << "it was refused, so nothing has changed";
  EXPECT_EQ(announce(0), 0u);
}

TEST(Announce, StaysWithinItsNamespace) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer silent = hub.Connect(Id('d'));
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("Room");
  EXPECT_THAT(a.Take(), IsEmpty());
  EXPECT_THAT(b.Take(), IsEmpty());
  EXPECT_THAT(silent.Take(), IsEmpty());
  EXPECT_EQ(hub.hub().Stats().networks, 2u);
  EXPECT_EQ(hub.hub().Stats().peers, 3u);
}

TEST(Announce, AgainInTheSameNamespaceTellsTheNewsAndListsAnew) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room", R"("n":1)");
  b.Announce("room", R"("n":2)");
  EXPECT_THAT(a.Take(), ElementsAre(R"(discovered b in room {"n":2})"));
  EXPECT_THAT(b.Take(), ElementsAre("discovered a in room"));
  FakePeer c = hub.Connect(Id('c'));
  c.Announce("room");
  EXPECT_THAT(c.Take(), ElementsAre("discovered a in room", R"(discovered b in room {"n":2})"));
  EXPECT_EQ(hub.hub().Stats().networks, 1u);
}

TEST(Announce, InAnotherNamespaceMovesThePeerThere) {
  HubFixture hub;
  FakePeer old_friend = hub.Join(Id('a'), "old");
  FakePeer new_friend = hub.Join(Id('b'), "new");
  FakePeer mover = hub.Join(Id('c'), "old");
  old_friend.Take();
  mover.Announce("new");
  EXPECT_THAT(old_friend.Take(), ElementsAre("disconnected c in old: moved"));
  EXPECT_THAT(new_friend.Take(), ElementsAre("discovered c in new"));
  EXPECT_THAT(mover.Take(), ElementsAre("discovered b in new"));

  FakePeer late = hub.Connect(Id('d'));
  late.Announce("old");
  EXPECT_THAT(late.Take(), ElementsAre("discovered a in old"));
  mover.Drop();
  EXPECT_THAT(new_friend.Take(), ElementsAre("disconnected c in new: disconnected"));
  EXPECT_THAT(old_friend.Take(), ElementsAre("discovered d in old"));
}

TEST(Announce, CreatesANamespaceAndTheLastLeaveRemovesIt) {
  HubFixture hub;
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("one");
  hub.TakeEvents();
  a.Announce("two");
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("namespace_removed one", "namespace_created two",
                                            "peer_announced a in two"));
  EXPECT_EQ(hub.hub().Stats().networks, 1u);
  a.Drop();
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("namespace_removed two",
                                            "peer_disconnected a transport_lost 1006, 0 in all"));
  EXPECT_EQ(hub.hub().Stats().networks, 0u);
}

TEST(Announce, CountsWhoComesToANamespaceAndWhoLeavesIt) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  FakePeer c = hub.Join(Id('c'), "room");
  b.Announce("room");
  EXPECT_EQ(hub.hub().FindNamespace("room")->joins, 3u) << "who announces again came once";
  EXPECT_EQ(hub.hub().FindNamespace("room")->leaves, 0u);

  b.Announce("other");
  c.Drop();
  EXPECT_EQ(hub.hub().FindNamespace("room")->joins, 3u);
  EXPECT_EQ(hub.hub().FindNamespace("room")->leaves, 2u);
  EXPECT_EQ(hub.hub().FindNamespace("other")->joins, 1u);

  b.Announce("room");
  EXPECT_EQ(hub.hub().FindNamespace("room")->joins, 4u);
  a.Drop();
  b.Drop();
  hub.Join(Id('d'), "room");
  EXPECT_EQ(hub.hub().FindNamespace("room")->joins, 1u) << "it was gone, and is new";
}

TEST(Announce, IsForgottenWithThePeer) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room", R"("n":1)");
  a.Drop();
  FakePeer again = hub.Connect(Id('a'));
  FakePeer b = hub.Connect(Id('b'));
  b.Announce("room");
  EXPECT_THAT(b.Take(), IsEmpty());
  again.Announce("room");
  EXPECT_THAT(b.Take(), ElementsAre("discovered a in room"));
}

// ---- Over a limit: an error that names it, and everything stays as it was.

struct Refusal {
  Reason reason;
  HubOptions options;
  std::string network = "other";
  std::string members;
  std::string names;  // what the error has to name
};

Refusal DataTooLarge() {
  Refusal refusal{Reason::kAnnounceTooLarge, {}, "room", std::string(101, '1'), "100 bytes"};
  refusal.options.limits.announce_data = 100;
  return refusal;
}
Refusal NameTooLong() {
  Refusal refusal{Reason::kNamespaceNameInvalid, {}, "12345678901", "", "1 to 10 bytes"};
  refusal.options.limits.namespace_name = 10;
  return refusal;
}
Refusal NameWithControlCharacter() {
  return {Reason::kNamespaceNameInvalid, {}, "a\nb", "", "control characters"};
}
Refusal TooManyMembers() {
  Refusal refusal{Reason::kNamespaceFull, {}, "full", "", "3 peers"};
  refusal.options.limits.namespace_peers = 3;
  return refusal;
}
Refusal TooManyNamespaces() {
  Refusal refusal{Reason::kTooManyNamespaces, {}, "one more", "", "2 namespaces"};
  refusal.options.limits.namespaces = 2;
  return refusal;
}

class AnnounceOverALimit : public ::testing::TestWithParam<Refusal> {};

TEST_P(AnnounceOverALimit, IsAnsweredByAnErrorAndChangesNothing) {
  const Refusal& refusal = GetParam();
  HubFixture hub(refusal.options);
  for (char digit : {'1', '2', '3'}) hub.Join(Id(digit), "full");
  FakePeer friend_of_a = hub.Join(Id('b'), "room");
  FakePeer a = hub.Join(Id('a'), "room", R"("n":1)");
  hub.ForgetMessages();
  const HubStats before = hub.hub().Stats();

  a.Announce(refusal.network, refusal.members);
  const std::vector<std::string> told = a.Take();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0], HasSubstr("error: Announce refused"));
  EXPECT_THAT(told[0], HasSubstr(refusal.names));
  EXPECT_EQ(a.closed(), std::nullopt);
  EXPECT_EQ(hub.counted(refusal.reason), 1u);
  EXPECT_EQ(hub.TakeEvents(),
            std::vector<std::string>{"limit_hit " + std::string(ReasonName(refusal.reason)) +
                                     " times 1"});
  EXPECT_THAT(friend_of_a.Take(), IsEmpty());
  EXPECT_EQ(hub.hub().Stats().networks, before.networks);

  FakePeer late = hub.Connect(Id('c'));
  late.Announce("room");
  EXPECT_THAT(late.Take(), ElementsAre("discovered b in room", R"(discovered a in room {"n":1})"));
}

INSTANTIATE_TEST_SUITE_P(Each, AnnounceOverALimit,
                         ::testing::Values(DataTooLarge(), NameTooLong(),
                                           NameWithControlCharacter(), TooManyMembers(),
                                           TooManyNamespaces()));

TEST(AnnounceLimits, LetPassWhatIsExactlyAtThem) {
  HubOptions options;
  options.limits.announce_data = 100;
  options.limits.namespace_name = 10;
  options.limits.namespace_peers = 2;
  options.limits.namespaces = 1;
  HubFixture hub(options);
  FakePeer a = hub.Connect(Id('a'));
  FakePeer b = hub.Connect(Id('b'));
  a.Announce("1234567890", std::string(100, '1'));
  b.Announce("1234567890");
  EXPECT_EQ(b.Take().size(), 1u);
  EXPECT_EQ(a.Take().size(), 1u);
}

TEST(AnnounceLimits, LetAMemberOfAFullNamespaceAnnounceAgain) {
  HubOptions options;
  options.limits.namespace_peers = 2;
  HubFixture hub(options);
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  b.Announce("room", R"("n":2)");
  EXPECT_THAT(a.Take(), ElementsAre(R"(discovered b in room {"n":2})"));
  EXPECT_EQ(hub.counted(Reason::kNamespaceFull), 0u);
}

TEST(AnnounceLimits, LetTheLastMemberTakeItsNamespacesPlaceAlong) {
  HubOptions options;
  options.limits.namespaces = 1;
  HubFixture hub(options);
  FakePeer a = hub.Join(Id('a'), "one");
  a.Announce("two");
  EXPECT_THAT(hub.TakeEvents(), ElementsAre("namespace_removed one", "namespace_created two",
                                            "peer_announced a in two"));
}

TEST(AnnounceLimits, DoNotCountRemoteMembersAsLocalOnes) {
  HubOptions options;
  options.limits.namespace_peers = 1;
  options.limits.namespaces = 2;  // one is that of the hubs
  HubFixture hub(options);
  FakePeer one = hub.JoinAsHub(Id('1'));
  for (uint32_t i = 0; i < 5; ++i) one.Report(NumberedId(i), "room");
  one.Report(NumberedId(9), "elsewhere");
  FakePeer a = hub.Connect(Id('a'));
  a.Announce("room");
  EXPECT_EQ(a.Take().size(), 5u);
}

}  // namespace
}  // namespace pigeonhub
