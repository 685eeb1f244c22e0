// SPDX-License-Identifier: Apache-2.0
//
// Why two peers that know of each other do not connect: how far their handshake got.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "tests/core/peers/explained.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

constexpr CandidateTally kHost{.host = 1, .v4 = 1, .udp = 1};
constexpr CandidateTally kHidden{.mdns = 1, .udp = 1};
constexpr CandidateTally kSrflx{.srflx = 1, .v4 = 1, .udp = 1};
constexpr CandidateTally kRelay{.relay = 1, .v4 = 1, .udp = 1};
constexpr CandidateTally kRelay6{.relay = 1, .v6 = 1, .udp = 1};
constexpr CandidateTally kTcp{.host = 1, .v4 = 1, .tcp = 1};
constexpr CandidateTally kTcpRelay{.relay = 1, .v4 = 1, .tcp = 1};

constexpr PairReport kFailed{.ms = 15'000, .kind = PairReport::Kind::kFailed};

// Two members of a room, in different networks.
class AHandshake : public ::testing::Test {
 protected:
  AHandshake() {
    hub_.ComeFrom("192.0.2.1");
    a_ = std::make_unique<FakePeer>(hub_.Join(Id('a'), "room"));
    hub_.ComeFrom("198.51.100.1");
    b_ = std::make_unique<FakePeer>(hub_.Join(Id('b'), "room"));
  }

  void Offer(FakePeer& from, FakePeer& to) { from.Offer(to.id(), "room", "1"); }
  void Answer(FakePeer& from, FakePeer& to) {
    from.Signal(SignalType::kAnswer, to.id(), "room", "1");
  }
  void Tell(FakePeer& from, FakePeer& to, const CandidateTally& candidates) {
    from.Send(inbound::Signal{SignalType::kIceCandidate, "room", "", to.id().text(), Json("1"),
                              candidates});
  }
  // The receiver reads so slowly that the hub could not hand the signal over.
  void Lose(SignalType type, FakePeer& from, FakePeer& to) {
    from.Signal(type, to.id(), "room", "1");
    ASSERT_TRUE(hub_.Handle(Undelivered{type, from.id(), to.id(),
                                        std::make_shared<const std::string>("room"), 1})
                    .ok());
  }
  // Offer and answer went well, and both told of these candidates.
  void Exchange(const CandidateTally& of_a, const CandidateTally& of_b) {
    Offer(*b_, *a_);
    Answer(*a_, *b_);
    Tell(*a_, *b_, of_a);
    Tell(*b_, *a_, of_b);
  }

  Explanation Explained() { return ExplainedBy(hub_, Id('a'), Id('b')); }
  std::vector<std::string> Found() { return ToText(Explained().findings); }
  std::string Verdict() { return VerdictText(Explained()); }

  HubFixture hub_;
  std::unique_ptr<FakePeer> a_;
  std::unique_ptr<FakePeer> b_;
};

TEST_F(AHandshake, WhoseOfferWasDroppedSaysWhy) {
  Lose(SignalType::kOffer, *b_, *a_);
  const Explanation said = Explained();
  EXPECT_THAT(ToText(said.findings), ElementsAre("PH-E11 certain b: receiver_backlogged"));
  EXPECT_EQ(VerdictText(said), "cause certain PH-E11");
  const Finding dropped = FoundIn(said, FindingCode::kOfferDropped);
  EXPECT_EQ(dropped.reason, Reason::kReceiverBacklogged);
  EXPECT_EQ(dropped.moments.at(0).unix_ms, hub_.clock().Read().unix_ms);
  Offer(*b_, *a_);
  EXPECT_EQ(Verdict(), "under way certain PH-E14") << "the next one arrived";
}

TEST_F(AHandshake, WhoseOfferNamesAnotherNamespaceSaysSo) {
  hub_.Advance(1s);
  b_->Offer(a_->id(), "hall", "1");
  EXPECT_THAT(Found(), ElementsAre("PH-E11 certain b: signal_other_namespace"));
}

TEST_F(AHandshake, WhoseAnswerWasDroppedSaysWhy) {
  Offer(*b_, *a_);
  Lose(SignalType::kAnswer, *a_, *b_);
  EXPECT_THAT(Found(), ElementsAre("PH-E12 certain a: receiver_backlogged"));
}

TEST_F(AHandshake, WhoseCandidatesWereDroppedSaysWhy) {
  Exchange(kSrflx, kSrflx);
  Lose(SignalType::kIceCandidate, *a_, *b_);
  EXPECT_THAT(Found(), ElementsAre("PH-E13 certain a: receiver_backlogged"));
}

TEST_F(AHandshake, WithoutAnAnswerSaysHowLongTheOfferWaits) {
  Offer(*b_, *a_);
  hub_.Advance(4900ms);
  EXPECT_THAT(Found(), ElementsAre("(PH-E14 certain a: for 4.9 s)"));
  EXPECT_EQ(Verdict(), "under way certain PH-E14");
  hub_.Advance(100ms);
  EXPECT_THAT(Found(), ElementsAre("PH-E14 certain a: for 5.0 s"));
  EXPECT_EQ(Verdict(), "cause certain PH-E14");
}

TEST_F(AHandshake, WithALateAnswerSaysHowLate) {
  Offer(*b_, *a_);
  hub_.Advance(12s);
  Answer(*a_, *b_);
  Tell(*a_, *b_, kRelay);
  Tell(*b_, *a_, kRelay);
  EXPECT_THAT(Found(), ElementsAre("PH-E15 likely a: after 12.0 s", "(PH-E24 likely)"));
  EXPECT_EQ(Verdict(), "cause likely PH-E15");
}

TEST_F(AHandshake, WithANewOfferThatIsNotAnsweredHasAnAnswerToTheOlderOne) {
  Offer(*b_, *a_);
  Answer(*a_, *b_);
  hub_.Advance(3s);
  Offer(*b_, *a_);
  hub_.Advance(5s);
  EXPECT_THAT(Found(), ElementsAre("PH-E16 likely a"));
}

TEST_F(AHandshake, ThatIsTriedAgainAfterTenSecondsIsJudgedByItsLastAttempt) {
  Exchange(kRelay, kRelay);
  EXPECT_EQ(Verdict(), "complete likely PH-E24");
  hub_.Advance(15s);
  Offer(*b_, *a_);
  hub_.Advance(5s);
  EXPECT_THAT(Found(), ElementsAre("PH-E14 certain a: for 5.0 s"));
}

TEST_F(AHandshake, OfTwoThatOfferAtOnceIsGlareUntilOneAnswers) {
  Offer(*a_, *b_);
  hub_.Advance(10ms);
  Offer(*b_, *a_);
  hub_.Advance(5s);
  EXPECT_THAT(Found(), ElementsAre("PH-E17 likely", "PH-E14 certain a: for 5.0 s"));
  Answer(*b_, *a_);
  Tell(*a_, *b_, kRelay);
  Tell(*b_, *a_, kRelay);
  EXPECT_THAT(Found(), ElementsAre("(PH-E17 likely)", "(PH-E24 likely)"));
  EXPECT_EQ(Verdict(), "complete likely PH-E24");
}

// The pair was pushed out of the history in between, or the hub was started again.
TEST_F(AHandshake, WhoseOfferIsNotRememberedWasOfferedIfItIsAnswered) {
  Answer(*b_, *a_);
  hub_.Advance(5s);
  EXPECT_EQ(Verdict(), "cause likely PH-E18");
  Tell(*a_, *b_, kRelay);
  Tell(*b_, *a_, kRelay);
  EXPECT_THAT(Found(), ElementsAre("(PH-E24 likely)"));
  Lose(SignalType::kAnswer, *b_, *a_);
  EXPECT_THAT(Found(), ElementsAre("PH-E12 certain b: receiver_backlogged"));
}

TEST_F(AHandshake, WithoutCandidatesOfOneSideNamesIt) {
  Offer(*b_, *a_);
  Answer(*a_, *b_);
  Tell(*b_, *a_, kSrflx);
  EXPECT_EQ(Verdict(), "under way likely PH-E18");
  hub_.Advance(5s);
  EXPECT_THAT(Found(), ElementsAre("PH-E18 likely a: for 5.0 s"));
}

TEST_F(AHandshake, WithLocalCandidatesOnlyMayBeInTwoNetworks) {
  Exchange(kHost, kHidden);
  const Explanation said = Explained();
  EXPECT_EQ(VerdictText(said), "cause possible PH-E19");
  EXPECT_EQ(ToText(said.findings[0]),
            "PH-E19 possible: aaaaaaaaaaaa: host 1, IPv4 1, udp 1; bbbbbbbbbbbb: mdns 1, udp 1");
}

TEST(AHandshakeInOneNetwork, NeedsLocalCandidatesOnly) {
  HubFixture hub;
  FakePeer a = hub.Join(Id('a'), "room");
  FakePeer b = hub.Join(Id('b'), "room");
  b.Offer(a.id(), "room", "1");
  a.Signal(SignalType::kAnswer, b.id(), "room", "1");
  for (auto [from, to] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    from->Send(inbound::Signal{SignalType::kIceCandidate, "room", "", to->id().text(), Json("1"),
                               kHidden});
  }
  EXPECT_EQ(VerdictText(ExplainedBy(hub, a.id(), b.id())), "complete likely PH-E24");
}

TEST(AHandshakeOverIpv6, IsInOneNetworkWhereTheFirstHalvesAreAlike) {
  const auto verdict = [](const char* of_a, const char* of_b) {
    HubFixture hub;
    hub.ComeFrom(of_a);
    FakePeer a = hub.Join(Id('a'), "room");
    hub.ComeFrom(of_b);
    FakePeer b = hub.Join(Id('b'), "room");
    for (const auto& [type, from, to] :
         {std::tuple(SignalType::kOffer, &b, &a), std::tuple(SignalType::kAnswer, &a, &b)}) {
      from->Send(inbound::Signal{type, "room", "", to->id().text(), Json("1"), kHidden});
    }
    return VerdictText(ExplainedBy(hub, a.id(), b.id()));
  };
  EXPECT_EQ(verdict("2001:db8::1", "2001:db8::2"), "complete likely PH-E24");
  EXPECT_EQ(verdict("2001:db8::1", "192.0.2.1"), "complete likely PH-E24") << "who can tell?";
  EXPECT_EQ(verdict("2001:db8::1", "2001:db8:0:1::2"), "cause possible PH-E19");
}

TEST_F(AHandshake, BetweenTwoFamiliesOfAddressesSaysSo) {
  Exchange(kRelay, kRelay6);
  EXPECT_EQ(Verdict(), "cause likely PH-E20");
}

TEST_F(AHandshake, OverTcpAloneNamesThePeer) {
  Exchange(kTcpRelay, kRelay);
  EXPECT_THAT(Found(), ElementsAre("PH-E21 likely a: relay 1, IPv4 1, tcp 1", "(PH-E24 likely)"));
  Tell(*a_, *b_, kHost);
  EXPECT_EQ(Verdict(), "complete likely PH-E24") << "one over UDP is enough";
}

TEST_F(AHandshake, WithoutARelaySaysSoBeside) {
  Exchange(kSrflx, kRelay);
  EXPECT_THAT(Found(),
              ElementsAre("(PH-E22 certain a: srflx 1, IPv4 1, udp 1)", "(PH-E24 likely)"));
}

TEST_F(AHandshake, BehindANatWithAPortForEachDestinationMayFailWithoutARelay) {
  const CandidateTally behind_usual_nat{.mdns = 1, .srflx = 1, .v4 = 1, .udp = 2};
  Exchange({.mdns = 1, .srflx = 2, .v4 = 2, .udp = 3}, behind_usual_nat);
  EXPECT_THAT(Found(), IsSupersetOf({"PH-E23 possible a: mdns 1, srflx 2, IPv4 2, udp 3"}));
  EXPECT_EQ(Verdict(), "cause possible PH-E23");
}

TEST_F(AHandshake, BehindANatWithAPortForEachDestinationSaysSoBesideARelay) {
  const CandidateTally several{.mdns = 1, .srflx = 2, .relay = 1, .v4 = 3, .udp = 4};
  Exchange(several, kRelay);
  EXPECT_THAT(Found(), ElementsAre("(PH-E23 possible a: mdns 1, srflx 2, relay 1, IPv4 3, udp 4)",
                                   "(PH-E24 likely)"));
}

TEST_F(AHandshake, ThatIsReportedIsConnected) {
  Exchange(kTcp, kTcp);
  hub_.Advance(1s);
  b_->Send(inbound::Cleanup{PairReport(), a_->id().text()});
  const Explanation said = Explained();
  EXPECT_THAT(ToText(said.findings), ElementsAre("(PH-E25 certain)"));
  EXPECT_EQ(VerdictText(said), "connected certain PH-E25");
  EXPECT_EQ(said.findings[0].moments.at(0).unix_ms, hub_.clock().Read().unix_ms);
}

TEST_F(AHandshake, ThatIsReportedSaysHowItConnected) {
  Exchange(kHost, kRelay);
  b_->Send(inbound::Cleanup{PairReport{.ms = 164,
                                       .local = PairReport::Candidate::kRelay,
                                       .remote = PairReport::Candidate::kPrflx,
                                       .protocol = PairReport::Protocol::kUdp},
                            a_->id().text()});
  EXPECT_THAT(Found(),
              ElementsAre("(PH-E25 certain: bbbbbbbbbbbb: after 164 ms, relay to prflx over udp)"));
}

TEST_F(AHandshake, ThatIsReportedAsFailedSaysSoBeforeItGuesses) {
  Exchange(kRelay, kSrflx);
  hub_.Advance(15s);
  b_->Send(inbound::Cleanup{kFailed, a_->id().text()});
  const Explanation said = Explained();
  EXPECT_THAT(ToText(said.findings), ElementsAre("PH-E28 certain: bbbbbbbbbbbb: after 15000 ms",
                                                 StartsWith("(PH-E22 certain b: ")));
  EXPECT_EQ(VerdictText(said), "cause certain PH-E28");
  EXPECT_EQ(said.findings[0].moments.at(0).what, "failed");
  EXPECT_EQ(said.findings[0].moments.at(0).unix_ms, hub_.clock().Read().unix_ms);
}

TEST_F(AHandshake, ThatFailedAndBeganAnewIsUnderWay) {
  Offer(*b_, *a_);
  hub_.Advance(1s);
  b_->Send(inbound::Cleanup{kFailed, a_->id().text()});
  EXPECT_THAT(Found(), ElementsAre("(PH-E14 certain a: for 1.0 s)",
                                   "PH-E28 certain: bbbbbbbbbbbb: after 15000 ms"));
  hub_.Advance(1s);
  Offer(*b_, *a_);
  EXPECT_EQ(Verdict(), "under way certain PH-E14");
}

TEST_F(AHandshake, ThatFailedForWantOfASignalSaysThatFirst) {
  Offer(*b_, *a_);
  hub_.Advance(15s);
  b_->Send(inbound::Cleanup{kFailed, a_->id().text()});
  EXPECT_THAT(Found(), ElementsAre("PH-E14 certain a: for 15.0 s",
                                   "PH-E28 certain: bbbbbbbbbbbb: after 15000 ms"));
  EXPECT_EQ(Verdict(), "cause certain PH-E14");
}

TEST_F(AHandshake, ThatWentOtherWaysAndFailedSaysNoMore) {
  a_->Send(inbound::Cleanup{kFailed, b_->id().text()});
  EXPECT_THAT(Found(), ElementsAre("PH-E28 certain: aaaaaaaaaaaa: after 15000 ms"));
}

TEST_F(AHandshake, ThatConnectedAndBrokeIsLost) {
  Exchange(kTcp, kTcp);
  a_->Send(inbound::Cleanup{PairReport(), b_->id().text()});
  hub_.Advance(60s);
  b_->Send(inbound::Cleanup{PairReport{.kind = PairReport::Kind::kLost}, a_->id().text()});
  EXPECT_THAT(Found(), ElementsAre("PH-E29 certain"));
  EXPECT_EQ(Verdict(), "cause certain PH-E29");
  hub_.Advance(1s);
  Offer(*b_, *a_);
  EXPECT_EQ(Verdict().find("PH-E29"), std::string::npos);
}

TEST_F(AHandshake, ThatWentOtherWaysAndIsReportedIsConnected) {
  b_->Send(inbound::Cleanup{PairReport(), a_->id().text()});
  EXPECT_EQ(Verdict(), "connected certain PH-E25");
}

}  // namespace
}  // namespace pigeonhub
