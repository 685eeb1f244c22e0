// SPDX-License-Identifier: Apache-2.0
//
// Bans spread over a mesh.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "tests/core/access/banning.h"
#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class BanNewsTest : public ::testing::Test {
 protected:
  // Chains and nothing else: these hubs advertise no address.
  void Chain(std::string_view hubs) {
    net_.Add(hubs[0]);
    for (size_t i = 1; i < hubs.size(); ++i) net_.Add(hubs[i], hubs.substr(i - 1, 1));
    net_.Advance(1s);
  }
  void HandleAt(char hub, const Input& input) {
    net_.HandleAt(hub, input);
    net_.Advance(100ms);
  }
  // Hubs that hear nothing of each other while `act` is done.
  void Apart(const std::function<void()>& act) {
    net_.Cut('a', 'b', /*for_good=*/true);
    net_.Advance(5s);
    act();
    net_.Heal('a', 'b');
    net_.Advance(60s);
  }
  const BanRecord* Revocation(char hub, const std::string& subject) {
    return net_.hub(hub).bans().Find({{BanKind::kSubject, subject}, /*revokes=*/true});
  }
  size_t Bans(char hub) { return net_.hub(hub).bans().ListAfter(0, 1'000'000).size(); }

  HubNet net_;
};

TEST_F(BanNewsTest, OfAHubAreLiftedByItsQuarantineAndNotTakenWhileThatLasts) {
  Chain("abc");
  HandleAt('a', BanningUser("one"));
  HandleAt('b', BanningUser("two"));
  ASSERT_EQ(Bans('c'), 2u);
  HandleAt('c', QuarantineHub{Id('a')});
  EXPECT_EQ(Bans('c'), 1u);
  EXPECT_EQ(Bans('b'), 1u) << "as if an operator had lifted it";
  HandleAt('a', BanningUser("three"));
  net_.Advance(60s);
  EXPECT_EQ(Bans('b'), 2u) << "which goes on with it";
  EXPECT_EQ(Bans('c'), 1u);
}

TEST_F(BanNewsTest, ReachEveryHubAndEndThePeerThere) {
  Chain("abc");
  net_.Join('a', '1', "room");
  net_.Join('b', '2', "room");
  net_.Join('c', '3', "room");
  for (const char peer : {'1', '2', '3'}) net_.Take(peer);
  HandleAt('a', BanningPeer('3'));
  EXPECT_EQ(net_.Closed('3'), "banned");
  EXPECT_THAT(net_.Take('1'), ElementsAre("goodbye 3 in room", "disconnected 3 in room: banned"));
  EXPECT_THAT(net_.Take('2'), ElementsAre("goodbye 3 in room", "disconnected 3 in room: banned"));
  EXPECT_EQ(net_.Closed('1'), "");
  for (const char hub : {'a', 'b', 'c'}) EXPECT_EQ(Bans(hub), 1u) << hub;
  EXPECT_EQ(net_.hub('c').bans().ListAfter(0, 10)[0].hub, Id('a'));
  EXPECT_EQ(net_.hub('c').counters().ends_by(Reason::kBanned).value(), 1u);
  EXPECT_EQ(net_.hub('a').counters().ends_by(Reason::kBanned).value(), 0u) << "it was not there";
}

TEST_F(BanNewsTest, KeepChannelsAtOtherHubs) {
  Chain("ab");
  net_.Join('a', '1', "room");
  net_.Join('b', '2', "room");
  net_.Take('1');
  Ban ban = BanningPeer('2');
  ban.order.keep_channels = true;
  HandleAt('a', ban);
  EXPECT_EQ(net_.Closed('2'), "banned");
  EXPECT_THAT(net_.Take('1'), ElementsAre("disconnected 2 in room: banned"));
}

TEST_F(BanNewsTest, AreLiftedEverywhereByWhoeverLiftsThem) {
  Chain("abc");
  HandleAt('a', BanningPeer('1'));
  HandleAt('c', UnbanningPeer('1'));
  for (const char hub : {'a', 'b', 'c'}) EXPECT_EQ(Bans(hub), 0u) << hub;
}

TEST_F(BanNewsTest, ComeToAHubThatJoinsLaterOnceAndFromOneHub) {
  Chain("abc");
  for (int i = 0; i < 2500; ++i) net_.HandleAt('a', BanningUser(std::to_string(i)));
  net_.Advance(30s);
  for (const char hub : {'a', 'b', 'c'}) ASSERT_EQ(Bans(hub), 2500u) << hub;
  const uint64_t refused = net_.hub('c').counters().of(Reason::kHubNewsRate).value();
  net_.Add('d', "c");
  net_.Advance(3s);
  EXPECT_EQ(Bans('d'), 2500u);
  EXPECT_EQ(net_.hub('d').counters().of(Reason::kHubNewsRate).value(), 0u) << "it asked for them";
  EXPECT_EQ(net_.hub('c').counters().of(Reason::kHubNewsRate).value(), refused);
}

TEST_F(BanNewsTest, ComeBackToAHubThatStartsAgain) {
  Chain("ab");
  HandleAt('b', BanningPeer('1', 60s));
  HandleAt('a', BanningPeer('2', 60s));
  net_.Kill('b');
  net_.Advance(5s);
  net_.Add('b', "a");
  net_.Advance(3s);
  EXPECT_EQ(Bans('b'), 2u);
  net_.Advance(60s);
  for (const char hub : {'a', 'b'}) {
    EXPECT_THAT(net_.hub(hub).bans().RememberedAfter(0, 10), IsEmpty()) << hub;
  }
}

TEST_F(BanNewsTest, AreMadeOneWhereTwoMeshesBecomeOne) {
  Chain("ab");
  net_.Cut('a', 'b', /*for_good=*/true);
  net_.Advance(5s);
  HandleAt('a', BanningUser("at a"));
  HandleAt('a', BanningPeer('1'));
  HandleAt('b', BanningUser("at b"));
  HandleAt('b', BanningPeer('1'));
  HandleAt('b', UnbanningPeer('1'));  // later: it holds
  net_.Heal('a', 'b');
  net_.Advance(60s);
  for (const char hub : {'a', 'b'}) {
    EXPECT_EQ(Bans(hub), 2u) << hub;
    EXPECT_THAT(net_.hub(hub).bans().RememberedAfter(0, 10), SizeIs(3)) << hub;
  }
}

TEST_F(BanNewsTest, LeaveABanAndARevocationToHubsThatHearThemInAnyOrder) {
  Chain("ab");
  Apart([&] {
    HandleAt('a', Revoking("u", 5000, 24h));
    HandleAt('b', BanningUser("u"));
  });
  for (const char hub : {'a', 'b'}) EXPECT_EQ(Bans(hub), 2u) << hub;
  EXPECT_EQ(net_.hub('a').bans().digest(), net_.hub('b').bans().digest());
  HandleAt('b', UnbanningUser("u"));
  for (const char hub : {'a', 'b'}) EXPECT_EQ(Bans(hub), 0u) << hub;
}

TEST_F(BanNewsTest, RevokeNoLessWhereTwoHubsRevokeAtOnce) {
  Chain("abc");
  for (const bool weak_is_later : {false, true}) {
    const std::string user = weak_is_later ? "u" : "v";
    SCOPED_TRACE(user);
    Apart([&] {
      HandleAt('a', weak_is_later ? Revoking(user, 7000, 24h) : Revoking(user, 6000, 1h));
      HandleAt('b', weak_is_later ? Revoking(user, 6000, 1h) : Revoking(user, 7000, 24h));
    });
    for (const char hub : {'a', 'b', 'c'}) {
      ASSERT_NE(Revocation(hub, user), nullptr) << hub;
      EXPECT_EQ(Revocation(hub, user)->issued_before, 7000) << hub;
      EXPECT_EQ(net_.hub(hub).bans().digest(), net_.hub('a').bans().digest()) << hub;
    }
    net_.Advance(2h);
    for (const char hub : {'a', 'b', 'c'}) {
      ASSERT_NE(Revocation(hub, user), nullptr) << hub;
      EXPECT_FALSE(Revocation(hub, user)->lifted) << hub << ": for a day, not for an hour";
    }
  }
}

TEST_F(BanNewsTest, BringNoRevocationBackThatWasLiftedWhileAHubWasAway) {
  Chain("ab");
  HandleAt('a', Revoking("u", 7000, 24h));
  Apart([&] {
    HandleAt('a', UnbanningUser("u"));
    HandleAt('a', Revoking("u", 6000, 1h));
  });
  for (const char hub : {'a', 'b'}) EXPECT_EQ(Revocation(hub, "u")->issued_before, 6000) << hub;
  net_.Advance(2h);
  for (const char hub : {'a', 'b'}) EXPECT_EQ(Bans(hub), 0u) << hub;
}

TEST_F(BanNewsTest, HitTheTokensOfOneIssuerAtOtherHubs) {
  Chain("ab");
  Ban ban = BanningUser("u");
  ban.order.target.issuer = "https://a";
  HandleAt('a', ban);
  ASSERT_EQ(Bans('b'), 1u);
  EXPECT_EQ(net_.hub('b').bans().ListAfter(0, 1)[0].target.issuer, "https://a");
}

TEST_F(BanNewsTest, ReachTheHubsThatTheOneThatMadeThemCouldNotTell) {
  Chain("abc");
  net_.Mute('b', 'c', true);
  HandleAt('a', BanningPeer('1'));
  net_.Kill('a');
  net_.Mute('b', 'c', false);
  net_.Advance(30s);
  EXPECT_EQ(Bans('c'), 1u);
}

TEST_F(BanNewsTest, OfTooManyAtOnceAreAskedForLater) {
  Chain("ab");
  for (int i = 0; i < 3000; ++i) net_.HandleAt('a', BanningUser(std::to_string(i)));
  net_.Advance(1s);
  EXPECT_LT(Bans('b'), 3000u);
  EXPECT_GT(net_.hub('b').counters().of(Reason::kHubNewsRate).value(), 0u);
  net_.Advance(15s);
  EXPECT_EQ(Bans('b'), 3000u);
}

TEST_F(BanNewsTest, OfAHubInQuarantineAreNotListenedTo) {
  Chain("ab");
  HandleAt('a', QuarantineHub{Id('b')});
  HandleAt('b', BanningPeer('1'));
  net_.Advance(10s);
  EXPECT_EQ(Bans('a'), 0u);
}

}  // namespace
}  // namespace pigeonhub
