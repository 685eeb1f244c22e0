// SPDX-License-Identifier: Apache-2.0
//
// An operator bans somebody at one hub, and lifts it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/core/access/banning.h"
#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// All connections of the fixture come from here.
constexpr char kTheirAddress[] = "192.0.2.1";

class BansTest : public ::testing::Test {
 protected:
  // Somebody with such a token comes, and announces if that goes well.
  FakePeer JoinWith(char id, const TokenClaims& claims) {
    hub_.BringClaims(std::make_shared<const TokenClaims>(claims));
    FakePeer peer = hub_.Open(Id(id));
    hub_.BringClaims(nullptr);
    if (!peer.closed().has_value()) peer.Announce("room");
    hub_.ForgetMessages();
    return peer;
  }

  HubFixture hub_;
};

TEST_F(BansTest, EndWhomTheyHitAndSayGoodbyeInItsName) {
  FakePeer one = hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "room");
  FakePeer far = hub_.Join(Id('3'), "elsewhere");
  hub_.ForgetMessages();
  EXPECT_TRUE(hub_.Handle(BanningPeer('1')).ok());
  EXPECT_EQ(one.closed(), Reason::kBanned);
  EXPECT_THAT(two.Take(), ElementsAre("goodbye 1 in room", "disconnected 1 in room: banned"));
  EXPECT_THAT(far.Take(), IsEmpty());
  EXPECT_FALSE(two.closed().has_value());
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("peer_disconnected 1 banned 1008, 2 in all"));
}

TEST_F(BansTest, KeepChannelsWhereTheyAreToldTo) {
  hub_.Join(Id('1'), "room");
  FakePeer two = hub_.Join(Id('2'), "room");
  hub_.ForgetMessages();
  Ban ban = BanningPeer('1');
  ban.order.keep_channels = true;
  EXPECT_TRUE(hub_.Handle(ban).ok());
  EXPECT_THAT(two.Take(), ElementsAre("disconnected 1 in room: banned"));
}

TEST_F(BansTest, TurnNewcomersAwayUntilTheyEnd) {
  EXPECT_TRUE(hub_.Handle(BanningPeer('1', 10s)).ok());
  EXPECT_EQ(hub_.hub().counters().bans.value(), 1u);
  const PeerId one = Id('1');
  EXPECT_EQ(hub_.hub().ban_guard().RefusalOf({&one, nullptr, kTheirAddress}, HubCredential::kNone),
            Reason::kBanned);
  EXPECT_EQ(hub_.Open(Id('1')).closed(), Reason::kBanned);
  EXPECT_FALSE(hub_.Open(Id('2')).closed().has_value());
  hub_.Advance(9999ms);
  EXPECT_EQ(hub_.Open(Id('1')).closed(), Reason::kBanned);
  hub_.Advance(1ms);
  EXPECT_FALSE(hub_.Open(Id('1')).closed().has_value());
  EXPECT_EQ(hub_.hub().counters().bans.value(), 0u);
  EXPECT_THAT(hub_.hub().bans().RememberedAfter(0, 10), IsEmpty());
}

TEST_F(BansTest, EndWhenTheyAreLifted) {
  EXPECT_TRUE(absl::IsNotFound(hub_.Handle(UnbanningPeer('1'))));
  EXPECT_TRUE(hub_.Handle(BanningPeer('1')).ok());
  EXPECT_TRUE(hub_.Handle(UnbanningPeer('1')).ok());
  EXPECT_TRUE(absl::IsNotFound(hub_.Handle(UnbanningPeer('1'))));
  EXPECT_FALSE(hub_.Open(Id('1')).closed().has_value());
  EXPECT_THAT(hub_.hub().bans().ListAfter(0, 10), IsEmpty());
  EXPECT_THAT(hub_.hub().bans().RememberedAfter(0, 10), SizeIs(1));
}

TEST_F(BansTest, HitAUserByTheTokensThatWereIssuedUntilThen) {
  FakePeer old = JoinWith('1', ClaimsOf("user42", 1'000));
  FakePeer fresh = JoinWith('2', ClaimsOf("user42", 2'000));
  FakePeer other = JoinWith('3', ClaimsOf("user43", 1'000));
  Ban ban = Banning(BanKind::kSubject, "user42");
  ban.order.issued_before = 2'000;
  EXPECT_THAT(hub_.hub().ban_guard().WhoIsHitBy(ban.order), ElementsAre(Id('1')));
  EXPECT_TRUE(hub_.Handle(ban).ok());
  EXPECT_EQ(old.closed(), Reason::kBanned);
  EXPECT_FALSE(fresh.closed().has_value());
  EXPECT_FALSE(other.closed().has_value());
  const TokenClaims claims = ClaimsOf("user42", 1'000);
  const PeerId one = Id('1');
  EXPECT_EQ(hub_.hub().ban_guard().RefusalOf({&one, &claims, kTheirAddress}, HubCredential::kNone),
            Reason::kTokenRevoked);
}

TEST_F(BansTest, HitATokenAndAnAddress) {
  FakePeer one = JoinWith('1', ClaimsOf("", 0, "j1"));
  FakePeer two = JoinWith('2', ClaimsOf("", 0, "j2"));
  EXPECT_TRUE(hub_.Handle(Banning(BanKind::kTokenId, "j1")).ok());
  EXPECT_EQ(one.closed(), Reason::kBanned);
  EXPECT_FALSE(two.closed().has_value());
  EXPECT_TRUE(hub_.Handle(Banning(BanKind::kAddress, "192.0.2.0/24")).ok());
  EXPECT_EQ(two.closed(), Reason::kBanned);
  EXPECT_EQ(hub_.Open(Id('3')).closed(), Reason::kBanned);
}

TEST_F(BansTest, SayBeforeWhomTheyWouldHit) {
  hub_.Join(Id('2'), "room");
  hub_.Join(Id('1'), "room");
  hub_.JoinAsHub(Id('a'));
  const Ban ban = Banning(BanKind::kAddress, "192.0.2.1");
  const std::vector<PeerId> said = hub_.hub().ban_guard().WhoIsHitBy(ban.order);
  EXPECT_THAT(said, ElementsAre(Id('2'), Id('1'))) << "oldest first, and no hub";
  EXPECT_TRUE(hub_.Handle(ban).ok());
  for (const PeerId& id : said) EXPECT_FALSE(hub_.hub().FindPeer(id).has_value());
  EXPECT_TRUE(hub_.hub().FindPeer(Id('a')).has_value());
}

TEST_F(BansTest, HitNoHub) {
  FakePeer hub = hub_.JoinAsHub(Id('a'));
  EXPECT_TRUE(absl::IsFailedPrecondition(hub_.Handle(BanningPeer('a'))));
  const PeerId self = hub_.hub().Stats().hub_peer_id;
  EXPECT_TRUE(
      absl::IsFailedPrecondition(hub_.Handle(Banning(BanKind::kPeer, std::string(self.text())))));
  EXPECT_TRUE(hub_.Handle(RegisterHub{Id('b'), {}}).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(hub_.Handle(BanningPeer('b'))));
  EXPECT_TRUE(hub_.Handle(Banning(BanKind::kAddress, kTheirAddress)).ok());
  EXPECT_FALSE(hub.closed().has_value());
  hub_.Bring(HubCredential::kValid, Reason::kHubTokenMalformed);
  EXPECT_FALSE(hub_.Open(Id('c')).closed().has_value()) << "it has a hub token";
  hub_.Bring(HubCredential::kNone, Reason::kHubTokenMalformed);
  EXPECT_FALSE(hub_.Open(Id('b')).closed().has_value()) << "an operator made it a hub";
  EXPECT_EQ(hub_.Open(Id('d')).closed(), Reason::kBanned);
}

TEST_F(BansTest, HitANewcomerThatWaitsForTheHolderOfItsId) {
  FakePeer holder = hub_.Join(Id('1'), "room");
  FakePeer newcomer = hub_.Open(Id('1'));
  EXPECT_TRUE(newcomer.paused());
  EXPECT_TRUE(hub_.Handle(BanningPeer('1')).ok());
  EXPECT_EQ(holder.closed(), Reason::kBanned);
  EXPECT_EQ(newcomer.closed(), Reason::kBanned);
}

TEST_F(BansTest, AreReplacedByTheNextOneOnTheSameTarget) {
  EXPECT_TRUE(hub_.Handle(BanningPeer('1', 1h)).ok());
  Ban shorter = BanningPeer('1', 10s);
  shorter.order.reason = "enough";
  EXPECT_TRUE(hub_.Handle(shorter).ok());
  EXPECT_THAT(hub_.hub().bans().ListAfter(0, 10), SizeIs(1));
  EXPECT_EQ(hub_.hub().bans().ListAfter(0, 10)[0].reason, "enough");
  hub_.Advance(10s);
  EXPECT_FALSE(hub_.Open(Id('1')).closed().has_value());
}

TEST_F(BansTest, SayWhatTheyReplaced) {
  const auto foresee = [&](const Ban& ban) {
    return hub_.hub().ban_guard().Foresee(ban.order, hub_.clock().Read().unix_ms);
  };
  const UnixMillis now = hub_.clock().Read().unix_ms;
  Ban month = BanningPeer('1', 30 * 24h);
  month.order.reason = "flood";
  EXPECT_FALSE(foresee(month).replaced.has_value());
  EXPECT_TRUE(hub_.Handle(month).ok());
  const BanForesight seen = foresee(BanningPeer('1', 10s));
  ASSERT_TRUE(seen.replaced.has_value());
  EXPECT_EQ(seen.replaced->reason, "flood");
  EXPECT_EQ(seen.replaced->ends_at, now + 30 * 24 * 3'600'000LL);
  EXPECT_EQ(seen.replaced->hub, hub_.hub().Stats().hub_peer_id);
  EXPECT_EQ(seen.in_force.ends_at, now + 10'000);
  EXPECT_TRUE(hub_.Handle(UnbanningPeer('1')).ok());
  EXPECT_FALSE(foresee(month).replaced.has_value()) << "it is in force no more";
  EXPECT_TRUE(foresee(BanningPeer('1', 0s)).hit.empty());
}

TEST_F(BansTest, StandBesideARevocationOfTheSameSubject) {
  EXPECT_TRUE(hub_.Handle(Revoking("user42", 2'000, 1h)).ok());
  EXPECT_TRUE(hub_.Handle(BanningUser("user42", 10s)).ok());
  EXPECT_THAT(hub_.hub().bans().ListAfter(0, 10), SizeIs(2));
  EXPECT_EQ(JoinWith('1', ClaimsOf("user42", 3'000)).closed(), Reason::kBanned);
  hub_.Advance(10s);
  EXPECT_FALSE(JoinWith('1', ClaimsOf("user42", 3'000)).closed().has_value());
  EXPECT_EQ(JoinWith('2', ClaimsOf("user42", 1'000)).closed(), Reason::kBanned);
  EXPECT_TRUE(hub_.Handle(BanningUser("user42", 10s)).ok());
  EXPECT_TRUE(hub_.Handle(UnbanningUser("user42")).ok()) << "both";
  EXPECT_THAT(hub_.hub().bans().ListAfter(0, 10), IsEmpty());
  EXPECT_TRUE(absl::IsNotFound(hub_.Handle(UnbanningUser("user42"))));
  EXPECT_FALSE(JoinWith('2', ClaimsOf("user42", 1'000)).closed().has_value());
}

TEST_F(BansTest, AreLaterForHubsThatKnowOnePlaceOfATarget) {
  EXPECT_TRUE(hub_.Handle(BanningUser("user42")).ok());
  EXPECT_TRUE(hub_.Handle(Revoking("user42", 2'000)).ok());
  EXPECT_TRUE(hub_.Handle(UnbanningUser("user42")).ok());
  const auto known = hub_.hub().bans().RememberedAfter(0, 10);
  ASSERT_THAT(known, SizeIs(2));
  EXPECT_NE(known[0].made_at, known[1].made_at);
}

TEST_F(BansTest, RevokeNoLessThanBefore) {
  const UnixMillis now = hub_.clock().Read().unix_ms;
  EXPECT_TRUE(hub_.Handle(Revoking("user42", 2'000, 1h)).ok());
  const Ban weak = Revoking("user42", 1'000, 10s);
  const BanForesight seen = hub_.hub().ban_guard().Foresee(weak.order, now);
  EXPECT_EQ(seen.in_force.ends_at, now + 3'600'000);
  EXPECT_EQ(seen.in_force.issued_before, 2'000);
  EXPECT_TRUE(seen.replaced.has_value());
  EXPECT_TRUE(hub_.Handle(weak).ok());
  hub_.Advance(10s);
  EXPECT_EQ(JoinWith('1', ClaimsOf("user42", 1'500)).closed(), Reason::kBanned);
  EXPECT_TRUE(hub_.Handle(UnbanningUser("user42")).ok());
  EXPECT_TRUE(hub_.Handle(weak).ok());
  EXPECT_FALSE(JoinWith('1', ClaimsOf("user42", 1'500)).closed().has_value()) << "it was lifted";
}

TEST_F(BansTest, OfOneIssuerLeaveTheUsersOfOthers) {
  TokenClaims claims = ClaimsOf("user42");
  claims.issuer = "https://a";
  FakePeer hit = JoinWith('1', claims);
  claims.issuer = "https://b";
  FakePeer other = JoinWith('2', claims);
  Ban ban = BanningUser("user42");
  ban.order.target.issuer = "https://a";
  EXPECT_TRUE(hub_.Handle(ban).ok());
  EXPECT_EQ(hit.closed(), Reason::kBanned);
  EXPECT_FALSE(other.closed().has_value());
  EXPECT_TRUE(absl::IsNotFound(hub_.Handle(UnbanningUser("user42")))) << "it is another one";
  EXPECT_TRUE(hub_.Handle(Unban{ban.order.target}).ok());
}

TEST_F(BansTest, AreLiftedInTheSpellingInWhichTheyWereOrdered) {
  for (const char* address :
       {"192.0.2.5/24", "2001:DB8::1/32", "::ffff:192.0.2.7", "192.0.2.7/32"}) {
    EXPECT_TRUE(hub_.Handle(Banning(BanKind::kAddress, address)).ok());
    EXPECT_TRUE(hub_.Handle(Unban{{BanKind::kAddress, address}}).ok()) << address;
  }
  EXPECT_THAT(hub_.hub().bans().ListAfter(0, 10), IsEmpty());
}

TEST_F(BansTest, AreRefusedWhereNoBanCanBe) {
  EXPECT_TRUE(absl::IsInvalidArgument(hub_.Handle(Banning(BanKind::kPeer, "x"))));
  EXPECT_TRUE(absl::IsInvalidArgument(hub_.Handle(Banning(BanKind::kAddress, "0.0.0.0/0"))));
  EXPECT_TRUE(absl::IsOutOfRange(hub_.Handle(BanningPeer('1', 0s))));
  EXPECT_TRUE(absl::IsOutOfRange(hub_.Handle(BanningPeer('1', 30 * 24h + 1s))));
  EXPECT_TRUE(absl::IsInvalidArgument(hub_.Handle(Unban{{BanKind::kPeer, "x"}})));
}

TEST_F(BansTest, AreAtMostAHundredThousand) {
  RestoreBans many;
  BanRecord ban;
  ban.ends_at = ban.remembered_until = hub_.clock().Read().unix_ms + 3'600'000;
  for (int i = 0; i < 100'000; ++i) {
    ban.target = {BanKind::kSubject, std::to_string(i)};
    many.bans.push_back(ban);
  }
  EXPECT_TRUE(hub_.Handle(many).ok());
  EXPECT_EQ(hub_.hub().counters().bans.value(), 100'000u);
  EXPECT_TRUE(absl::IsResourceExhausted(hub_.Handle(Banning(BanKind::kSubject, "one more"))));
  EXPECT_TRUE(hub_.Handle(Banning(BanKind::kSubject, "7", 1h)).ok()) << "that is there already";
  EXPECT_EQ(hub_.hub().counters().bans.value(), 100'000u);
  hub_.Advance(1h + 1s);
  EXPECT_EQ(hub_.hub().counters().bans.value(), 0u);
}

TEST_F(BansTest, ComeBackFromAFileWithTheTimesTheyHad) {
  EXPECT_TRUE(hub_.Handle(BanningPeer('1', 10s)).ok());
  EXPECT_TRUE(hub_.Handle(BanningPeer('2', 20s)).ok());
  EXPECT_TRUE(hub_.Handle(UnbanningPeer('2')).ok());
  RestoreBans kept{hub_.hub().bans().RememberedAfter(0, 10)};
  BanRecord by_hand;
  by_hand.target = {BanKind::kAddress, "198.51.100.0/24"};
  by_hand.ends_at = by_hand.remembered_until = hub_.clock().Read().unix_ms + 1000;
  kept.bans.push_back(by_hand);
  HubFixture after;
  FakePeer there = after.Join(Id('1'), "room");
  EXPECT_TRUE(after.Handle(kept).ok());
  EXPECT_EQ(there.closed(), Reason::kBanned);
  EXPECT_FALSE(after.Open(Id('2')).closed().has_value());
  EXPECT_THAT(after.hub().bans().ListAfter(0, 10), SizeIs(2));
  after.Advance(10s);
  EXPECT_FALSE(after.Open(Id('1')).closed().has_value());
}

TEST_F(BansTest, AskToBeSavedWheneverTheyChange) {
  const auto saves = [&] {
    return std::any_of(hub_.last_effects().begin(), hub_.last_effects().end(),
                       [](const auto& e) { return std::holds_alternative<SaveBans>(e); });
  };
  EXPECT_TRUE(hub_.Handle(BanningPeer('1', 10s)).ok());
  EXPECT_TRUE(saves());
  EXPECT_TRUE(hub_.Handle(UnbanningPeer('1')).ok());
  EXPECT_TRUE(saves());
  hub_.Advance(10s);
  EXPECT_TRUE(saves());
}

}  // namespace
}  // namespace pigeonhub
