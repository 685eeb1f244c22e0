// SPDX-License-Identifier: Apache-2.0
//
// The exact text of every message. Order and spelling are what the reference server prints; where
// it prints two forms of one message ours is the fuller one.
#include "server/wire/encode.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/wire/mesh_words.h"

namespace pigeonhub::wire {
namespace {

RawJson Json(std::string_view text) {
  const SharedText buffer = Text(text);
  return {buffer, *buffer};
}

// A message for peer b, with every run of 40 equal digits written as the digit and "*".
std::string SentToB(const outbound::Message& message) {
  std::string text;
  EncodeTo(message, kTime, Id('b'), text);
  for (const char digit : {'a', 'b', 'c', '0'}) {
    const std::string id(40, digit);
    for (size_t at = text.find(id); at != std::string::npos; at = text.find(id)) {
      text.replace(at, id.size(), std::string(1, digit) + "*");
    }
  }
  return text;
}

TEST(Encode, Connected) {
  EXPECT_EQ(SentToB(outbound::Connected{Id('b')}),
            R"({"type":"connected","data":{"peerId":"b*"},"fromPeerId":"system",)"
            R"("timestamp":1760000000123})");
}

TEST(Encode, Discovered) {
  EXPECT_EQ(SentToB(outbound::Discovered{Text("room"), Id('a'), false, nullptr}),
            R"({"type":"peer-discovered","data":{"peerId":"a*","isHub":false},)"
            R"("networkName":"room","fromPeerId":"system","targetPeerId":"b*",)"
            R"("timestamp":1760000000123})");
}

TEST(Encode, DiscoveredWithMembersBehindOurOwn) {
  EXPECT_EQ(SentToB(outbound::Discovered{Text("room"), Id('a'), true, Text(R"("n":[1],"s":"x")")}),
            R"({"type":"peer-discovered","data":{"peerId":"a*","isHub":true,"n":[1],"s":"x"},)"
            R"("networkName":"room","fromPeerId":"system","targetPeerId":"b*",)"
            R"("timestamp":1760000000123})");
}

TEST(Encode, DiscoveredForALink) {
  EXPECT_EQ(SentToB(outbound::Discovered{Text("room"), Id('a'), false, nullptr, false}),
            R"({"type":"peer-discovered","data":{"peerId":"a*","isHub":false},)"
            R"("networkName":"room","fromPeerId":"system","timestamp":1760000000123})");
}

TEST(Encode, Disconnected) {
  EXPECT_EQ(SentToB(outbound::Disconnected{Text("room"), Id('a'), false, "disconnected"}),
            R"({"type":"peer-disconnected","data":{"peerId":"a*","isHub":false,)"
            R"("reason":"disconnected","timestamp":1760000000123},"networkName":"room",)"
            R"("fromPeerId":"system","targetPeerId":"b*","timestamp":1760000000123})");
}

TEST(Encode, DisconnectedForALinkWithAReasonThatNeedsEscaping) {
  EXPECT_EQ(SentToB(outbound::Disconnected{Text("room"), Id('a'), true, "\"bye\"\n", false}),
            R"({"type":"peer-disconnected","data":{"peerId":"a*","isHub":true,)"
            R"("reason":"\"bye\"\n","timestamp":1760000000123},"networkName":"room",)"
            R"("fromPeerId":"system","timestamp":1760000000123})");
}

TEST(Encode, Goodbye) {
  EXPECT_EQ(SentToB(outbound::Goodbye{Text("room"), Id('a'), Json(R"({"reason":"left"})")}),
            R"({"type":"goodbye","data":{"reason":"left"},"fromPeerId":"a*",)"
            R"("networkName":"room","timestamp":1760000000123})");
  EXPECT_EQ(SentToB(outbound::Goodbye{Text("room"), Id('a'), {}}),
            R"({"type":"goodbye","fromPeerId":"a*","networkName":"room",)"
            R"("timestamp":1760000000123})");
}

TEST(Encode, Signal) {
  EXPECT_EQ(SentToB(outbound::Signal{SignalType::kOffer, Text("room"), Id('a'), Id('c'),
                                     Json(R"({"sdp":"v=0\r\n"})")}),
            R"({"type":"offer","data":{"sdp":"v=0\r\n"},"fromPeerId":"a*",)"
            R"("targetPeerId":"c*","networkName":"room","timestamp":1760000000123})");
  EXPECT_EQ(
      SentToB(outbound::Signal{SignalType::kAnswer, Text("room"), Id('a'), Id('c'), Json("null")}),
      R"({"type":"answer","data":null,"fromPeerId":"a*","targetPeerId":"c*",)"
      R"("networkName":"room","timestamp":1760000000123})");
  EXPECT_EQ(
      SentToB(outbound::Signal{SignalType::kIceCandidate, Text("room"), Id('a'), Id('c'), {}}),
      R"({"type":"ice-candidate","fromPeerId":"a*","targetPeerId":"c*",)"
      R"("networkName":"room","timestamp":1760000000123})");
}

TEST(Encode, Pong) {
  EXPECT_EQ(SentToB(outbound::Pong{Id('b')}),
            R"({"type":"pong","data":{"timestamp":1760000000123},"fromPeerId":"system",)"
            R"("targetPeerId":"b*","timestamp":1760000000123})");
}

TEST(Encode, Error) {
  EXPECT_EQ(SentToB(outbound::Error{"does not route 'a\"b\\'"}),
            R"({"type":"error","error":"does not route 'a\"b\\'","timestamp":1760000000123})");
}

TEST(Encode, ErrorWithAReasonForPrograms) {
  EXPECT_EQ(SentToB(outbound::Error{"Not admitted", "hub_not_admitted"}),
            R"({"type":"error","error":"Not admitted","data":{"reason":"hub_not_admitted"},)"
            R"("timestamp":1760000000123})");
}

TEST(Encode, EscapesNetworkNames) {
  EXPECT_EQ(SentToB(outbound::Goodbye{Text("\"ro\\om\"\t\u00e9"), Id('a'), {}}),
            "{\"type\":\"goodbye\",\"fromPeerId\":\"a*\","
            "\"networkName\":\"\\\"ro\\\\om\\\"\\t\u00e9\",\"timestamp\":1760000000123}");
}

TEST(Encode, AppendsToWhatIsThere) {
  std::string out = "before";
  EncodeTo(outbound::Error{"x"}, 1, PeerId(), out);
  EXPECT_EQ(out, R"(before{"type":"error","error":"x","timestamp":1})");
}

TEST(EncodeTemplate, HasAHoleWhereTheReceiverBelongs) {
  const outbound::Message messages[] = {
      outbound::Discovered{Text("room"), Id('a'), false, Text(R"("targetPeerId":"not here")")},
      outbound::Disconnected{Text("room"), Id('a'), false, "gone"},
  };
  for (const auto& message : messages) {
    Encoded encoded = Encode(message, kTime);
    ASSERT_NE(encoded.hole, Encoded::kNoHole);
    encoded.text.replace(encoded.hole, PeerId::kLength, Id('b').text());
    std::string direct;
    EncodeTo(message, kTime, Id('b'), direct);
    EXPECT_EQ(encoded.text, direct);
  }
}

TEST(EncodeTemplate, HasNoHoleWhereNobodyIsAddressed) {
  const outbound::Message messages[] = {
      outbound::Connected{Id('a')},
      outbound::Discovered{Text("room"), Id('a'), false, nullptr, false},
      outbound::Disconnected{Text("room"), Id('a'), false, "gone", false},
      outbound::Goodbye{Text("room"), Id('a'), {}},
      outbound::Signal{SignalType::kOffer, Text("room"), Id('a'), Id('c'), {}},
      outbound::Pong{Id('a')},
      outbound::Error{"x"},
  };
  for (const auto& message : messages) {
    const Encoded encoded = Encode(message, kTime);
    EXPECT_EQ(encoded.hole, Encoded::kNoHole);
    std::string direct;
    EncodeTo(message, kTime, Id('b'), direct);
    EXPECT_EQ(encoded.text, direct);
  }
}

}  // namespace
}  // namespace pigeonhub::wire
