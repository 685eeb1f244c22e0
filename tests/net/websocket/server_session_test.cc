// SPDX-License-Identifier: Apache-2.0

#include "server/net/websocket/server_session.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "tests/net/websocket/server_session_fixture.h"
#include "tests/support/frames.h"

namespace pigeonhub::net {
namespace {

TEST_F(ServerSessionTest, UpgradesWithTheAnswerOfRfc6455) {
  Feed(UpgradeRequest("/any/path?peerId=abc"));
  EXPECT_EQ(heard_, Heard{"open /any/path?peerId=abc"});
  // The accept value is the example of section 1.3.
  EXPECT_EQ(written_,
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nUpgrade: websocket\r\n\r\n");
}

TEST_F(ServerSessionTest, TakesTargetsOfAnyKind) {
  for (const char* target : {"//", "/?peerId=%", "http://[::1/?x", "*", "/\xff\xfe"}) {
    ServerSession session(*this, *this, 1000);
    std::string bytes = UpgradeRequest(target);
    session.Feed(bytes.data(), bytes.size());
    EXPECT_EQ(session.phase(), Session::Phase::kOpen) << target;
    EXPECT_EQ(heard_.back(), std::string("open ") + target);
  }
}

TEST_F(ServerSessionTest, SpeaksTheFirstSubprotocolThatIsNamed) {
  Feed("GET / HTTP/1.1\r\n" + kHead + kUpgradeHeaders +
       "Sec-WebSocket-Protocol: peerpigeon.v1 , other\r\nSec-WebSocket-Protocol: third\r\n\r\n");
  EXPECT_NE(written_.find("\r\nSec-WebSocket-Protocol: peerpigeon.v1\r\n"), std::string::npos)
      << written_;
}

TEST_F(ServerSessionTest, NamesNoSubprotocolUnasked) {
  Feed(UpgradeRequest());
  EXPECT_EQ(written_.find("Sec-WebSocket-Protocol"), std::string::npos) << written_;
}

TEST_F(ServerSessionTest, UnderstandsBytesHoweverTheyAreCut) {
  const std::string all = UpgradeRequest() + ClientFrame(kText, "hello") +
                          ClientFrame(kBinary, "world") + ClientFrame(kPing, "p") +
                          ClientFrame(kCloseFrame, ClosePayload(4001, "bye"));
  for (char byte : all) Feed(std::string(1, byte));
  EXPECT_EQ(heard_,
            (Heard{"open /?peerId=x", "message hello", "message world", "peer close 4001 bye"}));
  EXPECT_EQ(session_.phase(), Session::Phase::kEnded);
}

TEST_F(ServerSessionTest, ReadsWithTheReaderOfOthersWhereverTheirFramesAreCut) {
  OpenIt();
  const std::string first = ClientFrame(kText, "he", {.fin = false}) + ClientFrame(kPing, "p") +
                            ClientFrame(kContinuation, "llo") +
                            ClientFrame(kText, std::string(300, 'x'));
  const std::string second =
      ClientFrame(kText, "world", {.fin = false}) + ClientFrame(kContinuation, "!");
  for (size_t cut = 0; cut <= first.size(); ++cut) {
    ServerSession other(*this, *this, 1000, &spare_);
    std::string bytes = UpgradeRequest();
    other.Feed(bytes.data(), bytes.size());
    heard_.clear();
    Feed(first.substr(0, cut));
    const Heard before = heard_;
    bytes = second;
    heard_.clear();
    other.Feed(bytes.data(), bytes.size());
    EXPECT_EQ(heard_, Heard{"message world!"}) << "cut at " << cut;
    heard_ = before;
    Feed(first.substr(cut));
    EXPECT_EQ(heard_, (Heard{"message hello", "message " + std::string(300, 'x')}))
        << "cut at " << cut;
  }
}

TEST_F(ServerSessionTest, TellsOfEachFrameAfterWhatItSaysButOfNoCloseFrame) {
  hears_frames_ = true;
  Feed(UpgradeRequest() + ClientFrame(kText, "hello") + ClientFrame(kPong, "") +
       ClientFrame(kCloseFrame, ClosePayload(1001, "")));
  EXPECT_EQ(heard_, (Heard{"open /?peerId=x", "message hello", "frame", "pong ", "frame",
                           "peer close 1001 "}));
}

TEST_F(ServerSessionTest, HoldsWhatCameWithTheHandshakeWhilePaused) {
  pause_on_open_ = true;
  Feed(UpgradeRequest() + ClientFrame(kText, "announce"));
  EXPECT_EQ(heard_.size(), 1u);
  Feed(ClientFrame(kText, "second"));
  EXPECT_EQ(heard_.size(), 1u);
  session_.Resume();
  EXPECT_EQ(heard_, (Heard{"open /?peerId=x", "message announce", "message second"}));
}

TEST_F(ServerSessionTest, HearsTheCloseAnswerOfAPeerThatWasPaused) {
  pause_on_open_ = true;
  Feed(UpgradeRequest() + ClientFrame(kText, "announce") +
       ClientFrame(kCloseFrame, ClosePayload(1008)));
  session_.Close(1008, "Peer already connected");
  session_.Resume();
  EXPECT_EQ(heard_, Heard{"open /?peerId=x"});
  EXPECT_EQ(session_.phase(), Session::Phase::kEnded);
  EXPECT_TRUE(session_.ended_cleanly());
}

TEST_F(ServerSessionTest, AnswersPingsWithTheirPayload) {
  OpenIt();
  Feed(ClientFrame(kPing, "are you there"));
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].opcode, kPong);
  EXPECT_EQ(Frames()[0].payload, "are you there");
}

TEST_F(ServerSessionTest, JoinsFragmentsAroundAControlFrame) {
  OpenIt();
  Feed(ClientFrame(kText, "in ", {.fin = false}) + ClientFrame(kPong, "") +
       ClientFrame(kContinuation, "two ", {.fin = false}) + ClientFrame(kContinuation, "parts"));
  EXPECT_EQ(heard_.back(), "message in two parts");
}

TEST_F(ServerSessionTest, HearsEachMessageOfABurstAsItWasSent) {
  OpenIt();
  heard_.clear();
  const std::string large(900, 'x');
  Feed(ClientFrame(kBinary, "\xff") + ClientFrame(kText, large) + ClientFrame(kPing, "p") +
       ClientFrame(kText, "a", {.fin = false}) + ClientFrame(kPong, "q") +
       ClientFrame(kContinuation, "b") + ClientFrame(kText, "") +
       ClientFrame(kText, "\xe2\x82\xac"));
  EXPECT_EQ(heard_, (Heard{"message \xff", "message " + large, "pong q", "message ab", "message ",
                           "message \xe2\x82\xac"}));
  Feed(ClientFrame(kBinary, "\xff") + ClientFrame(kText, "\xff"));
  EXPECT_EQ(heard_.back(), "violation invalid_utf8");
}

TEST_F(ServerSessionTest, TakesMessagesUpToTheLimitExactly) {
  OpenIt();
  Feed(ClientFrame(kText, std::string(1000, 'x')));
  EXPECT_EQ(session_.phase(), Session::Phase::kOpen);
  EXPECT_EQ(heard_.back().size(), 1000 + std::string("message ").size());
}

TEST_F(ServerSessionTest, TakesACharacterThatSpansFragments) {
  OpenIt();
  Feed(ClientFrame(kText, "\xe2", {.fin = false}) + ClientFrame(kContinuation, "\x82\xac"));
  EXPECT_EQ(heard_.back(), "message \xe2\x82\xac");
}

TEST_F(ServerSessionTest, AnswersEveryViolationWithItsCloseCode) {
  struct Case {
    const char* what;
    std::string bytes;
    uint16_t code;
  };
  const std::vector<Case> cases = {
      {"unmasked", ClientFrame(kText, "x", {.masked = false}), 1002},
      {"reserved bit 1, as for compression", ClientFrame(kText, "x", {.reserved_bits = 0x40}),
       1002},
      {"reserved bit 2", ClientFrame(kText, "x", {.reserved_bits = 0x20}), 1002},
      {"reserved bit 3", ClientFrame(kText, "x", {.reserved_bits = 0x10}), 1002},
      {"reserved data opcode", ClientFrame(3, "x"), 1002},
      {"reserved control opcode", ClientFrame(11, "x"), 1002},
      {"fragmented ping", ClientFrame(kPing, "x", {.fin = false}), 1002},
      {"ping over 125 bytes", ClientFrame(kPing, std::string(126, 'x')), 1002},
      {"continuation of nothing", ClientFrame(kContinuation, "x"), 1002},
      {"message within a message",
       ClientFrame(kText, "x", {.fin = false}) + ClientFrame(kText, "y"), 1002},
      {"length in too long a form", ClientFrame(kText, "x", {.length_bytes = 2}), 1002},
      {"length in much too long a form", ClientFrame(kText, "x", {.length_bytes = 8}), 1002},
      {"one byte too many", ClientFrame(kText, std::string(1001, 'x')), 1009},
      {"binary too large", ClientFrame(kBinary, std::string(1001, 'x')), 1009},
      {"claims 4 GiB",
       ClientFrame(kText, "", {.length_bytes = 8, .claimed_size = int64_t{1} << 32}), 1009},
      {"claims nearly all there is",
       ClientFrame(kText, "", {.length_bytes = 8, .claimed_size = INT64_MAX}), 1009},
      {"fragments that add up",
       ClientFrame(kText, std::string(600, 'x'), {.fin = false}) +
           ClientFrame(kContinuation, std::string(401, 'x')),
       1009},
      {"bad UTF-8", ClientFrame(kText, "\xff"), 1007},
      {"overlong UTF-8", ClientFrame(kText, "\xc0\xaf"), 1007},
      {"a surrogate", ClientFrame(kText, "\xed\xa0\x80"), 1007},
      {"ends within a character", ClientFrame(kText, "\xe2\x82"), 1007},
      {"ends within a character, in fragments",
       ClientFrame(kText, "\xe2", {.fin = false}) + ClientFrame(kContinuation, "\x82"), 1007},
      {"close payload of one byte", ClientFrame(kCloseFrame, "x"), 1002},
      {"close code nobody may send", ClientFrame(kCloseFrame, ClosePayload(1006)), 1002},
      {"close code below the range", ClientFrame(kCloseFrame, ClosePayload(999)), 1002},
      {"close code reserved", ClientFrame(kCloseFrame, ClosePayload(2000)), 1002},
      {"close text that is no UTF-8", ClientFrame(kCloseFrame, ClosePayload(1000, "\xff")), 1007},
  };
  for (const Case& one : cases) {
    written_.clear();
    heard_.clear();
    // One reader for all: nothing of a case is left for the next.
    ServerSession session(*this, *this, 1000, &spare_);
    std::string bytes = UpgradeRequest();
    session.Feed(bytes.data(), bytes.size());
    written_.clear();
    bytes = one.bytes + ClientFrame(kText, "afterwards");
    session.Feed(bytes.data(), bytes.size());
    EXPECT_EQ(session.phase(), Session::Phase::kEnded) << one.what;
    ASSERT_EQ(Frames().size(), 1u) << one.what;
    EXPECT_EQ(Frames()[0].opcode, kCloseFrame) << one.what;
    EXPECT_EQ(Frames()[0].close_code(), one.code) << one.what;
    ASSERT_EQ(heard_.size(), 2u) << one.what;
    EXPECT_TRUE(heard_[1].starts_with("violation ")) << one.what << ": " << heard_[1];
  }
}

TEST_F(ServerSessionTest, TellsWhatAPongCarries) {
  OpenIt();
  session_.Ping("4711");
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].payload, "4711");
  Feed(ClientFrame(kPong, "4711") + ClientFrame(kPong, ""));
  EXPECT_EQ(heard_, (Heard{"open /?peerId=x", "pong 4711", "pong "}));
}

TEST_F(ServerSessionTest, KnowsWhetherAMessageIsUnderWay) {
  EXPECT_FALSE(session_.mid_message());
  OpenIt();
  EXPECT_FALSE(session_.mid_message());
  const std::string text = ClientFrame(kText, "hello");
  Feed(text.substr(0, 8));
  EXPECT_TRUE(session_.mid_message());
  Feed(text.substr(8));
  EXPECT_FALSE(session_.mid_message());

  Feed(ClientFrame(kText, "in two ", {.fin = false}));
  EXPECT_TRUE(session_.mid_message());
  Feed(ClientFrame(kPing, ""));
  EXPECT_TRUE(session_.mid_message());
  Feed(ClientFrame(kContinuation, "frames"));
  EXPECT_FALSE(session_.mid_message());
}

TEST_F(ServerSessionTest, EchoesThePeersCloseCode) {
  OpenIt();
  Feed(ClientFrame(kCloseFrame, ClosePayload(1000, "Client disconnect")));
  EXPECT_EQ(heard_.back(), "peer close 1000 Client disconnect");
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].close_code(), 1000);
  EXPECT_TRUE(session_.ended_cleanly());
}

TEST_F(ServerSessionTest, AnswersACloseWithoutACodeByOneWithout) {
  OpenIt();
  Feed(ClientFrame(kCloseFrame, ""));
  EXPECT_EQ(heard_.back(), "peer close 1005 ");
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_TRUE(Frames()[0].payload.empty());
}

TEST_F(ServerSessionTest, WaitsForTheAnswerToItsOwnClose) {
  OpenIt();
  session_.Close(1000, "Server shutting down");
  EXPECT_EQ(session_.phase(), Session::Phase::kClosing);
  Feed(ClientFrame(kText, "too late") + ClientFrame(kPing, "too late"));
  Feed(ClientFrame(kCloseFrame, ClosePayload(1000)));
  EXPECT_EQ(heard_, Heard{"open /?peerId=x"});
  ASSERT_EQ(Frames().size(), 1u);
  EXPECT_EQ(Frames()[0].close_text(), "Server shutting down");
  EXPECT_TRUE(session_.ended_cleanly());
}

TEST_F(ServerSessionTest, MayBeClosedFromWithinAMessage) {
  OpenIt();
  Feed(ClientFrame(kText, "close me") + ClientFrame(kText, "and this?"));
  EXPECT_EQ(heard_.back(), "message close me");
  EXPECT_EQ(session_.phase(), Session::Phase::kClosing);
}

TEST_F(ServerSessionTest, WritesNothingAfterItsEnd) {
  OpenIt();
  Feed(ClientFrame(kCloseFrame, ""));
  written_.clear();
  session_.Ping("");
  session_.Close(1000, "");
  Feed(ClientFrame(kPing, ""));
  EXPECT_TRUE(written_.empty());
}

}  // namespace
}  // namespace pigeonhub::net
