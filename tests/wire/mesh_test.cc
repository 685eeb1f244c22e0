// SPDX-License-Identifier: Apache-2.0
//
// What our hubs say of themselves: the exact text, what is read out of it, and what is not. Frames
// from hub to hub are in hub_frame_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/wire/decoding.h"
#include "tests/wire/mesh_words.h"

namespace pigeonhub::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

TEST(HubAnnounce, IsTheReferencesWithAFewFieldsMore) {
  EXPECT_EQ(
      Sent(outbound::HubAnnounce{Text("pigeonhub-mesh"), std::make_shared<HubDetails>(Details())}),
      R"({"type":"announce","networkName":"pigeonhub-mesh","data":{"isHub":true,"port":3001,)"
      R"("host":"localhost","capabilities":["signaling","relay"],"region":"eu \"1\"",)"
      R"("url":"wss://hub.example","mesh":{"version":1},"timestamp":1760000000123},)"
      R"("timestamp":1760000000123})");
}

TEST(HubAnnounce, IsReadBackAsItWas) {
  const Decoding decoding(
      Sent(outbound::HubAnnounce{Text("pigeonhub-mesh"), std::make_shared<HubDetails>(Details())}));
  const auto* announce = decoding.As<inbound::Announce>();
  ASSERT_NE(announce, nullptr);
  EXPECT_TRUE(announce->profile.is_hub);
  ASSERT_NE(announce->profile.hub, nullptr);
  EXPECT_EQ(*announce->profile.hub, Details());
}

TEST(HubAnnounce, OfAnOrdinaryPeerHasNoHubDetails) {
  const Decoding decoding(R"({"type":"announce","data":{"region":"eu","isHub":false}})");
  EXPECT_EQ(decoding.As<inbound::Announce>()->profile.hub, nullptr);
}

TEST(HubAnnounce, MayHaveFieldsOfTheWrongType) {
  const Decoding decoding(
      R"({"type":"announce","data":{"isHub":true,"port":"x","region":5,"url":null,"mesh":7,)"
      R"("capabilities":{"a":1},"host":[]}})");
  const auto* announce = decoding.As<inbound::Announce>();
  ASSERT_NE(announce, nullptr);
  EXPECT_EQ(*announce->profile.hub, HubDetails());
}

TEST(HubAnswer, SaysWhoAnswersWhom) {
  HubDetails hub = Details();
  hub.answers = Id('b');
  const Decoding decoding(Sent(
      outbound::HubAnswer{Text("pigeonhub-mesh"), Id('a'), std::make_shared<HubDetails>(hub)}));
  const auto* report = decoding.As<inbound::PeerReport>();
  ASSERT_NE(report, nullptr);
  EXPECT_EQ(report->peer, kA);
  EXPECT_EQ(*report->profile.hub, hub);
}

TEST(HubAnswer, OfAPlainServerSaysThatItIsNoHub) {
  HubDetails hub = Details();
  hub.answers = Id('b');
  hub.transit = false;
  const std::string sent =
      Sent(outbound::HubAnswer{Text("pigeonhub-mesh"), Id('a'), std::make_shared<HubDetails>(hub)});
  EXPECT_NE(sent.find(R"(,"transit":false})"), std::string::npos) << sent;
  const Decoding decoding(sent);
  EXPECT_EQ(*decoding.As<inbound::PeerReport>()->profile.hub, hub);
}

TEST(HubNews, AreReadBackAsTheyWere) {
  auto node = std::make_shared<HubNode>();
  node->id = Id('a');
  node->seq = 7;
  node->transit = false;
  node->peers = 20'000;
  node->neighbors = {{Id('b'), true}, {Id('c'), false}, {Id('d'), true, KeyPrefix{1, 2, 3}}};
  node->neighbors.push_back({Id('e'), true});
  node->profile.hub = std::make_shared<HubDetails>(Details());
  const Decoding decoding(Sent(outbound::HubNews{{node, node}}));
  const auto* news = decoding.As<inbound::HubNews>();
  ASSERT_NE(news, nullptr);
  ASSERT_THAT(news->hubs, SizeIs(2));
  const HubNode& got = *news->hubs[1];
  EXPECT_EQ(got.id, Id('a'));
  EXPECT_EQ(got.seq, 7u);
  EXPECT_FALSE(got.transit);
  EXPECT_EQ(got.peers, 20'000u);
  EXPECT_EQ(got.neighbors, node->neighbors);
  EXPECT_EQ(*got.profile.hub, Details());
}

std::shared_ptr<HubNode> NodeOnTheBus() {
  auto node = std::make_shared<HubNode>();
  node->id = Id('a');
  node->seq = 7;
  node->bus = Id('0');
  node->unheard = {Id('b'), Id('c')};
  node->profile.hub = std::make_shared<HubDetails>(Details());
  return node;
}

TEST(HubNews, OnABusSayWhoSaysThem) {
  const std::string beat = R"({"type":"hub-news","data":{"hubs":[],"bus":")" + kB +
                           R"(","life":9007199254740991,"beat":5},"fromPeerId":")" + kA +
                           R"(","timestamp":1760000000123})";
  EXPECT_EQ(Sent(outbound::HubNews{{}, mesh::Beat{Id('a'), Id('b'), mesh::kMostNumber, 5}}), beat);
  const Decoding decoding(beat);
  const auto* news = decoding.As<inbound::HubNews>();
  ASSERT_NE(news, nullptr);
  EXPECT_EQ(news->beat, (mesh::Beat{Id('a'), Id('b'), mesh::kMostNumber, 5}));
  EXPECT_TRUE(news->hubs.empty());
  // To one hub alone it has no number.
  const std::string to_one = Sent(outbound::HubNews{{}, mesh::Beat{Id('a'), Id('b'), 3, 0}});
  EXPECT_EQ(to_one.find("\"beat\""), std::string::npos) << to_one;
  EXPECT_EQ(Decoding(to_one).As<inbound::HubNews>()->beat, (mesh::Beat{Id('a'), Id('b'), 3, 0}));
}

TEST(HubNews, WithoutAllThatABeatNeedsHaveNone) {
  const std::string from = R"(,"fromPeerId":")" + kA + R"("})";
  const std::string bus = R"("bus":")" + kB + '"';
  for (const std::string& text :
       {R"({"type":"hub-news","data":{)" + bus + "}}", R"({"type":"hub-news","data":{})" + from,
        R"({"type":"hub-news","data":{"bus":"x"})" + from,
        R"({"type":"hub-news","data":{)" + bus + R"(,"life":-1})" + from,
        R"({"type":"hub-news","data":{)" + bus + R"(,"beat":"1"})" + from,
        R"({"type":"hub-news","data":{)" + bus + R"(},"fromPeerId":"x"})"}) {
    const Decoding decoding(text);
    ASSERT_NE(decoding.As<inbound::HubNews>(), nullptr) << text;
    EXPECT_EQ(decoding.As<inbound::HubNews>()->beat, std::nullopt) << text;
  }
}

TEST(HubNews, NameTheBusAndWhomTheHubDoesNotHearThere) {
  const std::string sent = Sent(outbound::HubNews{{NodeOnTheBus()}});
  EXPECT_THAT(sent, HasSubstr(R"("neighbours":[],"bus":")" + std::string(40, '0') +
                              R"(","unheard":[")" + kB + R"(",")" + kC + R"("],"data":)"));
  const Decoding decoding(sent);
  const auto* news = decoding.As<inbound::HubNews>();
  ASSERT_THAT(news->hubs, SizeIs(1));
  EXPECT_EQ(news->hubs[0]->bus, Id('0'));
  EXPECT_EQ(news->hubs[0]->unheard, NodeOnTheBus()->unheard);
  EXPECT_EQ(*news->hubs[0]->profile.hub, Details()) << "without the mark among the capabilities";
}

TEST(HubNews, ArePassedOnAsTheyCame) {
  const std::string node = R"({"seq":7,"peerId":")" + kA +
                           R"(", "later":{"than":["us"]},"data":{"port":1,"more":1e3} })";
  const Decoding decoding(R"({"type":"hub-news","data":{"hubs":[)" + node + "," + node + "]}}");
  const auto* news = decoding.As<inbound::HubNews>();
  ASSERT_THAT(news->hubs, SizeIs(2));
  EXPECT_EQ(Sent(outbound::HubNews{news->hubs}), R"({"type":"hub-news","data":{"hubs":[)" + node +
                                                     "," + node +
                                                     R"(]},"timestamp":1760000000123})");
}

// A hub in between may have taken away, added or changed what the mark stands for.
TEST(HubNews, WhoseBusIsNotTheOneOfItsMarkAreNobodysWord) {
  const std::string sent = Sent(outbound::HubNews{{NodeOnTheBus()}});
  const auto without = [&](const std::string& what, const std::string& instead = {}) {
    std::string text = sent;
    const size_t at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    if (at != std::string::npos) text.replace(at, what.size(), instead);
    return text;
  };
  const std::string unheard = R"(,"unheard":[")" + kB + R"(",")" + kC + R"("])";
  const std::string bus = R"(,"bus":")" + std::string(40, '0') + '"';
  for (const std::string& text :
       {without(unheard), without(kC, kA), without(bus, R"(,"bus":")" + kC + '"'),
        without("hub-bus1:", "hub-bus2:"), without("hub-bus1:", "hub-bus1:0"),
        without(unheard, R"(,"unheard":[")" + kC + R"(",")" + kB + R"("])")}) {
    const Decoding decoding(text);
    const auto* news = decoding.As<inbound::HubNews>();
    ASSERT_NE(news, nullptr) << text;
    EXPECT_THAT(news->hubs, SizeIs(0)) << text;
    EXPECT_EQ(news->refused, 1u) << text;
  }
  // A hub that knows no bus leaves both out, and passes the mark on.
  const Decoding stripped(without(bus + unheard));
  const auto* news = stripped.As<inbound::HubNews>();
  ASSERT_THAT(news->hubs, SizeIs(1));
  EXPECT_EQ(news->hubs[0]->bus, std::nullopt);
  EXPECT_TRUE(news->hubs[0]->unheard.empty());
}

TEST(HubNews, LeaveOutWhatIsNoHub) {
  const Decoding decoding(R"({"type":"hub-news","data":{"hubs":[1,{},{"peerId":"x","seq":1},)"
                          R"({"peerId":")" +
                          kA + R"("},{"peerId":")" + kB + R"(","seq":1}]}})");
  const auto* news = decoding.As<inbound::HubNews>();
  ASSERT_NE(news, nullptr);
  ASSERT_THAT(news->hubs, SizeIs(1));
  EXPECT_EQ(news->hubs[0]->id, Id('b'));
  EXPECT_EQ(news->refused, 4u);
}

// What is no whole number from 0 to 2^53 - 1, the last one that every reader of JSON holds exactly.
const char* const kOutOfRange[] = {"-1",
                                   "1.5",
                                   "1e3",
                                   "9007199254740992",
                                   "9223372036854775807",
                                   "18446744073709551615",
                                   "18446744073709551616",
                                   "99999999999999999999999999",
                                   "\"7\"",
                                   "null",
                                   "[1]"};

class NumberOutOfRange : public ::testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Numbers, NumberOutOfRange, ::testing::ValuesIn(kOutOfRange));

TEST_P(NumberOutOfRange, RefusesTheEntryOfAHubAndNoOther) {
  for (const char* key : {"seq", "peers"}) {
    const Decoding decoding(R"({"type":"hub-news","data":{"hubs":[{"peerId":")" + kA +
                            R"(","seq":1,")" + key + R"(":)" + GetParam() + R"(},{"peerId":")" +
                            kB + R"(","seq":9007199254740991,"peers":0}]}})");
    const auto* news = decoding.As<inbound::HubNews>();
    ASSERT_NE(news, nullptr);
    ASSERT_THAT(news->hubs, SizeIs(1));
    EXPECT_EQ(news->hubs[0]->id, Id('b'));
    EXPECT_EQ(news->hubs[0]->seq, 9007199254740991u);
    EXPECT_EQ(news->refused, 1u);
  }
}

TEST_P(NumberOutOfRange, RefusesAFrame) {
  for (const char* key : {"stream", "seq", "ackStream", "ack"}) {
    EXPECT_TRUE(Decoding(R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" +
                         kB + R"(","data":{")" + key + R"(":)" + GetParam() + R"(,"ops":[]}})")
                    .invalid())
        << key;
  }
}

TEST_P(NumberOutOfRange, RefusesAnOperationAndNoOther) {
  const Decoding decoding(R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" +
                          kB + R"(","data":{"seq":1,"ops":[{"op":"join","peerId":")" + kC +
                          R"(","networkName":"r","generation":)" + GetParam() +
                          R"(},{"op":"yields","peerId":")" + kC +
                          R"(","generation":9007199254740991}]}})");
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  ASSERT_THAT(frame->body->ops, SizeIs(1));
  EXPECT_EQ(std::get<mesh::Yields>(frame->body->ops[0]).generation, 9007199254740991u);
  EXPECT_EQ(frame->refused, 1u);
}

TEST_P(NumberOutOfRange, IsNotTakenForAPortOrAVersion) {
  const Decoding decoding(R"({"type":"announce","data":{"isHub":true,"port":)" +
                          std::string(GetParam()) + R"(,"mesh":{"version":)" + GetParam() + "}}}");
  const auto* announce = decoding.As<inbound::Announce>();
  ASSERT_NE(announce, nullptr);
  EXPECT_EQ(*announce->profile.hub, HubDetails());
}

TEST(DialTargets, HearGreetingsAndPongs) {
  const Decoding greeting(R"({"type":"connected","data":{"peerId":")" + kA + R"("}})");
  ASSERT_NE(greeting.As<inbound::Connected>(), nullptr);
  EXPECT_EQ(greeting.As<inbound::Connected>()->peer, kA);
  EXPECT_NE(Decoding(R"({"type":"pong"})").As<inbound::Pong>(), nullptr);
  const Decoding refusal(R"({"type":"error","error":"no","data":{"reason":"hub_not_admitted"}})");
  ASSERT_NE(refusal.As<inbound::Error>(), nullptr);
  EXPECT_EQ(refusal.As<inbound::Error>()->reason, "hub_not_admitted");
  for (const char* without :
       {R"({"type":"error","error":"no"})", R"({"type":"error","data":{"reason":5}})",
        R"({"type":"error","data":"reason"})"}) {
    const Decoding error(without);
    ASSERT_NE(error.As<inbound::Error>(), nullptr) << without;
    EXPECT_EQ(error.As<inbound::Error>()->reason, "") << without;
  }
  EXPECT_EQ(Sent(outbound::Ping{}), R"({"type":"ping","timestamp":1760000000123})");
}

}  // namespace
}  // namespace pigeonhub::wire
