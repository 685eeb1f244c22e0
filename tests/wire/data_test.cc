// SPDX-License-Identifier: Apache-2.0
//
// What decoding makes of `data` where a hub looks into it.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "tests/wire/decoding.h"

namespace pigeonhub::wire {
namespace {

struct Case {
  std::string_view data;
  std::string_view members;  // empty: none
  bool is_hub = false;
};

std::string_view MembersOf(const Profile& profile) {
  return profile.members == nullptr ? std::string_view() : *profile.members;
}

TEST(AnnounceData, SharesAllMembersButPeerIdAndIsHub) {
  const Case cases[] = {
      {R"({"peerId":"a"})", ""},
      {R"({})", ""},
      {R"({"name":"A"})", R"("name":"A")"},
      {R"({"peerId":"a","name":"A"})", R"("name":"A")"},
      {R"({"name":"A","peerId":"a"})", R"("name":"A")"},
      {R"({"a":1,"peerId":"x","b":[2,{"peerId":"inner","isHub":true}],"isHub":false,"c":"3"})",
       R"("a":1,"b":[2,{"peerId":"inner","isHub":true}],"c":"3")"},
      {R"({"peerId":"a","x":1,"peerId":"b","peerId":{"x":2}})", R"("x":1)"},
      {R"({"\u0070eerId":"a","x":1,"is\u0048ub":true})", R"("x":1)", true},
      {R"({"peerid":1,"PeerId":2,"peerId ":3})", R"("peerid":1,"PeerId":2,"peerId ":3)"},
      {R"({"x":1,"x":2})", R"("x":1,"x":2)"},
      {R"({"":{}})", R"("":{})"},
      {R"({"\"":"\\\"}"})", R"("\"":"\\\"}")"},
      {R"({"n":1.50,"e":1E5,"u":"\u00e9"})", R"("n":1.50,"e":1E5,"u":"\u00e9")"},
      {"{ \"a\" : 1 ,\n \"b\" : [ 1 , 2 ] , \"c\" : { } }",
       "\"a\" : 1,\"b\" : [ 1 , 2 ],\"c\" : { }"},
  };
  for (const Case& test : cases) {
    const Decoding decoding(R"({"type":"announce","data":)" + std::string(test.data) + "}");
    const auto* announce = decoding.As<inbound::Announce>();
    ASSERT_NE(announce, nullptr) << test.data;
    EXPECT_EQ(MembersOf(announce->profile), test.members) << test.data;
    EXPECT_EQ(announce->profile.is_hub, test.is_hub) << test.data;
  }
}

TEST(AnnounceData, TakesOnlyTrueForAHub) {
  const std::pair<std::string_view, bool> cases[] = {
      {R"({"isHub":true})", true},
      {R"({ "isHub" : true , "x":1})", true},
      {R"({"isHub":false})", false},
      {R"({"isHub":"true"})", false},
      {R"({"isHub":1})", false},
      {R"({"isHub":[true]})", false},
      {R"({"isHub":{"isHub":true}})", false},
      {R"({"isHub":null})", false},
      {R"({"isHub":true,"isHub":false})", false},
      {R"({"isHub":false,"isHub":true})", true},
      {R"({"x":{"isHub":true}})", false},
      {R"([{"isHub":true}])", false},
  };
  for (const auto& [data, is_hub] : cases) {
    const Decoding decoding(R"({"data":)" + std::string(data) + R"(,"type":"announce"})");
    ASSERT_NE(decoding.As<inbound::Announce>(), nullptr) << data;
    EXPECT_EQ(decoding.As<inbound::Announce>()->profile.is_hub, is_hub) << data;
  }
}

TEST(AnnounceData, SharesNothingUnlessItIsAnObject) {
  for (const std::string data : {"null", "5", "true", R"("text")", "[]", R"([{"a":1}])"}) {
    const Decoding decoding(R"({"type":"announce","data":)" + data + "}");
    ASSERT_NE(decoding.As<inbound::Announce>(), nullptr) << data;
    EXPECT_EQ(decoding.As<inbound::Announce>()->profile.members, nullptr) << data;
  }
  const Decoding missing(R"({"type":"announce","networkName":"room"})");
  ASSERT_NE(missing.As<inbound::Announce>(), nullptr);
  EXPECT_EQ(missing.As<inbound::Announce>()->profile.members, nullptr);
  EXPECT_EQ(missing.As<inbound::Announce>()->network, "room");
}

TEST(AnnounceData, LeavesAnEscapedNetworkAsItIs) {
  const Decoding decoding(
      R"({"type":"announce","networkName":"\u0072oom","data":{"\u0061\u0061":"\u0062"}})");
  ASSERT_NE(decoding.As<inbound::Announce>(), nullptr);
  EXPECT_EQ(decoding.As<inbound::Announce>()->network, "room");
}

TEST(AnnounceData, HoldsNoMoreMemoryThanTheMembersNeed) {
  const Decoding decoding(R"({"type":"announce","data":{"peerId":")" + std::string(500'000, 'x') +
                          R"(","name":"A"}})");
  const auto& members = decoding.As<inbound::Announce>()->profile.members;
  ASSERT_NE(members, nullptr);
  EXPECT_EQ(*members, R"("name":"A")");
  EXPECT_LT(members->capacity(), 100u);
}

TEST(PeerReport, NamesThePeerAndWhatItShares) {
  const Decoding decoding(
      R"({"type":"peer-discovered","data":{"peerId":"\u0061b","isHub":true,"cachedAt":7,"n":[1]},)"
      R"("networkName":"room","fromPeerId":"system","timestamp":1})");
  const auto* report = decoding.As<inbound::PeerReport>();
  ASSERT_NE(report, nullptr);
  EXPECT_EQ(report->network, "room");
  EXPECT_EQ(report->peer, "ab");
  EXPECT_TRUE(report->profile.is_hub);
  EXPECT_EQ(MembersOf(report->profile), R"("cachedAt":7,"n":[1])");
}

TEST(PeerReport, NeedsBothPeerAndNetwork) {
  for (const std::string_view frame : {
           R"({"type":"peer-discovered"})",
           R"({"type":"peer-discovered","data":{"peerId":"a"}})",
           R"({"type":"peer-discovered","data":{"peerId":"a"},"networkName":""})",
           R"({"type":"peer-discovered","data":{"peerId":"a"},"networkName":null})",
           R"({"type":"peer-discovered","networkName":"room"})",
           R"({"type":"peer-discovered","networkName":"room","data":{}})",
           R"({"type":"peer-discovered","networkName":"room","data":{"peerId":""}})",
           R"({"type":"peer-discovered","networkName":"room","data":{"peerId":5}})",
           R"({"type":"peer-discovered","networkName":"room","data":{"peerId":"a","peerId":5}})",
           R"({"type":"peer-discovered","networkName":"room","data":"a"})",
       }) {
    EXPECT_TRUE(Decoding(frame).invalid()) << frame;
  }
}

TEST(PeerWithdrawal, NamesPeerNetworkAndReason) {
  const Decoding full(
      R"({"type":"peer-disconnected","data":{"peerId":"ab","isHub":false,"reason":"gone \u263a"},)"
      R"("networkName":"room"})");
  ASSERT_NE(full.As<inbound::PeerWithdrawal>(), nullptr);
  EXPECT_EQ(full.As<inbound::PeerWithdrawal>()->peer, "ab");
  EXPECT_EQ(full.As<inbound::PeerWithdrawal>()->reason, "gone \u263a");
  EXPECT_EQ(full.As<inbound::PeerWithdrawal>()->network, "room");

  const Decoding bare(R"({"type":"peer-disconnected","data":{"peerId":5,"reason":null}})");
  ASSERT_NE(bare.As<inbound::PeerWithdrawal>(), nullptr);
  EXPECT_EQ(bare.As<inbound::PeerWithdrawal>()->peer, "");
  EXPECT_EQ(bare.As<inbound::PeerWithdrawal>()->reason, "");
  EXPECT_EQ(bare.As<inbound::PeerWithdrawal>()->network, "global");
}

}  // namespace
}  // namespace pigeonhub::wire
