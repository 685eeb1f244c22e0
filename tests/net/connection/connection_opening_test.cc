// SPDX-License-Identifier: Apache-2.0
//
// Before a connection is a peer's: handshakes, plain HTTP and what is neither.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/net/connection/connection_fixture.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST_F(ConnectionTest, AnswersAnHttpClientThatHasShutItsEnd) {
  Accept();
  wire_.room = 0;
  wire_.incoming = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  PeerEnds();
  wire_.room = SIZE_MAX;
  Work();
  EXPECT_TRUE(wire_.written.ends_with("answer\n"));
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(heard_.empty());
}

TEST_F(ConnectionTest, ShutsItsEndAfterTheLastHttpAnswer) {
  Accept();
  Arrive("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(wire_.send_shut);
  EXPECT_FALSE(Gone());
  PeerEnds();
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, CountsAHandshakeThatTakesTooLong) {
  Accept();
  Arrive("GET / HTTP/1.1\r\n");
  Pass(seconds(4));
  Arrive("X-Slowly: but surely\r\n");
  Pass(seconds(1));
  EXPECT_EQ(heard_, Heard{"refused handshake_timeout"});
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, CountsABadHandshakeAndWhatIsNoHttp) {
  Accept();
  std::string old = Upgrade();
  old.replace(old.find("Version: 13"), 11, "Version: 8 ");
  Arrive(old);
  EXPECT_EQ(heard_, Heard{"refused bad_handshake"});
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 426 "));
  PeerEnds();

  wire_ = Wire();
  Accept();
  Arrive("nonsense\r\n\r\n");
  EXPECT_EQ(heard_, (Heard{"refused bad_handshake", "refused bad_handshake"}));
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 400 "));
}

TEST_F(ConnectionTest, CountsTlsAndEndsAtOnce) {
  Accept();
  Arrive("\x16");
  EXPECT_EQ(heard_, Heard{"refused tls_on_plain_port"});
  EXPECT_TRUE(wire_.written.starts_with("\x15\x03"));
  EXPECT_TRUE(wire_.send_shut);
}

TEST_F(ConnectionTest, CountsAWebSocketWhoseUpgradeAProxyDropped) {
  Accept();
  Arrive("GET /?peerId=" + std::string(kPeer) + " HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(heard_, Heard{"refused bad_handshake"});
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 426 "));
}

TEST_F(ConnectionTest, AnswersManyRequestsAndThenAWebSocket) {
  Accept();
  for (int i = 0; i < 3; ++i) {
    wire_.written.clear();
    Arrive("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(wire_.written.ends_with("answer\n")) << i;
    Pass(seconds(15));  // longer than a handshake may take in all
  }
  Arrive(Upgrade());
  EXPECT_EQ(heard_, Heard{"opened " + std::string(kPeer) + " from 192.0.2.7"});
}

TEST_F(ConnectionTest, EndsPolitelyWhenNoOtherRequestComes) {
  Accept();
  Arrive("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  Pass(shared_.options.http_idle_timeout - milliseconds(1));
  EXPECT_FALSE(wire_.send_shut);
  Pass(milliseconds(1));
  Work();
  EXPECT_TRUE(wire_.send_shut);
  PeerEnds();
  EXPECT_TRUE(Gone());
  EXPECT_FALSE(wire_.reset);
  EXPECT_TRUE(heard_.empty());
}

TEST_F(ConnectionTest, DropsAnIdleHttpClientThatDoesNotEndWithUs) {
  Accept();
  Arrive("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  Pass(shared_.options.http_idle_timeout + shared_.options.close_timeout);
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(heard_.empty());
}

TEST_F(ConnectionTest, CountsALaterRequestThatTakesTooLong) {
  Accept();
  Arrive("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  Pass(seconds(10));
  Arrive("GET / HT");
  Pass(seconds(5));
  EXPECT_EQ(heard_, Heard{"refused handshake_timeout"});
  EXPECT_TRUE(Gone());
}

TEST_F(ConnectionTest, ReadsNoRequestWhileAnAnswerWaits) {
  Accept();
  wire_.room = 5;
  std::string many;
  for (int i = 0; i < 1000; ++i) many += "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
  Arrive(many);
  Arrive(many);
  EXPECT_EQ(wire_.incoming.size(), many.size());
  EXPECT_LT(shared_.held.queue, 200u) << "one answer";
  wire_.room = SIZE_MAX;
  Work();
  size_t answers = 0;
  for (size_t at = 0; (at = wire_.written.find("answer\n", at)) != std::string::npos; ++at) {
    ++answers;
  }
  EXPECT_EQ(answers, 2000u);
}

TEST_F(ConnectionTest, DropsWhoDoesNotTakeItsAnswer) {
  Accept();
  wire_.room = 5;
  Arrive("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  Pass(shared_.options.http_idle_timeout);
  EXPECT_TRUE(Gone());
  EXPECT_TRUE(heard_.empty()) << "it was no handshake";
}

TEST_F(ConnectionTest, MayAskOverHttpButBecomesNoPeerWhereDescriptorsAreShort) {
  Accept(/*http_only=*/true);
  Arrive("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(wire_.written.ends_with("answer\n"));
  EXPECT_TRUE(wire_.send_shut) << "it is not kept";
  PeerEnds();

  wire_ = Wire();
  Accept(/*http_only=*/true);
  Arrive(Upgrade());
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 503 "));
  EXPECT_EQ(heard_, Heard{"refused out_of_descriptors"});
}

TEST_F(ConnectionTest, RefusesWhileTheHubIsNotServing) {
  gate_.Refuse(true);
  Accept();
  Arrive(Upgrade());
  EXPECT_EQ(heard_, Heard{"refused not_serving"});
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 503 "));
}

TEST_F(ConnectionTest, SaysNothingOfASocketThatComesAndGoes) {
  Accept();
  PeerEnds();
  EXPECT_TRUE(heard_.empty());
  EXPECT_TRUE(Gone());
}

}  // namespace
}  // namespace pigeonhub::net
