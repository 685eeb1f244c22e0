// SPDX-License-Identifier: Apache-2.0

#include "control/daemon/probe.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "server/base/proxy_header.h"
#include "tests/control/daemon/one_answer.h"
#include "tests/support/loopback_socket.h"

namespace pigeonhub {
namespace {

Config At(uint16_t port) {
  Config config;
  config.host = "127.0.0.1";
  config.port = port;
  return config;
}

TEST(Probe, PassesWhenTheHubSaysItIsReady) {
  OneAnswer hub("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  const ProbeOutcome outcome = AskHub(At(hub.port()), Health::kReady);
  EXPECT_TRUE(outcome.passed);
  EXPECT_EQ(outcome.line,
            "127.0.0.1:" + std::to_string(hub.port()) + "/readyz: \"HTTP/1.1 200 OK\"");
  EXPECT_EQ(hub.request_line(), "GET /readyz HTTP/1.1");
}

TEST(Probe, FailsWithWhatTheHubSaysOfADrain) {
  OneAnswer hub("HTTP/1.1 503 Service Unavailable\r\n\r\n");
  const ProbeOutcome outcome = AskHub(At(hub.port()), Health::kReady);
  EXPECT_FALSE(outcome.passed);
  EXPECT_NE(outcome.line.find("503 Service Unavailable"), std::string::npos) << outcome.line;
}

TEST(Probe, AsksAHubThatListensEverywhereOnTheLoopbackAddress) {
  OneAnswer hub("HTTP/1.1 200 OK\r\n\r\n");
  Config config = At(hub.port());
  config.host = "0.0.0.0";
  EXPECT_TRUE(AskHub(config, Health::kLive).passed);
  EXPECT_EQ(hub.request_line(), "GET /livez HTTP/1.1");
}

TEST(Probe, AsksOnThePortOfMetricsWhereThereIsOne) {
  OneAnswer hub("HTTP/1.1 200 OK\r\n\r\n");
  Config config = At(1);
  config.metrics_listen = HostPort{"127.0.0.1", hub.port()};
  EXPECT_TRUE(AskHub(config, Health::kReady).passed);
}

TEST(Probe, SpeaksForItselfWhereTheHubAsksForAProxyHeader) {
  OneAnswer hub("HTTP/1.1 200 OK\r\n\r\n");
  Config config = At(hub.port());
  config.proxy_protocol = true;
  EXPECT_TRUE(AskHub(config, Health::kReady).passed);
  EXPECT_EQ(hub.request().substr(0, 16), kLocalProxyHeader);
  EXPECT_EQ(hub.request().substr(16, 13), "GET /readyz H");

  OneAnswer metrics("HTTP/1.1 200 OK\r\n\r\n");
  config.metrics_listen = HostPort{"127.0.0.1", metrics.port()};
  EXPECT_TRUE(AskHub(config, Health::kReady).passed);
  EXPECT_EQ(metrics.request_line(), "GET /readyz HTTP/1.1");
}

TEST(Probe, FailsWhereNobodyListens) {
  uint16_t port = 0;
  {
    LoopbackSocket gone;
    port = gone.Listen();
  }
  const ProbeOutcome outcome = AskHub(At(port), Health::kLive);
  EXPECT_FALSE(outcome.passed);
  EXPECT_EQ(outcome.line, "127.0.0.1:" + std::to_string(port) + "/livez: Connection refused");
}

TEST(Probe, DoesNotWaitForAHubThatHangs) {
  OneAnswer hub("");
  const ProbeOutcome outcome = AskHub(At(hub.port()), Health::kLive, std::chrono::milliseconds(50));
  EXPECT_FALSE(outcome.passed);
  EXPECT_NE(outcome.line.find(": no answer in time"), std::string::npos) << outcome.line;
}

TEST(Probe, FailsWhenTheConnectionEndsWithoutAnAnswer) {
  OneAnswer hub("HTTP/1.1 200");  // and no end of line
  EXPECT_FALSE(AskHub(At(hub.port()), Health::kLive).passed);
}

TEST(Probe, SaysWhereAHubCanBeAskedThatWantsCertificates) {
  Config config = At(1);
  config.tls_cert = config.tls_key = "tls.pem";
  config.tls_client_ca = "ca.pem";
  EXPECT_EQ(AskHub(config, Health::kLive).line,
            "the hub answers only those who show a certificate; set --metrics-listen, where it "
            "answers everybody");
}

TEST(Probe, NoticesThatAHubSpeaksNoTls) {
  OneAnswer hub("HTTP/1.1 200 OK\r\n\r\n");
  Config config = At(hub.port());
  config.tls_cert = config.tls_key = "tls.pem";
  EXPECT_EQ(AskHub(config, Health::kLive, std::chrono::milliseconds(50)).line,
            "127.0.0.1:" + std::to_string(hub.port()) + "/livez: no answer in TLS");
}

TEST(Probe, SaysThatPortZeroCannotBeAsked) {
  const ProbeOutcome outcome = AskHub(At(0), Health::kLive);
  EXPECT_FALSE(outcome.passed);
  EXPECT_EQ(outcome.line, "port 0: nobody can know where that hub listens; name a port");
}

}  // namespace
}  // namespace pigeonhub
