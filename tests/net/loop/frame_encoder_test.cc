// SPDX-License-Identifier: Apache-2.0

#include "server/net/loop/frame_encoder.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

const PeerId kOne = *PeerId::Parse(std::string(40, '1'));
const PeerId kOther = *PeerId::Parse(std::string(40, '2'));

std::string PayloadOf(const FrameEncoder::Frame& frame) {
  const auto frames = AllFrames(std::string(frame.header) + std::string(frame.payload));
  return frames.size() == 1 ? frames[0].payload : "not one frame";
}

TEST(FrameEncoder, MakesOneFrameOfAMessage) {
  FrameEncoder encoder;
  const std::string text = PayloadOf(encoder.Encode({{}, 5, outbound::Connected{kOne}}, kOne));
  EXPECT_NE(text.find("\"connected\""), std::string::npos) << text;
  EXPECT_NE(text.find(kOne.text()), std::string::npos) << text;
}

TEST(FrameEncoder, WritesTheTimeOfEachMessage) {
  FrameEncoder encoder;
  for (const UnixMillis time : {0, 5, 5, 6, 5}) {
    const std::string text = PayloadOf(encoder.Encode({{}, time, outbound::Ping{}}, kOne));
    EXPECT_EQ(text, R"({"type":"ping","timestamp":)" + std::to_string(time) + "}");
  }
}

TEST(FrameEncoder, AddressesEachCopyOfABroadcastToItsReceiver) {
  FrameEncoder encoder;
  outbound::Discovered discovered;
  discovered.network = std::make_shared<const std::string>("room");
  discovered.peer = kOther;
  encoder.Begin({{}, 5, discovered});
  const std::string first = PayloadOf(encoder.FrameFor(kOne));
  const std::string second = PayloadOf(encoder.FrameFor(kOther));
  const std::string target = "\"targetPeerId\":\"";
  EXPECT_NE(first.find(target + std::string(kOne.text())), std::string::npos) << first;
  EXPECT_NE(second.find(target + std::string(kOther.text())), std::string::npos) << second;
  EXPECT_EQ(first.size(), second.size());
}

}  // namespace
}  // namespace pigeonhub::net
