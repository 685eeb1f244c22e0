// SPDX-License-Identifier: Apache-2.0

#include "control/conversions/record_conversions.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "control/call/rpc_error.h"
#include "control/conversions/event_conversions.h"

namespace pigeonhub {
namespace {

TEST(Conversions, GiveEveryReasonItsOwnName) {
  for (size_t i = 0; i < kReasonCount; ++i) {
    const auto reason = static_cast<Reason>(i);
    std::string name(ReasonName(reason));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_EQ(ReasonWord(ToProto(reason)), name);
  }
  EXPECT_EQ(ToProto(Reason::kCount), v1::REASON_UNSPECIFIED);
}

TEST(Conversions, KnowNoTimeThatNoMessageCanHave) {
  EXPECT_EQ(ToTimestamp(UnixMillis{1} << 62).seconds(), 253'402'300'799);
  EXPECT_EQ(ToTimestamp(-(UnixMillis{1} << 62)).seconds(), -62'135'596'800);
}

// Makes an event of the body with index I, and of those after it.
template <size_t I = 0>
void ExpectEachBodyConverted(std::set<int>& kinds) {
  if constexpr (I < std::variant_size_v<EventBody>) {
    using Body = std::variant_alternative_t<I, EventBody>;
    // These two come in a stream of their own, as messages of that.
    if constexpr (std::is_same_v<Body, HandshakeSeen> || std::is_same_v<Body, HandshakeHub>) {
      return ExpectEachBodyConverted<I + 1>(kinds);
    }
    const Event event{7, 1795370400123, std::variant_alternative_t<I, EventBody>()};
    const v1::Event converted = ToProto(event, {"epoch", "hub"});
    EXPECT_EQ(converted.seq(), 7u);
    EXPECT_EQ(converted.epoch(), "epoch");
    EXPECT_EQ(converted.hub_id(), "hub");
    EXPECT_EQ(converted.time().seconds(), 1795370400);
    EXPECT_EQ(converted.time().nanos(), 123'000'000);
    EXPECT_TRUE(kinds.insert(converted.kind()).second) << v1::EventKind_Name(converted.kind());
    // Kind and member of the oneof tell the same.
    const auto* field = v1::Event::descriptor()->FindFieldByNumber(converted.body_case());
    ASSERT_NE(field, nullptr) << v1::EventKind_Name(converted.kind());
    std::string name = "EVENT_KIND_" + field->name();
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    EXPECT_EQ(v1::EventKind_Name(converted.kind()), name);
    ExpectEachBodyConverted<I + 1>(kinds);
  }
}

TEST(Conversions, KnowEveryKindOfEvent) {
  std::set<int> kinds;
  ExpectEachBodyConverted(kinds);
  EXPECT_EQ(kinds.size(), static_cast<size_t>(v1::EventKind_ARRAYSIZE) - 1);
}

TEST(Conversions, KeepTheParticularsOfABurst) {
  PeersLeft burst;
  burst.count = 12;
  burst.within = std::chrono::milliseconds(1500);
  burst.reasons = {{Reason::kTransportLost, 10}, {Reason::kGoodbye, 2}};
  burst.addresses = {{"10.0.0.1", 12}};
  burst.networks = {{"room", 3}};
  const v1::Event event = ToProto({1, 0, burst}, {});
  EXPECT_EQ(event.peers_left().count(), 12);
  EXPECT_EQ(event.peers_left().within().seconds(), 1);
  EXPECT_EQ(event.peers_left().within().nanos(), 500'000'000);
  ASSERT_EQ(event.peers_left().addresses_size(), 1);
  EXPECT_EQ(event.peers_left().addresses(0).address(), "10.0.0.1");
  EXPECT_EQ(event.peers_left().addresses(0).count(), 12);
  ASSERT_EQ(event.peers_left().namespaces_size(), 1);
  EXPECT_EQ(event.peers_left().namespaces(0).namespace_(), "room");
  ASSERT_EQ(event.peers_left().reasons_size(), 2);
  EXPECT_EQ(event.peers_left().reasons(0).reason(), v1::REASON_TRANSPORT_LOST);
  EXPECT_EQ(event.peers_left().reasons(0).count(), 10);
}

TEST(Conversions, TellWhoClosedALink) {
  LinkDown down;
  down.up_for = std::chrono::seconds(90);
  down.since = 5'000;
  EXPECT_EQ(ToProto({1, 0, down}, {}).link_down().reason(), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(ToProto({1, 0, down}, {}).link_down().ended_by(), v1::LINK_SIDE_UNSPECIFIED);
  down.end = {LinkEnd::Side::kOtherHub, Reason::kPeerClosed, 1001, "going away"};
  const v1::LinkDownEvent closed = ToProto({1, 0, down}, {}).link_down();
  EXPECT_EQ(closed.reason(), v1::REASON_PEER_CLOSED);
  EXPECT_EQ(closed.close_code(), 1001);
  EXPECT_EQ(closed.ended_by(), v1::LINK_SIDE_OTHER_HUB);
  EXPECT_EQ(closed.up_for().seconds(), 90);
  EXPECT_EQ(closed.since().seconds(), 5);
  down.end = {LinkEnd::Side::kNeither, Reason::kTransportLost, 1006, "lost"};
  EXPECT_EQ(ToProto({1, 0, down}, {}).link_down().ended_by(), v1::LINK_SIDE_NEITHER);
}

TEST(Conversions, TellHowAPairFares) {
  const PeerId a = *PeerId::Parse(std::string(40, 'a'));
  const PeerId b = *PeerId::Parse(std::string(40, 'b'));
  const PairReport report{.ms = 1164,
                          .local = PairReport::Candidate::kHost,
                          .remote = PairReport::Candidate::kRelay,
                          .protocol = PairReport::Protocol::kTcp};
  const v1::PairConnectedEvent connected =
      ToProto({1, 0, PairConnected{a, b, nullptr, 3, report}}, {}).pair_connected();
  EXPECT_EQ(connected.peer_id(), a.text());
  EXPECT_EQ(connected.other_peer_id(), b.text());
  EXPECT_EQ(connected.count(), 3);
  EXPECT_EQ(connected.after().seconds(), 1);
  EXPECT_EQ(connected.after().nanos(), 164'000'000);
  EXPECT_EQ(connected.local_candidate(), v1::CANDIDATE_KIND_HOST);
  EXPECT_EQ(connected.remote_candidate(), v1::CANDIDATE_KIND_RELAY);
  EXPECT_EQ(connected.protocol(), v1::TRANSPORT_PROTOCOL_TCP);
  EXPECT_FALSE(connected.has_answer_after());
  EXPECT_FALSE(ToProto({1, 0, PairConnected{}}, {}).pair_connected().has_after());
  PairConnected answered{a, b, nullptr};
  answered.answer_after = std::chrono::milliseconds(27);
  EXPECT_EQ(ToProto({1, 0, answered}, {}).pair_connected().answer_after().nanos(), 27'000'000);

  PairFailed failed{a, b, nullptr};
  EXPECT_FALSE(ToProto({1, 0, failed}, {}).pair_failed().lost());
  failed.report = {.ms = 2000, .kind = PairReport::Kind::kLost};
  const v1::PairFailedEvent lost = ToProto({1, 0, failed}, {}).pair_failed();
  EXPECT_TRUE(lost.lost());
  EXPECT_EQ(lost.peer_id(), a.text());
  EXPECT_EQ(lost.after().seconds(), 2);
  EXPECT_EQ(lost.local_candidate(), v1::CANDIDATE_KIND_UNSPECIFIED);
}

TEST(Conversions, TellThatAPairOffersAgain) {
  const PeerId a = *PeerId::Parse(std::string(40, 'a'));
  const PeerId b = *PeerId::Parse(std::string(40, 'b'));
  const Event event{1, 0, PairRetried{a, b, nullptr, 2, std::chrono::seconds(28)}};
  const v1::PairRetriedEvent retried = ToProto(event, {}).pair_retried();
  EXPECT_EQ(retried.peer_id(), a.text());
  EXPECT_EQ(retried.other_peer_id(), b.text());
  EXPECT_EQ(retried.count(), 2);
  EXPECT_EQ(retried.after().seconds(), 28);
  v1::EventFilter filter;
  filter.set_peer_id(std::string(b.text()));
  EXPECT_TRUE(EventFilter::FromProto(filter)->Matches(event));
}

TEST(Conversions, TellHowLongAfterTheOfferASignalCame) {
  SignalRelayed signal;
  EXPECT_FALSE(ToProto({1, 0, signal}, {}).signal_relayed().has_since_offer());
  signal.since_offer = std::chrono::milliseconds(31);
  EXPECT_EQ(ToProto({1, 0, signal}, {}).signal_relayed().since_offer().nanos(), 31'000'000);
}

TEST(Conversions, NumberCandidatesAndProtocolsAsReportsDo) {
  const auto upper = [](std::string_view prefix, std::string_view word) {
    std::string name(prefix);
    name += word.empty() ? "unspecified" : word;
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return name;
  };
  ASSERT_EQ(kCandidateWords.size(), static_cast<size_t>(v1::CandidateKind_ARRAYSIZE));
  for (size_t i = 0; i < kCandidateWords.size(); ++i) {
    EXPECT_EQ(v1::CandidateKind_Name(static_cast<v1::CandidateKind>(i)),
              upper("candidate_kind_", kCandidateWords[i]));
  }
  ASSERT_EQ(kProtocolWords.size(), static_cast<size_t>(v1::TransportProtocol_ARRAYSIZE));
  for (size_t i = 0; i < kProtocolWords.size(); ++i) {
    EXPECT_EQ(v1::TransportProtocol_Name(static_cast<v1::TransportProtocol>(i)),
              upper("transport_protocol_", kProtocolWords[i]));
  }
}

TEST(Conversions, MakeARefusedIdFitToShow) {
  const v1::Event event =
      ToProto({1, 0, PeerRefused{"a\x01\xff", "10.0.0.1", Reason::kInvalidPeerId, 1}}, {});
  std::string bytes;
  EXPECT_TRUE(event.SerializeToString(&bytes));
  EXPECT_EQ(event.peer_refused().peer_id(), "a\\u0001\uFFFD");
}

TEST(Conversions, TellWhereARefusedHubCameFrom) {
  const HubRefused refused{PeerId(), Reason::kHubNotAdmitted, "10.0.0.1"};
  EXPECT_EQ(ToProto({1, 0, refused}, {}).hub_refused().remote_address(), "10.0.0.1");
  v1::EventFilter filter;
  filter.set_remote_address("10.0.0.1");
  EXPECT_TRUE(EventFilter::FromProto(filter)->Matches({1, 0, refused}));
}

TEST(Conversions, FindALimitInEachNamespaceThatItNames) {
  LimitHit hit;
  hit.networks = {{"room", 3}, {"hall", 1}};
  v1::EventFilter filter;
  for (const auto& [network, found] : {std::pair("hall", true), std::pair("roof", false)}) {
    filter.set_namespace_(network);
    EXPECT_EQ(EventFilter::FromProto(filter)->Matches({1, 0, hit}), found) << network;
  }
}

TEST(Conversions, TellWhichVersionStarted) {
  EXPECT_NE(ToProto({1, 0, Started{"localhost", 3000}}, {}).started().version(), "");
}

TEST(Conversions, KeepEachEventWhereItsKindIsLookedFor) {
  v1::EventFilter only;
  only.add_kinds(v1::EVENT_KIND_AUDIT);
  const auto place = [](EventBody body) { return static_cast<size_t>(RingOf(body)); };
  EXPECT_TRUE(EventFilter::FromProto(only)->rings().test(place(Audit{})));
  for (const v1::EventKind kind : {v1::EVENT_KIND_SIGNAL_RELAYED, v1::EVENT_KIND_SIGNAL_DROPPED,
                                   v1::EVENT_KIND_BOOTSTRAP_SIGNALING}) {
    only.set_kinds(0, kind);
    const EventRings rings = EventFilter::FromProto(only)->rings();
    EXPECT_EQ(rings.count(), 1u);
    EXPECT_TRUE(rings.test(place(SignalDropped{})));
  }
  EXPECT_EQ(EventFilter::FromProto({})->rings().count(), 2u) << "by default no signals";
}

TEST(Conversions, GiveThePayloadOfASignalOnlyWhereItIsAskedFor) {
  BootstrapSignaling signal;
  const auto buffer = std::make_shared<const std::string>(R"({"sdp":1})");
  signal.payload = {buffer, *buffer};
  signal.payload_bytes = buffer->size();
  EXPECT_EQ(ToProto({1, 0, signal}, {}).bootstrap_signaling().payload_json(), "");
  const v1::Event whole = ToProto({1, 0, signal}, {}, /*with_payloads=*/true);
  EXPECT_EQ(whole.bootstrap_signaling().payload_json(), R"({"sdp":1})");
  EXPECT_EQ(whole.bootstrap_signaling().payload_bytes(), 9);
}

TEST(Conversions, WriteAddressesAsUrlsDo) {
  EXPECT_EQ(ToText(HubServer::Address{"127.0.0.1", 3000}), "127.0.0.1:3000");
  EXPECT_EQ(ToText(HubServer::Address{"::1", 3000}), "[::1]:3000");
}

}  // namespace
}  // namespace pigeonhub
