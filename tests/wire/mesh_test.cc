// SPDX-License-Identifier: Apache-2.0
//
// What our hubs say to each other: the exact text, what is read out of it, and what is not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "server/core/mesh/conversation.h"
#include "server/wire/encode.h"
#include "tests/wire/decoding.h"

namespace pigeonhub::wire {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr UnixMillis kTime = 1760000000123;
const std::string kA(40, 'a');
const std::string kB(40, 'b');
const std::string kC(40, 'c');

PeerId Id(char digit) { return *PeerId::Parse(std::string(40, digit)); }
SharedText Text(std::string_view text) { return std::make_shared<const std::string>(text); }

HubDetails Details() {
  HubDetails hub;
  hub.mesh_version = 1;
  hub.host = "localhost";
  hub.port = 3001;
  hub.region = "eu \"1\"";
  hub.capabilities = {"signaling", "relay"};
  hub.url = "wss://hub.example";
  return hub;
}

std::string Sent(const outbound::Message& message) { return Encode(message, kTime).text; }

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

std::shared_ptr<HubNode> NodeOnABus() {
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
  const std::string sent = Sent(outbound::HubNews{{NodeOnABus()}});
  EXPECT_THAT(sent, HasSubstr(R"("neighbours":[],"bus":")" + std::string(40, '0') +
                              R"(","unheard":[")" + kB + R"(",")" + kC + R"("],"data":)"));
  const Decoding decoding(sent);
  const auto* news = decoding.As<inbound::HubNews>();
  ASSERT_THAT(news->hubs, SizeIs(1));
  EXPECT_EQ(news->hubs[0]->bus, Id('0'));
  EXPECT_EQ(news->hubs[0]->unheard, NodeOnABus()->unheard);
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
  const std::string sent = Sent(outbound::HubNews{{NodeOnABus()}});
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

outbound::HubFrame Frame(std::vector<mesh::Op> ops) {
  auto body = std::make_shared<mesh::Body>();
  body->stream = (uint64_t{1} << 53) - 1;
  body->seq = 2;
  body->ack_stream = 3;
  body->ack = 4;
  body->again = true;
  body->ops = std::move(ops);
  return {Id('a'), Id('b'), {Id('c')}, body, {}};
}

TEST(HubFrame, TellsOfManyNamespacesAtOnce) {
  const Decoding decoding(Sent(Frame({
      mesh::Want{Text("a")},
      mesh::Want{Text("b")},
      mesh::Nobody{Text("c")},
      mesh::Want{Text("d")},
  })));
  EXPECT_THAT(Sent(Frame({mesh::Want{Text("a")}, mesh::Want{Text("b")}})),
              HasSubstr(R"([{"op":"want","networkNames":["a","b"]}])"));
  const auto& ops = decoding.As<inbound::HubFrame>()->body->ops;
  ASSERT_THAT(ops, SizeIs(4));
  EXPECT_EQ(*std::get<mesh::Want>(ops[0]).network, "a");
  EXPECT_EQ(*std::get<mesh::Want>(ops[1]).network, "b");
  EXPECT_EQ(*std::get<mesh::Nobody>(ops[2]).network, "c");
  EXPECT_EQ(*std::get<mesh::Want>(ops[3]).network, "d");
}

TEST(HubFrame, CarriesEveryOperation) {
  const auto payload = Text(R"({"sdp":"v=0"})");
  const Decoding decoding(Sent(Frame({
      mesh::Want{Text("room \"1\"")},
      mesh::Unwant{Text("room")},
      mesh::WantAll{true},
      mesh::Listing{Text("")},
      mesh::Listed{Text("room")},
      mesh::Join{Id('c'), Text("room"), 9, true, true, Text(R"("n":[1])")},
      mesh::Leave{Id('c'), Text("room"), "bye", true, {payload, *payload}},
      mesh::Signal{SignalType::kAnswer, Id('a'), Id('b'), Text("room"), {payload, *payload}},
      mesh::Claim{Id('a')},
      mesh::Holds{Id('b')},
      mesh::Yields{Id('c'), 5},
  })));
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->from, Id('a'));
  EXPECT_EQ(frame->to, Id('b'));
  ASSERT_THAT(frame->via, SizeIs(1));
  EXPECT_EQ(frame->via[0], Id('c'));
  const mesh::Body& body = *frame->body;
  EXPECT_EQ(body.stream, (uint64_t{1} << 53) - 1);
  EXPECT_EQ(body.seq, 2u);
  EXPECT_EQ(body.ack_stream, 3u);
  EXPECT_EQ(body.ack, 4u);
  EXPECT_TRUE(body.again);
  ASSERT_THAT(body.ops, SizeIs(11));
  EXPECT_EQ(*std::get<mesh::Want>(body.ops[0]).network, "room \"1\"");
  EXPECT_EQ(*std::get<mesh::Unwant>(body.ops[1]).network, "room");
  EXPECT_TRUE(std::get<mesh::WantAll>(body.ops[2]).all);
  EXPECT_EQ(*std::get<mesh::Listing>(body.ops[3]).network, "");
  EXPECT_EQ(*std::get<mesh::Listed>(body.ops[4]).network, "room");
  const auto& join = std::get<mesh::Join>(body.ops[5]);
  EXPECT_EQ(join.peer, Id('c'));
  EXPECT_EQ(join.generation, 9u);
  EXPECT_TRUE(join.alive && join.is_hub);
  ASSERT_NE(join.members, nullptr);
  EXPECT_EQ(*join.members, R"("n":[1])");
  const auto& leave = std::get<mesh::Leave>(body.ops[6]);
  EXPECT_EQ(leave.reason, "bye");
  EXPECT_TRUE(leave.goodbye);
  EXPECT_EQ(leave.payload.text, *payload);
  const auto& signal = std::get<mesh::Signal>(body.ops[7]);
  EXPECT_EQ(signal.type, SignalType::kAnswer);
  EXPECT_EQ(signal.from, Id('a'));
  EXPECT_EQ(signal.target, Id('b'));
  EXPECT_EQ(signal.payload.text, *payload);
  EXPECT_EQ(std::get<mesh::Claim>(body.ops[8]).peer, Id('a'));
  EXPECT_EQ(std::get<mesh::Holds>(body.ops[9]).peer, Id('b'));
  EXPECT_EQ(std::get<mesh::Yields>(body.ops[10]).generation, 5u);
}

BanRecord SomeBan(bool lifted) {
  BanRecord ban;
  ban.target = {BanTarget::Kind::kSubject, "user \"42\""};
  ban.issued_before = 5;
  ban.made_at = 1'760'000'000'123;
  ban.lifted = lifted;
  ban.keep_channels = true;
  ban.reason = "spam";
  ban.hub = Id('a');
  return ban;
}

TEST(HubFrame, CarriesBans) {
  BanRecord bare;
  bare.target = {BanTarget::Kind::kAddress, "192.0.2.0/24"};
  bare.made_at = 1;
  bare.hub = Id('b');
  const std::string text = Sent(Frame({
      mesh::BanTold{std::make_shared<const BanRecord>(SomeBan(false)), 3, 4},
      mesh::BanTold{std::make_shared<const BanRecord>(SomeBan(true)), 0, 4},
      mesh::BanTold{std::make_shared<const BanRecord>(bare), 5, 5},
      mesh::BansHeld{(uint64_t{1} << 53) - 1, 7, true},
      mesh::BansHeld{8, 0, false},
      mesh::WantBans{9},
  }));
  EXPECT_THAT(text,
              HasSubstr(R"({"op":"ban","hub":")" + kB +
                        R"(","kind":"address","value":"192.0.2.0/24","madeAt":1,"left":5,)"
                        R"("rememberedFor":5},{"op":"bans","yes":true,"digest":9007199254740991,)"
                        R"("next":7},{"op":"bans","digest":8},{"op":"want-bans","after":9}])"));
  const Decoding decoding(text);
  const auto& ops = decoding.As<inbound::HubFrame>()->body->ops;
  ASSERT_THAT(ops, SizeIs(6));
  EXPECT_EQ(*std::get<mesh::BanTold>(ops[0]).ban, SomeBan(false));
  EXPECT_EQ(std::get<mesh::BanTold>(ops[0]).left_ms, 3u);
  EXPECT_EQ(std::get<mesh::BanTold>(ops[0]).remembered_ms, 4u);
  EXPECT_EQ(*std::get<mesh::BanTold>(ops[1]).ban, SomeBan(true));
  EXPECT_EQ(*std::get<mesh::BanTold>(ops[2]).ban, bare);
  const auto& held = std::get<mesh::BansHeld>(ops[3]);
  EXPECT_EQ(held.digest, (uint64_t{1} << 53) - 1);
  EXPECT_EQ(held.next, 7u);
  EXPECT_TRUE(held.answers);
  EXPECT_FALSE(std::get<mesh::BansHeld>(ops[4]).answers);
  EXPECT_EQ(std::get<mesh::WantBans>(ops[5]).after, 9u);
}

TEST(HubFrame, CarriesABanOfOneIssuerAsAKindOfItsOwn) {
  BanRecord ban = SomeBan(false);
  ban.target.issuer = "https://app.example";
  ban.lifted_before = 4;
  const std::string text =
      Sent(Frame({mesh::BanTold{std::make_shared<const BanRecord>(ban), 3, 4}}));
  EXPECT_THAT(text, HasSubstr(R"("kind":"subject_of_issuer",)"))
      << "a hub that knows no issuers passes over it";
  EXPECT_THAT(text, HasSubstr(R"("issuer":"https://app.example",)"));
  const Decoding decoding(text);
  const auto& ops = decoding.As<inbound::HubFrame>()->body->ops;
  ASSERT_THAT(ops, SizeIs(1));
  EXPECT_EQ(*std::get<mesh::BanTold>(ops[0]).ban, ban);
}

TEST(HubFrame, LeavesOutWhatIsNoBan) {
  const Decoding decoding(
      R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" + kB +
      R"(","data":{"seq":1,"ops":[{"op":"ban"},{"op":"ban","hub":")" + kA +
      R"(","kind":"nobody","value":"u"},{"op":"ban","hub":"x","kind":"subject","value":"u"},)"
      R"({"op":"ban","hub":")" +
      kA + R"(","kind":"subject","value":"u","madeAt":-1},{"op":"ban","hub":")" + kA +
      R"(","kind":"subject_of_issuer","value":"u"},{"op":"ban","hub":")" + kA +
      R"(","kind":"subject","value":"u","issuer":"i"},{"op":"want-bans"}]}})");
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_THAT(frame->body->ops, SizeIs(1));
  EXPECT_EQ(frame->refused, 1u);
}

TEST(HubFrame, IsNoLongerThanItsSenderReckons) {
  const auto nasty = Text(std::string(1000, '"'));
  const auto payload = Text(std::string(1000, '1'));
  const std::string reason(100, '\x01');
  BanRecord largest = SomeBan(true);
  largest.target = {BanTarget::Kind::kTokenId, *nasty};
  largest.reason = *nasty;
  largest.issued_before = largest.made_at = mesh::kMostNumber;
  const mesh::Op kOps[] = {
      mesh::Want{nasty},
      mesh::Unwant{nasty},
      mesh::WantAll{true},
      mesh::Listing{nasty},
      mesh::Listed{nasty},
      mesh::Nobody{nasty},
      mesh::Join{Id('c'), nasty, mesh::kMostNumber, true, true, payload},
      mesh::Leave{Id('c'), nasty, reason, true, {payload, *payload}},
      mesh::Signal{SignalType::kIceCandidate, Id('a'), Id('b'), nasty, {payload, *payload}},
      mesh::Claim{Id('a')},
      mesh::Holds{Id('b')},
      mesh::Yields{Id('c'), mesh::kMostNumber},
      mesh::BanTold{std::make_shared<const BanRecord>(largest), mesh::kMostNumber,
                    mesh::kMostNumber},
      mesh::BansHeld{mesh::kMostNumber, mesh::kMostNumber, true},
      mesh::WantBans{mesh::kMostNumber},
  };
  auto body = std::make_shared<mesh::Body>();
  body->stream = body->seq = body->ack_stream = body->ack = mesh::kMostNumber;
  body->again = true;
  size_t reckoned = mesh::kEnvelope;
  for (int i = 0; i < 20; ++i) {
    for (const mesh::Op& op : kOps) {
      body->ops.push_back(op);
      reckoned += SizeOfOp(op);
    }
  }
  const std::vector<PeerId> via(mesh::kMostHops, Id('c'));
  EXPECT_LE(Sent(outbound::HubFrame{Id('a'), Id('b'), via, body, {}, MacKey{}}).size(), reckoned);

  auto bare = std::make_shared<mesh::Body>(*body);
  bare->ops.clear();
  const size_t size = Sent(outbound::HubFrame{Id('a'), Id('b'), via, bare, {}, MacKey{}}).size();
  EXPECT_LE(size, mesh::kEnvelope);
  const RawJson raw{payload, *payload};
  EXPECT_LE(Sent(outbound::HubFrame{Id('a'), Id('b'), via, nullptr, raw}).size(),
            mesh::kFrameHead + raw.text.size() + via.size() * PeerId::kLength);
}

TEST(HubFrame, IsPassedOnByteForByte) {
  const Decoding decoding(Sent(Frame({mesh::Claim{Id('c')}})));
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  const Decoding passed_on(
      Sent(outbound::HubFrame{frame->from, frame->to, frame->via, nullptr, frame->raw}));
  ASSERT_NE(passed_on.As<inbound::HubFrame>(), nullptr);
  EXPECT_EQ(passed_on.As<inbound::HubFrame>()->raw.text, frame->raw.text);
}

TEST(HubFrame, CannotMakeAJoinSpeakForAnotherPeer) {
  const Decoding decoding(
      R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" + kB +
      R"(","data":{"ops":[{"op":"join","peerId":")" + kC +
      R"(","networkName":"r","members":{"peer\u0049d":"x","isHub":true,"n":1}}]}})");
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  const auto& join = std::get<mesh::Join>(frame->body->ops.at(0));
  ASSERT_NE(join.members, nullptr);
  EXPECT_EQ(*join.members, R"("n":1)");
  EXPECT_FALSE(join.is_hub);
}

TEST(HubFrame, LeavesOutOperationsItDoesNotKnow) {
  const Decoding decoding(R"({"type":"hub-frame","fromPeerId":")" + kA + R"(","targetPeerId":")" +
                          kB +
                          R"(","data":{"ops":[{"op":"sing"},{"op":"join"},7,null,)"
                          R"({"op":"claim","peerId":")" +
                          kC + R"("}]}})");
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_THAT(frame->body->ops, SizeIs(1));
  EXPECT_EQ(frame->body->seq, 0u);
}

TEST(HubFrame, IsNoneWithoutSenderReceiverOrBody) {
  const std::string ids = R"("fromPeerId":")" + kA + R"(","targetPeerId":")" + kB + R"(")";
  EXPECT_TRUE(Decoding(R"({"type":"hub-frame","data":{}})").invalid());
  EXPECT_TRUE(Decoding(R"({"type":"hub-frame",)" + ids + "}").invalid());
  EXPECT_TRUE(Decoding(R"({"type":"hub-frame",)" + ids + R"(,"data":{},"via":"abc"})").invalid());
  EXPECT_FALSE(Decoding(R"({"type":"hub-frame",)" + ids + R"(,"data":{}})").invalid());
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
