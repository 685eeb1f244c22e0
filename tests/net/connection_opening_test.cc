// SPDX-License-Identifier: Apache-2.0
//
// Before a connection is a peer's: handshakes, plain HTTP and what is neither.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/net/connection_fixture.h"

namespace pigeonhub::net {
namespace {

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

TEST_F(ConnectionTest, ShutsItsEndAfterAnHttpAnswer) {
  Accept();
  Arrive("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
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
  Arrive("\x16\x03\x01\r\n\r\n");  // TLS
  EXPECT_EQ(heard_, (Heard{"refused bad_handshake", "refused bad_handshake"}));
  EXPECT_TRUE(wire_.written.starts_with("HTTP/1.1 400 "));
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
