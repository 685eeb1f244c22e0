// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "tests/cli/fake_hub.h"
#include "tests/cli/run.h"
#include "tests/support/temporary_folder.h"

namespace pigeonhub::cli {
namespace {

Outcome Check(std::vector<std::string> words) {
  words.insert(words.begin(), {"check", "handshake"});
  return RunPigeonctl(words);
}

TEST(CheckHandshake, TimesEveryStep) {
  FakeHub hub;
  const Outcome outcome = Check({hub.url(), "-o", "name"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(outcome.out,
            "connect first\nconnect second\ndiscover\noffer\nanswer\ncandidates\ngoodbye\n");
  const Outcome table = Check({hub.url()});
  EXPECT_NE(table.out.find("ms  ok"), std::string::npos) << table.out;
  EXPECT_NE(Check({hub.url(), "-o", "json"}).out.find("\"passed\": true"), std::string::npos);
}

TEST(CheckHandshake, KeepsTheQueryOfTheUrl) {
  FakeHub hub;
  EXPECT_EQ(Check({hub.url() + "/ws?token=t"}).code, 0);
  for (const std::string& target : hub.targets()) {
    EXPECT_EQ(target.find("/ws?token=t&peerId="), 0u) << target;
  }
}

TEST(CheckHandshake, ShowsTheTokenOfAFile) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("token", "a.b.c\n");
  FakeHub hub({.asked_token = "a.b.c"});
  EXPECT_EQ(Check({hub.url(), "--token-file", file}).code, 0);
  EXPECT_EQ(Check({hub.url()}).err,
            "pigeonctl: connect first: the server refused the upgrade: HTTP 401\n");
  const Outcome outcome = Check({hub.url(), "--token-file", "/nowhere/token"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.err.find("pigeonctl: the token file"), 0u) << outcome.err;
}

TEST(CheckHandshake, NamesTheStepThatFails) {
  for (const auto& [type, step] :
       std::vector<std::pair<std::string, std::string>>{{"announce", "discover"},
                                                        {"offer", "offer"},
                                                        {"answer", "answer"},
                                                        {"ice-candidate", "candidates"},
                                                        {"goodbye", "goodbye"}}) {
    FakeHub hub({.fatal_types = {type}});
    const Outcome outcome = Check({hub.url()});
    EXPECT_EQ(outcome.code, 7);
    EXPECT_EQ(outcome.err.find("pigeonctl: " + step + ": "), 0u) << outcome.err;
    EXPECT_NE(outcome.out.find("failed"), std::string::npos) << outcome.out;
  }
}

TEST(CheckHandshake, WaitsForASignalNoLongerThanTheTimeout) {
  FakeHub hub({.dropped_types = {"answer"}});
  const Outcome outcome = Check({hub.url(), "--timeout", "2s"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.err, "pigeonctl: answer: no answer in time\n");
}

TEST(CheckHandshake, SaysHowAHubRefuses) {
  FakeHub busy({.http_status = "503 Service Unavailable"});
  EXPECT_EQ(Check({busy.url()}).err,
            "pigeonctl: connect first: the server refused the upgrade: HTTP 503\n");
  EXPECT_EQ(Check({busy.url()}).code, 7);
  FakeHub strict({.http_status = "401 Unauthorized\r\nWWW-Authenticate: Bearer\r\n\r\n"
                                 "token_missing: this hub asks for a token.\n"});
  EXPECT_EQ(Check({strict.url()}).err,
            "pigeonctl: connect first: the server refused the upgrade: HTTP 401: token_missing: "
            "this hub asks for a token; show one with --token-file; it has to grant "
            "pigeonctl-check-*\n");
  FakeHub full({.close = "Maximum connections reached"});
  const Outcome outcome = Check({full.url()});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.err,
            "pigeonctl: connect first: the server closed the connection: 1008 Maximum connections "
            "reached\n");
}

TEST(CheckHandshake, SaysWhyAnAnnounceIsRefused) {
  FakeHub hub({.announce_refused = "namespace_not_granted"});
  const Outcome outcome = Check({hub.url()});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.err,
            "pigeonctl: discover: namespace_not_granted: Announce refused: the hub says why; take "
            "a token that grants pigeonctl-check-*\n");
}

TEST(CheckHandshake, AsksForTheProxyProtocolWhereAHubEndsWithoutAWord) {
  FakeHub hub({.silent = true});
  EXPECT_EQ(Check({hub.url()}).err,
            "pigeonctl: connect first: the server ended the connection without an answer; a hub "
            "with --proxy-protocol is checked with the same flag\n");
  EXPECT_EQ(Check({hub.url(), "--proxy-protocol"}).err,
            "pigeonctl: connect first: the server ended the connection\n");
}

TEST(CheckHandshake, TakesNoServerForAWebSocketThatIsNone) {
  FakeHub wrong_key({.wrong_accept_key = true});
  EXPECT_NE(Check({wrong_key.url()}).err.find("(Sec-WebSocket-Accept)"), std::string::npos);
  FakeHub masked({.masked_frames = true});
  EXPECT_NE(Check({masked.url()}).err.find("a frame that RFC 6455 does not allow"),
            std::string::npos);
}

TEST(CheckHandshake, CannotConnectToNothing) {
  std::string url;
  {
    FakeHub hub;
    url = hub.url();
  }
  const Outcome outcome = Check({url});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("connect first: 127.0.0.1 port "), std::string::npos) << outcome.err;
  EXPECT_NE(outcome.err.find("Connection refused"), std::string::npos) << outcome.err;
}

TEST(CheckHandshake, SaysThatTwoHubsAreNotLinked) {
  FakeHub first;
  FakeHub second;
  const Outcome outcome = Check({first.url(), second.url(), "--timeout", "2s"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.err,
            "pigeonctl: discover: the two hubs are not linked: no peer heard of the other in time; "
            "see pigeonctl links list\n");
  EXPECT_EQ(first.targets().size(), 1u);
  EXPECT_EQ(second.targets().size(), 1u);
  EXPECT_EQ(Check({"ws://a", "ws://b", "ws://c"}).code, 2);
}

TEST(CheckHandshake, BlamesNoLinkWhereThereIsOneHub) {
  FakeHub deaf({.dropped_types = {"announce"}});
  EXPECT_EQ(Check({deaf.url(), "--timeout", "300ms"}).err,
            "pigeonctl: discover: no answer in time\n");
  EXPECT_EQ(Check({deaf.url(), deaf.url(), "--timeout", "300ms"}).err,
            "pigeonctl: discover: no answer in time\n");
}

TEST(CheckHandshake, TrustsNoTlsItCannotVerify) {
  FakeHub plain;
  const Outcome outcome = Check({"wss" + plain.url().substr(2), "--timeout", "300ms"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.err.find("; is it wss there, not ws?\n"), std::string::npos) << outcome.err;
}

}  // namespace
}  // namespace pigeonhub::cli
