// SPDX-License-Identifier: Apache-2.0
//
// Random messages: what one side writes the other reads, and nothing of it is lost or changed.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <memory>
#include <string>
#include <vector>

#include "server/wire/encode.h"
#include "tests/wire/decoding.h"
#include "tests/wire/random_json.h"

namespace pigeonhub::wire {
namespace {

constexpr int kRounds = 3000;

PeerId RandomId(RandomJson& random) {
  std::string digits(40, '0');
  for (char& digit : digits) digit = "0123456789abcdefABCDEF"[random.Pick(22)];
  return *PeerId::Parse(digits);
}

TEST(RoundTrip, GivesEverySignalBackAsItWas) {
  RandomJson random(1);
  for (int round = 0; round < kRounds; ++round) {
    outbound::Signal sent;
    sent.type = static_cast<SignalType>(random.Pick(kSignalTypeCount));
    sent.network = std::make_shared<const std::string>("n" + random.Characters());
    sent.from = RandomId(random);
    sent.target = RandomId(random);
    if (random.Pick(10) != 0) {
      sent.payload.buffer = std::make_shared<const std::string>(random.Value());
      sent.payload.text = *sent.payload.buffer;
    }
    const std::string text = Encode(sent, 1760000000000).text;
    const Decoding decoding(text);
    const auto* got = decoding.As<inbound::Signal>();
    ASSERT_NE(got, nullptr) << text;
    EXPECT_EQ(got->type, sent.type);
    EXPECT_EQ(got->network, *sent.network);
    EXPECT_EQ(got->from, sent.from.text());
    EXPECT_EQ(got->target, sent.target.text());
    EXPECT_EQ(got->payload.text, sent.payload.text);
  }
}

TEST(RoundTrip, CarriesWhatAPeerSharesToOtherHubs) {
  RandomJson random(2);
  for (int round = 0; round < kRounds; ++round) {
    std::string data = "{" + random.Space();
    std::vector<std::string> shared;  // key and value of what is passed on
    bool is_hub = false;
    const unsigned count = random.Pick(8);
    for (unsigned i = 0; i < count; ++i) {
      if (i > 0) data += "," + random.Space();
      std::string key = random.Spelt("k" + std::to_string(i));
      std::string value = random.Value();
      switch (random.Pick(4)) {
        case 0:
          key = random.Spelt("peerId");
          break;
        case 1:
          key = random.Spelt("isHub");
          if (random.Pick(2) == 0) value = "true";
          is_hub = value == "true";
          break;
        default:
          shared.push_back(key);
          shared.push_back(value);
      }
      data += key + random.Space() + ":" + random.Space() + value + random.Space();
    }
    data += "}";

    const Decoding announced(R"({"type":"announce","data":)" + data + "}");
    const auto* announce = announced.As<inbound::Announce>();
    ASSERT_NE(announce, nullptr) << data;
    EXPECT_EQ(announce->profile.is_hub, is_hub) << data;

    const PeerId peer = RandomId(random);
    const outbound::Discovered discovered{std::make_shared<const std::string>("room"), peer, is_hub,
                                          announce->profile.members};
    const Decoding reported(Encode(discovered, 1).text);
    const auto* report = reported.As<inbound::PeerReport>();
    ASSERT_NE(report, nullptr) << data;
    EXPECT_EQ(report->peer, peer.text());
    EXPECT_EQ(report->profile.is_hub, is_hub);
    ASSERT_EQ(report->profile.members == nullptr, shared.empty()) << data;
    if (shared.empty()) continue;
    EXPECT_EQ(*report->profile.members, *announce->profile.members);

    // The members are the shared ones, in order, each in its own spelling.
    const std::string& members = *report->profile.members;
    size_t at = 0;
    for (const std::string& text : shared) {
      const size_t found = members.find(text, at);
      ASSERT_NE(found, std::string::npos) << text << " in " << members;
      EXPECT_LE(found - at, 8u) << "something else stands before " << text << " in " << members;
      at = found + text.size();
    }
    EXPECT_EQ(at, members.size()) << members;
  }
}

TEST(RoundTrip, AcceptsExactlyWhatSimdjsonAccepts) {
  RandomJson random(3);
  simdjson::dom::parser parser;
  int refused = 0;
  for (int round = 0; round < 20 * kRounds; ++round) {
    std::string text = R"({"type":"ping","data":)" + random.Value(2) + "}";
    const size_t at = random.Pick(text.size());
    static constexpr char kBytes[] = "{}[],:\"\\ 0-.eutn\n\x01\xc3";
    switch (random.Pick(3)) {
      case 0:
        text.erase(at, 1);
        break;
      case 1:
        text.insert(at, 1, kBytes[random.Pick(sizeof kBytes - 1)]);
        break;
      default:
        text[at] = kBytes[random.Pick(sizeof kBytes - 1)];
    }
    const simdjson::error_code error = parser.parse(text).error();
    if (error == simdjson::NUMBER_ERROR) continue;  // integers beyond 64 bits are fine with us
    ASSERT_EQ(Decoding(text).invalid(), error != simdjson::SUCCESS) << text;
    if (error != simdjson::SUCCESS) ++refused;
  }
  EXPECT_GT(refused, kRounds);
}

}  // namespace
}  // namespace pigeonhub::wire
