// SPDX-License-Identifier: Apache-2.0
//
// Seals and MACs: that they survive the wire, and hubs of the version before; and the frozen text
// of this version, which later ones must understand.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "server/core/keyring.h"
#include "server/core/mesh/node_seal.h"
#include "server/wire/encode.h"
#include "tests/support/fixed_keyring.h"
#include "tests/wire/decoding.h"
#include "tests/wire/mesh_words.h"

namespace pigeonhub::wire {
namespace {

constexpr UnixMillis kSealTime = 1795918000123;

HubNode Node() {
  auto hub = std::make_shared<HubDetails>();
  hub->mesh_version = 1;
  hub->host = "localhost";
  hub->port = 3001;
  hub->region = "eu \"1\" \xC3\xA9";
  hub->capabilities = {"signaling", "relay"};
  hub->url = "wss://hub.example";
  HubNode node;
  node.id = Id('a');
  node.seq = 7;
  node.peers = 12;
  node.neighbors = {{Id('b'), true}, {Id('c'), false}};
  node.profile = {nullptr, true, hub};
  return node;
}

HubNode NodeOnABus() {
  HubNode node = Node();
  node.bus = Id('0');
  node.unheard = {Id('d'), Id('e')};
  return node;
}

SharedNode Sealed(HubNode node) {
  Sealer sealer(KeyringOf(1));
  sealer.Begin(kSealTime);
  sealer.Seal(node);
  return std::make_shared<const HubNode>(std::move(node));
}

std::string SentSealed(const outbound::Message& message) { return Encode(message, kSealTime).text; }

SharedNode ReadBack(const std::string& text) {
  const Decoding decoding(text);
  const auto* news = decoding.As<inbound::HubNews>();
  return news == nullptr || news->hubs.empty() ? nullptr : news->hubs.front();
}

TEST(HubSeal, IsReadBackAndHolds) {
  const SharedNode node = Sealed(Node());
  const SharedNode again = ReadBack(SentSealed(outbound::HubNews{{node}}));
  ASSERT_NE(again, nullptr);
  ASSERT_NE(again->seal, nullptr);
  EXPECT_EQ(*again->seal, *node->seal);
  EXPECT_EQ(again->profile.hub->capabilities, node->profile.hub->capabilities);
  EXPECT_TRUE(IsSealGood(*again, *KeyringOf(2)));
}

HubNode NodeWithKeys() {
  HubNode node = Node();
  node.neighbors = {
      {Id('b'), true}, {Id('c'), true, PrefixOf(KeyringOf(3)->signing_key())}, {Id('d'), false}};
  return node;
}

TEST(KeysOfNeighbors, AreReadBackAndSigned) {
  const SharedNode again = ReadBack(SentSealed(outbound::HubNews{{Sealed(NodeWithKeys())}}));
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->neighbors, NodeWithKeys().neighbors);
  EXPECT_EQ(again->profile.hub->capabilities, Node().profile.hub->capabilities);
  EXPECT_TRUE(IsSealGood(*again, *KeyringOf(2)));
  HubNode without = *again;
  without.neighbors[1].key.reset();
  EXPECT_FALSE(IsSealGood(without, *KeyringOf(2)));
}

TEST(KeysOfNeighbors, AreThoseOfTheFirstOnes) {
  HubNode node = Node();
  node.neighbors.assign(200, {Id('c'), true});
  for (size_t i = 0; i < kMostKeysOfNeighbors; ++i) {
    node.neighbors[i].key = PrefixOf(KeyringOf(3)->signing_key());
  }
  const SharedNode again = ReadBack(SentSealed(outbound::HubNews{{Sealed(node)}}));
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->neighbors, node.neighbors);
  size_t bytes = 0;
  const std::string sent = SentSealed(outbound::HubNews{{Sealed(node)}});
  for (const char* begin : {"\"hub-seal1:", "\"hub-keys1:"}) {
    const size_t at = sent.find(begin);
    bytes += sent.find('"', at + 1) - at;
  }
  EXPECT_LT(bytes, 2400u) << "the rest of 4 KiB is for capabilities";
}

TEST(KeysOfNeighbors, ThatCannotBeReadMakeAnEntryNobodysWord) {
  const std::string sent = SentSealed(outbound::HubNews{{Sealed(NodeWithKeys())}});
  const size_t at = sent.find("\"hub-keys1:");
  ASSERT_NE(at, std::string::npos);
  const size_t end = sent.find('"', at + 1);
  for (const std::string& keys : {std::string("!"), std::string("AAAA"), std::string(86, 'A')}) {
    EXPECT_EQ(ReadBack(sent.substr(0, at) + "\"hub-keys1:" + keys + sent.substr(end)), nullptr);
  }
}

// A hub of the version before keeps of an entry what it knows. It takes the seal for a capability,
// and writes the entry anew.
TEST(HubSeal, SurvivesAHubOfTheVersionBefore) {
  const std::string sent = SentSealed(outbound::HubNews{{Sealed(Node())}});
  HubNode as_it_reads_it = *ReadBack(sent);
  auto details = std::make_shared<HubDetails>(*as_it_reads_it.profile.hub);
  const std::string_view begin = "\"hub-seal1:";
  const size_t at = sent.find(begin) + 1;
  details->capabilities.push_back(sent.substr(at, sent.find('"', at) - at));
  as_it_reads_it.profile.hub = details;
  as_it_reads_it.seal = nullptr;
  as_it_reads_it.raw.clear();
  const auto rewritten = std::make_shared<const HubNode>(as_it_reads_it);
  const SharedNode again = ReadBack(SentSealed(outbound::HubNews{{rewritten}}));
  ASSERT_NE(again, nullptr);
  ASSERT_NE(again->seal, nullptr);
  EXPECT_TRUE(IsSealGood(*again, *KeyringOf(2)));
}

TEST(HubSeal, CoversTheBus) {
  const SharedNode node = Sealed(NodeOnABus());
  const SharedNode again = ReadBack(SentSealed(outbound::HubNews{{node}}));
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(IsSealGood(*again, *KeyringOf(2)));
  HubNode other = *again;
  other.unheard.pop_back();
  EXPECT_FALSE(IsSealGood(other, *KeyringOf(2)));
  other = *again;
  other.bus = Id('1');
  EXPECT_FALSE(IsSealGood(other, *KeyringOf(2)));
  other.bus.reset();
  EXPECT_FALSE(IsSealGood(other, *KeyringOf(2)));
}

// It reads no bus, checks the seal as if the mark were a capability, and leaves the bus out where
// it passes the entry on.
TEST(HubSeal, OfAHubOnABusHoldsForAHubThatKnowsNoBus) {
  const SharedNode node = Sealed(NodeOnABus());
  HubNode read = *node;
  auto details = std::make_shared<HubDetails>(*node->profile.hub);
  details->capabilities.push_back(BusMark(*node));
  read.profile.hub = std::move(details);
  read.bus.reset();
  read.unheard.clear();
  EXPECT_TRUE(IsSealGood(read, *KeyringOf(2)));
  const SharedNode again =
      ReadBack(SentSealed(outbound::HubNews{{std::make_shared<const HubNode>(std::move(read))}}));
  ASSERT_NE(again, nullptr);
  EXPECT_EQ(again->bus, std::nullopt);
  EXPECT_TRUE(IsSealGood(*again, *KeyringOf(2)));
}

TEST(HubSeal, ThatIsNoneMakesTheEntryNobodysWord) {
  const std::string sent = SentSealed(outbound::HubNews{{Sealed(Node())}});
  const size_t at = sent.find("hub-seal1:");
  const size_t end = sent.find('"', at);
  const std::string seal = sent.substr(at, end - at);
  const std::string twice = seal + "\",\"" + seal;
  for (const std::string& wrong :
       {std::string("hub-seal1:"), seal.substr(0, seal.size() - 1), seal + "A", seal + "=",
        "hub-seal1:" + std::string(seal.size() - 10, '!'), twice,
        // A start beyond every number that hubs tell each other.
        "hub-seal1:_" + seal.substr(11)}) {
    std::string text = sent;
    text.replace(at, seal.size(), wrong);
    const Decoding decoding(text);
    const auto* news = decoding.As<inbound::HubNews>();
    ASSERT_NE(news, nullptr) << wrong;
    EXPECT_TRUE(news->hubs.empty()) << wrong;
    EXPECT_EQ(news->refused, 1U) << wrong;
  }
}

outbound::HubFrame Frame() {
  auto body = std::make_shared<mesh::Body>();
  body->stream = 4503599627370497;
  body->seq = 3;
  body->ack_stream = 4503599627370600;
  body->ack = 9;
  const auto payload = Text(R"({"sdp":"v=0\r\n","type":"offer"})");
  body->ops = {
      mesh::Want{Text("red")},
      mesh::Join{Id('d'), Text("red"), 5, true, false, Text(R"("peerType":"browser")")},
      mesh::Signal{SignalType::kOffer, Id('d'), Id('e'), Text("red"), {payload, *payload}}};
  outbound::HubFrame frame{Id('a'), Id('b'), {}, body, {}};
  frame.mac_key = MacKey{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  return frame;
}

bool HasItsMac(const inbound::HubFrame& frame, const MacKey& key) {
  return frame.mac.has_value() &&
         IsSameMac(*frame.mac, mesh::MacOf(frame.from, frame.to, frame.checked, key));
}

TEST(FrameMac, IsOverSenderReceiverAndTheWholeBody) {
  const outbound::HubFrame sent = Frame();
  const std::string text = SentSealed(sent);
  const Decoding decoding(text);
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_TRUE(HasItsMac(*frame, *sent.mac_key));
  // Whatever is changed between the first brace of the body and the last digit of the receiver.
  const size_t begin = text.find(R"("data":)") + 7;
  const size_t end = text.find(R"(,"via")");
  size_t read = 0;
  for (size_t i = begin; i < end; ++i) {
    std::string changed = text;
    changed[i] = changed[i] == '1' ? '2' : '1';
    if (changed == text) continue;
    const Decoding after(changed);
    const auto* other = after.As<inbound::HubFrame>();
    if (other == nullptr) continue;  // it is no frame any more
    ++read;
    EXPECT_FALSE(HasItsMac(*other, *sent.mac_key)) << i << ": " << changed;
  }
  EXPECT_GT(read, 300U);
}

TEST(FrameMac, GoesOnByteForByte) {
  const outbound::HubFrame sent = Frame();
  const Decoding decoding(SentSealed(sent));
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  const Decoding passed_on(
      SentSealed(outbound::HubFrame{frame->from, frame->to, {Id('c')}, nullptr, frame->raw}));
  const auto* again = passed_on.As<inbound::HubFrame>();
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(HasItsMac(*again, *sent.mac_key));
}

TEST(FrameMac, IsOnlyWhatStandsAtTheBeginning) {
  const std::string ids = R"("fromPeerId":")" + std::string(40, 'a') + R"(","targetPeerId":")" +
                          std::string(40, 'b') + '"';
  const std::string digits(32, '0');
  const std::vector<std::string> bodies = {"{}",
                                           R"({"mac":"00"})",
                                           R"({"mac":")" + digits + R"("})",
                                           R"({"seq":1,"mac":")" + digits + R"(","ack":1})",
                                           R"({ "mac":")" + digits + R"(","ack":1})",
                                           R"({"mac":")" + std::string(32, 'g') + R"(","ack":1})"};
  for (const std::string& data : bodies) {
    std::string text = R"({"type":"hub-frame","data":)";
    text.append(data).append(",").append(ids).append("}");
    const Decoding decoding(text);
    ASSERT_NE(decoding.As<inbound::HubFrame>(), nullptr) << data;
    EXPECT_EQ(decoding.As<inbound::HubFrame>()->mac, std::nullopt) << data;
  }
}

// ---- Frozen: what hubs of released versions say. Lines are never changed, only added.

std::vector<std::string> LinesOf(const std::string& file) {
  std::ifstream in(std::string(PIGEONHUB_FROZEN) + "/" + file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

TEST(FrozenMessages, OfThisVersionAreWhatItWrites) {
  const std::vector<std::string> now = {SentSealed(outbound::HubNews{{Sealed(Node())}}),
                                        SentSealed(Frame())};
  EXPECT_EQ(LinesOf("signed.jsonl"), now) << now[0] << "\n" << now[1];
}

TEST(FrozenMessages, OfThisVersionAreBelieved) {
  const std::vector<std::string> lines = LinesOf("signed.jsonl");
  ASSERT_EQ(lines.size(), 2U);
  const SharedNode node = ReadBack(lines[0]);
  ASSERT_NE(node, nullptr);
  EXPECT_TRUE(IsSealGood(*node, *KeyringOf(2)));
  EXPECT_EQ(node->neighbors, Node().neighbors);
  const Decoding decoding(lines[1]);
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_TRUE(HasItsMac(*frame, *Frame().mac_key));
  EXPECT_EQ(frame->body->ops.size(), 3U);
}

TEST(FrozenMessages, OnABusAreWhatThisVersionWrites) {
  const std::vector<std::string> now = {
      SentSealed(outbound::HubNews{{}, mesh::Beat{Id('a'), Id('0'), 4503599627370497, 12}}),
      SentSealed(outbound::HubNews{{Sealed(NodeOnABus())},
                                   mesh::Beat{Id('a'), Id('0'), 4503599627370497, 0}})};
  EXPECT_EQ(LinesOf("bus.jsonl"), now) << now[0] << "\n" << now[1];
}

TEST(FrozenMessages, OnABusAreBelieved) {
  const std::vector<std::string> lines = LinesOf("bus.jsonl");
  ASSERT_EQ(lines.size(), 2U);
  const Decoding beat(lines[0]);
  ASSERT_NE(beat.As<inbound::HubNews>(), nullptr);
  EXPECT_EQ(beat.As<inbound::HubNews>()->beat,
            (mesh::Beat{Id('a'), Id('0'), 4503599627370497, 12}));
  const SharedNode node = ReadBack(lines[1]);
  ASSERT_NE(node, nullptr);
  EXPECT_TRUE(IsSealGood(*node, *KeyringOf(2)));
  EXPECT_EQ(node->bus, Id('0'));
  EXPECT_EQ(node->unheard, NodeOnABus().unheard);
}

TEST(FrozenMessages, OfTheVersionBeforeAreUnderstood) {
  const std::vector<std::string> lines = LinesOf("unsigned.jsonl");
  ASSERT_EQ(lines.size(), 2U);
  const SharedNode node = ReadBack(lines[0]);
  ASSERT_NE(node, nullptr);
  EXPECT_EQ(node->seal, nullptr);
  EXPECT_EQ(node->seq, 7U);
  EXPECT_EQ(node->neighbors, Node().neighbors);
  const Decoding decoding(lines[1]);
  const auto* frame = decoding.As<inbound::HubFrame>();
  ASSERT_NE(frame, nullptr);
  EXPECT_EQ(frame->mac, std::nullopt);
  EXPECT_EQ(frame->body->seq, 3U);
  EXPECT_EQ(frame->body->ops.size(), 3U);
}

}  // namespace
}  // namespace pigeonhub::wire
