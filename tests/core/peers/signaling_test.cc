// SPDX-License-Identifier: Apache-2.0
//
// Offers, answers and candidates between peers of this hub; ping, cleanup and what is not routed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <variant>

#include "tests/support/hub_fixture.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Signaling : public ::testing::Test {
 protected:
  HubFixture hub_;
  FakePeer a_ = hub_.Join(Id('a'), "room");
  FakePeer b_ = hub_.Join(Id('b'), "room");
  FakePeer c_ = hub_.Join(Id('c'), "other");

  void SetUp() override { hub_.ForgetMessages(); }
  void ExpectDropped(Reason reason) {
    EXPECT_EQ(hub_.counted(reason), 1u) << ReasonName(reason);
    EXPECT_THAT(hub_.last_effects(), IsEmpty());
  }
  uint64_t Delivered(SignalType type) const {
    return hub_.hub().counters().signals_delivered[static_cast<size_t>(type)].value();
  }
};

TEST_F(Signaling, ReachesTheTargetAlone) {
  a_.Offer(b_.id(), "room", R"({"sdp":"v=0"})");
  EXPECT_THAT(b_.Take(), ElementsAre(R"(offer a to b in room {"sdp":"v=0"})"));
  EXPECT_THAT(hub_.last_effects(), ::testing::SizeIs(1));
}

TEST_F(Signaling, CarriesAllThreeTypesInOrderAndCountsThem) {
  a_.Signal(SignalType::kOffer, b_.id(), "room", "1");
  a_.Signal(SignalType::kIceCandidate, b_.id(), "room", "2");
  a_.Signal(SignalType::kIceCandidate, b_.id(), "room", "3");
  b_.Signal(SignalType::kAnswer, a_.id(), "room", "4");
  EXPECT_THAT(b_.Take(), ElementsAre("offer a to b in room 1", "ice-candidate a to b in room 2",
                                     "ice-candidate a to b in room 3"));
  EXPECT_THAT(a_.Take(), ElementsAre("answer b to a in room 4"));
  EXPECT_EQ(Delivered(SignalType::kOffer), 1u);
  EXPECT_EQ(Delivered(SignalType::kAnswer), 1u);
  EXPECT_EQ(Delivered(SignalType::kIceCandidate), 2u);
}

TEST_F(Signaling, IsCountedForItsSenderItsReceiverAndTheirNamespace) {
  a_.Offer(b_.id(), "room", "12345");
  a_.Offer(c_.id(), "room", "12345");
  const PeerRecord a = *hub_.hub().FindPeer(a_.id());
  EXPECT_EQ(a.signals_sent, 2u) << "the one that was dropped, too";
  EXPECT_EQ(a.signals_received, 0u);
  EXPECT_EQ(hub_.hub().FindPeer(b_.id())->signals_received, 1u);
  const NamespaceRecord room = *hub_.hub().FindNamespace("room");
  EXPECT_EQ(room.signals, 1u);
  EXPECT_EQ(room.signal_bytes, 5u);
  EXPECT_EQ(hub_.hub().FindNamespace("other")->signals, 0u);
}

TEST_F(Signaling, PassesThePayloadOnWithoutCopyingIt) {
  const RawJson payload = Json(R"({"sdp":"v=0"})");
  a_.Send(inbound::Signal{SignalType::kOffer, "room", "", b_.id().text(), payload});
  const auto& sent = std::get<outbound::Signal>(hub_.inbox(b_.connection()).messages.at(0));
  EXPECT_EQ(sent.payload.buffer, payload.buffer);
  EXPECT_EQ(sent.payload.text.data(), payload.text.data());
}

TEST_F(Signaling, ThatItsReceiverHasNoRoomForIsCountedAndToldToTheSender) {
  a_.Offer(b_.id(), "room", R"({"sdp":"v=0"})");
  hub_.ForgetMessages();
  hub_.TakeEvents();
  const Undelivered undelivered{SignalType::kOffer, a_.id(), b_.id(),
                                std::make_shared<const std::string>("room"), 13};
  ASSERT_TRUE(hub_.Handle(undelivered).ok());
  EXPECT_THAT(a_.Take(), ElementsAre(::testing::HasSubstr("error: Signal dropped: ")));
  EXPECT_THAT(b_.Take(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kReceiverBacklogged), 1u);
  EXPECT_EQ(hub_.hub().counters().signals_dropped[0].value(), 1u);
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("limit_hit receiver_backlogged times 1"));

  a_.Drop();
  ASSERT_TRUE(hub_.Handle(undelivered).ok());
  EXPECT_EQ(hub_.counted(Reason::kReceiverBacklogged), 2u) << "its sender may be gone";
}

TEST_F(Signaling, LeavesAnAbsentPayloadAbsent) {
  a_.Offer(b_.id(), "room");
  EXPECT_THAT(b_.Take(), ElementsAre("offer a to b in room"));
}

TEST_F(Signaling, IsNotDeduplicated) {
  a_.Offer(b_.id(), "room", "1");
  a_.Offer(b_.id(), "room", "1");
  EXPECT_EQ(b_.Take().size(), 2u);
}

TEST_F(Signaling, EchoesToASenderThatTargetsItself) {
  a_.Offer(a_.id(), "room", "1");
  EXPECT_THAT(a_.Take(), ElementsAre("offer a to a in room 1"));
}

TEST_F(Signaling, NamesTheConnectionAsTheSenderWhateverTheMessageClaims) {
  a_.RelayOffer(c_.id(), b_.id(), "room", "1");
  EXPECT_THAT(b_.Take(), ElementsAre("offer a to b in room 1"));
}

TEST_F(Signaling, WithoutATargetIsDropped) {
  a_.Send(inbound::Signal{SignalType::kOffer, "room", "", "", {}});
  ExpectDropped(Reason::kSignalWithoutTarget);
}

TEST_F(Signaling, ToNobodyIsDropped) {
  a_.Offer(Id('f'), "room");
  ExpectDropped(Reason::kSignalUnknownTarget);
}

TEST_F(Signaling, ToWhatIsNoIdIsDropped) {
  a_.Send(inbound::Signal{SignalType::kOffer, "room", "", "nobody", {}});
  ExpectDropped(Reason::kSignalUnknownTarget);
}

TEST_F(Signaling, ToAPeerOfAnotherNamespaceIsDropped) {
  a_.Offer(c_.id(), "room");
  ExpectDropped(Reason::kSignalOtherNamespace);
}

TEST_F(Signaling, CannotReachIntoAnotherNamespaceByNamingIt) {
  a_.Offer(c_.id(), "other");
  ExpectDropped(Reason::kSignalOtherNamespace);
}

TEST_F(Signaling, ThatNamesAnotherNamespaceThanBothPeersIsDropped) {
  a_.Offer(b_.id(), "global");
  ExpectDropped(Reason::kSignalOtherNamespace);
}

TEST_F(Signaling, BeforeTheFirstAnnounceIsDropped) {
  FakePeer silent = hub_.Connect(Id('d'));
  silent.Offer(b_.id(), "room");
  ExpectDropped(Reason::kSignalNotAnnounced);
}

TEST_F(Signaling, ToAPeerThatHasNotAnnouncedIsDropped) {
  FakePeer silent = hub_.Connect(Id('d'));
  a_.Offer(silent.id(), "room");
  ExpectDropped(Reason::kSignalOtherNamespace);
}

TEST_F(Signaling, FollowsBothPeersToTheirNewNamespace) {
  a_.Announce("other");
  hub_.ForgetMessages();
  a_.Offer(b_.id(), "room");
  a_.Offer(c_.id(), "other");
  EXPECT_THAT(b_.Take(), IsEmpty());
  EXPECT_THAT(c_.Take(), ElementsAre("offer a to c in other"));
}

TEST_F(Signaling, KnowsUpperAndLowerCaseApart) {
  a_.Offer(Id('B'), "room");
  ExpectDropped(Reason::kSignalUnknownTarget);
}

// ---- Everything else a client says

TEST_F(Signaling, AnswersPingBeforeTheFirstAnnounceToo) {
  FakePeer silent = hub_.Connect(Id('d'));
  silent.Ping();
  EXPECT_THAT(silent.Take(), ElementsAre("pong d"));
  EXPECT_EQ(hub_.hub().counters().pings.value(), 1u);
}

TEST_F(Signaling, TakesACleanupForTheSignThatAPairConnected) {
  hub_.TakeEvents();
  a_.Send(inbound::Cleanup{PairReport(), b_.id().text()});
  EXPECT_THAT(hub_.last_lines(), ElementsAre("event 10 pair_connected a and b"));
  EXPECT_EQ(hub_.hub().counters().reports_of(PairReport::Kind::kEstablished).value(), 1u);
}

TEST_F(Signaling, TellsOfAPairOnceThatBothEndsReport) {
  a_.Offer(b_.id(), "room");
  hub_.TakeEvents();
  a_.Send(inbound::Cleanup{PairReport(), b_.id().text()});
  b_.Send(inbound::Cleanup{PairReport(), a_.id().text()});
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("pair_connected a and b"));
  EXPECT_EQ(hub_.hub().counters().reports_of(PairReport::Kind::kEstablished).value(), 1u);
  EXPECT_EQ(hub_.hub().counters().funnel.connected.value(), 1u);
}

TEST_F(Signaling, TellsHowAPairConnected) {
  a_.Offer(b_.id(), "room");
  hub_.TakeEvents();
  const PairReport report{.ms = 164,
                          .local = PairReport::Candidate::kHost,
                          .remote = PairReport::Candidate::kRelay,
                          .protocol = PairReport::Protocol::kUdp};
  a_.Send(inbound::Cleanup{report, b_.id().text()});
  EXPECT_THAT(hub_.TakeEvents(),
              ElementsAre("pair_connected a and b, after 164 ms, host to relay over udp"));
}

TEST_F(Signaling, TellsOnceThatAPairFailedUntilItIsOfferedAgain) {
  const PairReport failed{.ms = 15'000, .kind = PairReport::Kind::kFailed};
  a_.Offer(b_.id(), "room");
  hub_.TakeEvents();
  hub_.Advance(1s);
  a_.Send(inbound::Cleanup{failed, b_.id().text()});
  b_.Send(inbound::Cleanup{failed, a_.id().text()});
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("pair_failed a and b, after 15000 ms"));
  hub_.Advance(1s);
  a_.Offer(b_.id(), "room");
  b_.Send(inbound::Cleanup{failed, a_.id().text()});
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("pair_failed b and a, after 15000 ms"));
  EXPECT_EQ(hub_.hub().counters().reports_of(PairReport::Kind::kFailed).value(), 2u);
  EXPECT_EQ(hub_.hub().counters().funnel.connected.value(), 0u);
}

TEST_F(Signaling, TellsHowLongTheAnswerTook) {
  a_.Offer(b_.id(), "room");
  hub_.Advance(27ms);
  b_.Signal(SignalType::kAnswer, a_.id(), "room");
  hub_.Advance(100ms);
  a_.Send(inbound::Cleanup{PairReport(), b_.id().text()});
  ASSERT_THAT(hub_.last_effects(), ::testing::SizeIs(1));
  const auto& emit = std::get<Emit>(hub_.last_effects().front());
  EXPECT_EQ(std::get<PairConnected>(emit.event.body).answer_after, 27ms);
}

TEST_F(Signaling, TellsOnceThatAPairOffersAgain) {
  a_.Offer(b_.id(), "room");
  hub_.Advance(9s);
  hub_.TakeEvents();
  a_.Offer(b_.id(), "room");
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty()) << "sooner it is the same offer, renewed";
  hub_.Advance(6s);
  b_.Offer(a_.id(), "room");
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("pair_retried b and a after 15000 ms"));
  a_.Offer(b_.id(), "room");
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty());
}

TEST_F(Signaling, TellsThatAPeerOfAnotherHubOffersAgain) {
  FakePeer hub = hub_.JoinAsHub(Id('1'));
  hub.Report(Id('f'), "room");
  hub.RelayOffer(Id('f'), a_.id(), "room");
  hub_.Advance(12s);
  hub_.TakeEvents();
  hub.RelayOffer(Id('f'), a_.id(), "room");
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("pair_retried f and a after 12000 ms"));
}

TEST_F(Signaling, SaysNothingOfAPairThatConnectedAndOffersAgain) {
  a_.Offer(b_.id(), "room");
  a_.Send(inbound::Cleanup{PairReport(), b_.id().text()});
  hub_.Advance(12s);
  hub_.TakeEvents();
  a_.Offer(b_.id(), "room");
  EXPECT_THAT(hub_.TakeEvents(), IsEmpty());
}

TEST_F(Signaling, TellsThatAPairLostEachOther) {
  a_.Offer(b_.id(), "room");
  a_.Send(inbound::Cleanup{PairReport(), b_.id().text()});
  hub_.TakeEvents();
  b_.Send(inbound::Cleanup{PairReport{.kind = PairReport::Kind::kLost}, a_.id().text()});
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("pair_lost b and a"));
  EXPECT_EQ(hub_.hub().counters().reports_of(PairReport::Kind::kLost).value(), 1u);
  EXPECT_EQ(hub_.hub().counters().reports_of(PairReport::Kind::kEstablished).value(), 1u);
  a_.Send(inbound::Cleanup{PairReport(), b_.id().text()});
  b_.Send(inbound::Cleanup{PairReport(), a_.id().text()});
  EXPECT_THAT(hub_.TakeEvents(), ElementsAre("pair_connected a and b")) << "they are back";
  EXPECT_EQ(hub_.hub().counters().funnel.connected.value(), 1u);
}

TEST_F(Signaling, AnswersButDoesNotCountAnOfferThatIsDeclined) {
  a_.Send(inbound::Unroutable{"connection-rejected"});
  EXPECT_THAT(a_.Take(), ElementsAre(::testing::HasSubstr("connection-rejected")));
  EXPECT_EQ(hub_.counted(Reason::kUnroutable), 0u);
}

TEST_F(Signaling, SaysNothingToAClientThatForgetsOldHandshakes) {
  a_.Send(inbound::Unroutable{"cleanup-all"});
  EXPECT_THAT(hub_.last_effects(), IsEmpty());
  EXPECT_EQ(hub_.counted(Reason::kUnroutable), 0u);
}

TEST_F(Signaling, SaysNothingToAnyOtherCleanup) {
  a_.Send(inbound::Cleanup{std::nullopt, b_.id().text()});
  EXPECT_THAT(hub_.last_effects(), IsEmpty());
  a_.Send(inbound::Cleanup{PairReport(), "nobody"});
  EXPECT_THAT(hub_.last_effects(), IsEmpty());
}

TEST_F(Signaling, AnswersWhatItDoesNotRouteByTheReferencesError) {
  a_.Send(inbound::Unroutable{"renegotiation-offer"});
  EXPECT_THAT(a_.Take(),
              ElementsAre("error: Signaling server does not route 'renegotiation-offer' messages. "
                          "Use WebRTC data channels for peer-to-peer communication."));
  EXPECT_EQ(hub_.counted(Reason::kUnroutable), 1u);
}

TEST_F(Signaling, IgnoresADiscoveryFromWhoIsNoHub) {
  a_.Report(Id('f'), "room");
  ExpectDropped(Reason::kNotAHub);
}

TEST_F(Signaling, DoesNotRouteAWithdrawalFromWhoIsNoHub) {
  a_.Withdraw(b_.id(), "room");
  EXPECT_THAT(a_.Take(),
              ElementsAre("error: Signaling server does not route 'peer-disconnected' messages. "
                          "Use WebRTC data channels for peer-to-peer communication."));
  EXPECT_THAT(hub_.last_effects(), ::testing::SizeIs(1));
}

}  // namespace
}  // namespace pigeonhub
