// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include "proto/doctor/checks.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/fake_hub.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"
#include "tests/support/certificate.h"

namespace pigeonhub::cli {
namespace {

TEST(Doctor, IsExplainedInTheGuide) {
  const std::string guide = ReadFile("docs/pigeonctl.md");
  for (const doctor::CheckText& text : doctor::CheckTexts()) {
    const std::string row = "| `" + std::string(text.code) + "` | " + std::string(text.ill) +
                            " | " + std::string(text.advice) + " |\n";
    EXPECT_NE(guide.find(row), std::string::npos) << row;
  }
}

using DoctorTest = PigeonctlFixture;

TEST_F(DoctorTest, SaysWhyTheControlApiDoesNotAnswer) {
  server_.Stop();
  const Outcome outcome = Run({"doctor", "-o", "short"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.out,
            "PH-D01 control API: the control API does not answer: cannot connect to " +
                server_.address() +
                ": nobody listens there (Connection refused); is the hub running? --server says "
                "where\n");
}

TEST_F(DoctorTest, GoesThroughTheDoorOfPeers) {
  FakeHub hub;
  const Outcome outcome =
      Run({"doctor", "--outside", hub.url(), "--idle", "50ms", "--origin", "https://a.example"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_NE(outcome.out.find("√  PH-D14  the address can be reached: "), std::string::npos)
      << outcome.out;
  for (const char* line :
       {"√  PH-D16  a peer is let in\n",
        "√  PH-D17  a page of that origin is let in: https://a.example\n",
        "√  PH-D18  a silent connection stays open: for 50ms\n", "\n0 errors, 0 warnings\n"}) {
    EXPECT_NE(outcome.out.find(line), std::string::npos) << line << outcome.out;
  }
}

TEST_F(DoctorTest, IsSilentInShortIfAllIsWell) {
  FakeHub hub;
  const Outcome outcome = Run({"doctor", "--outside", hub.url(), "-o", "short"});
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.code, 0);
}

TEST_F(DoctorTest, NamesWhatTurnsPeersAway) {
  FakeHub closed({.http_status = "403 Forbidden"});
  const Outcome outcome = Run({"doctor", "--outside", closed.url(), "-o", "short"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_EQ(outcome.out, "PH-D16 " + closed.url() +
                             ": a peer is turned away: the server refused the upgrade: HTTP 403\n");
  const std::string dead = "ws://127.0.0.1:1";
  EXPECT_EQ(Run({"doctor", "--outside", dead, "-o", "short"}).out,
            "PH-D14 " + dead + ": the address cannot be reached: Connection refused\n");
}

TEST_F(DoctorTest, FindsAProxyThatEndsSilentConnections) {
  FakeHub hub({.fatal_types = {"announce"}});
  const Outcome outcome = Run({"doctor", "--outside", hub.url(), "--idle", "5s", "-o", "short"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_TRUE(
      outcome.out.starts_with("PH-D18 " + hub.url() + ": a silent connection is closed: after "))
      << outcome.out;
  EXPECT_TRUE(outcome.out.ends_with("ms, the server ended the connection\n")) << outcome.out;
}

TEST_F(DoctorTest, FindsTwoAddressesThatLeadToHubsWithoutALink) {
  FakeHub first;
  FakeHub second;
  const Outcome outcome =
      Run({"doctor", "--outside", first.url(), second.url(), "--timeout", "300ms", "-o", "short"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_TRUE(outcome.out.starts_with("PH-D20 " + first.url() + " and " + second.url() +
                                      ": peers at the two addresses do not meet: discover, "))
      << outcome.out;
}

TEST_F(DoctorTest, LooksAtTheCertificateOfTheControlApi) {
  const Certificate certificate = MakeCertificate("hub.example");
  TemporaryDirectory directory;
  WriteFile(directory.path() + "/ca.pem", certificate.pem);
  const FakeServer::Tls tls{.certificate = certificate.pem, .key = certificate.key};
  FakeServer server("127.0.0.1:0", &tls);
  ServeSmallHub(server);
  const Outcome outcome =
      RunPigeonctl({"doctor", "--server", server.address(), "--ca", directory.path() + "/ca.pem",
                    "--tls-server-name", "hub.example"});
  EXPECT_NE(outcome.out.find("PH-D12  the certificate of the control API"), std::string::npos)
      << outcome.out;
}

TEST_F(DoctorTest, HasOtherCredentialsForPeersThanForTheControlApi) {
  TemporaryDirectory directory;
  WriteFile(directory.path() + "/operator", "operators.token");
  WriteFile(directory.path() + "/peer", "a.b.c");
  FakeHub hub({.asked_token = "a.b.c"});
  const Outcome outcome =
      Run({"doctor", hub.url(), "--token-file", directory.path() + "/operator", "--peer-token-file",
           directory.path() + "/peer", "-o", "jsonpath={.findings[-1].what}"});
  EXPECT_EQ(outcome.out, "a peer is let in\n");
  EXPECT_EQ(server_.calls().back().authorization, "Bearer operators.token");
}

TEST_F(DoctorTest, RefusesFlagsThatDoNotFit) {
  EXPECT_EQ(Run({"doctor", "--outside"}).err,
            "pigeonctl: --outside needs URL: where peers connect\n");
  EXPECT_EQ(Run({"doctor", "--format", "nagios", "-o", "json"}).err,
            "pigeonctl: --format and -o both say how to write it; leave one out\n");
}

TEST_F(DoctorTest, SpeaksToMonitors) {
  FakeHub well;
  const Outcome good = Run({"doctor", "--outside", well.url(), "--format", "nagios"});
  EXPECT_EQ(good.code, 0);
  EXPECT_EQ(good.out, "PIGEONHUB OK - 0 errors, 0 warnings | errors=0 warnings=0\n");
  FakeHub closed({.http_status = "403 Forbidden"});
  const Outcome bad = Run({"doctor", "--outside", closed.url(), "--format", "nagios"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_EQ(bad.out,
            "PIGEONHUB CRITICAL - 1 error, 0 warnings: PH-D16 a peer is turned away: the server "
            "refused the upgrade: HTTP 403 | errors=1 warnings=0\n");
}

}  // namespace
}  // namespace pigeonhub::cli
