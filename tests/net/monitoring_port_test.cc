// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "pigeonhub/records.h"
#include "server/net/http/monitoring_routes.h"
#include "server/net/http/routes.h"
#include "server/net/monitoring_port.h"
#include "tests/net/test_hub.h"
#include "tests/support/raw_client.h"

namespace pigeonhub::net {
namespace {

class MonitoringTest : public testing::Test {
 protected:
  Counters counters_;
  const MonitoringRoutes routes_{counters_, [] { return std::string("peers 1\n"); }};
  SystemClock clock_;
  Log log_{LogLevel::kOff, LogFormat::kText, 2, clock_};
};

TEST_F(MonitoringTest, IsReadyWhilePeersAreWelcomeAndAliveThroughout) {
  const auto status = [&](std::string_view target) {
    HttpRequest request;
    request.target = target;
    return routes_.Answer(request)->status;
  };
  EXPECT_EQ(status("/readyz"), 503) << "not started";
  counters_.serving.Set(static_cast<uint64_t>(Serving::kServing));
  counters_.turning_away.Set(static_cast<uint64_t>(Reason::kCount));
  EXPECT_EQ(status("/readyz"), 200);
  counters_.serving.Set(static_cast<uint64_t>(Serving::kDraining));
  EXPECT_EQ(status("/readyz"), 503);
  EXPECT_EQ(status("/livez"), 200);
  EXPECT_EQ(status("/readyz?x=1"), 503);
  EXPECT_EQ(status("/livez?x=1"), 200);
  EXPECT_EQ(status("/metrics?"), 200);
  HttpRequest other;
  other.target = "/metrics/";
  EXPECT_FALSE(routes_.Answer(other).has_value());
}

TEST_F(MonitoringTest, IsNotReadyWhileALimitTurnsEveryNewcomerAway) {
  counters_.serving.Set(static_cast<uint64_t>(Serving::kServing));
  HttpRequest request;
  request.target = "/readyz";
  for (const Reason reason : {Reason::kMaximumConnections, Reason::kMemoryLimit}) {
    counters_.turning_away.Set(static_cast<uint64_t>(reason));
    const auto answer = routes_.Answer(request);
    EXPECT_EQ(answer->status, 503);
    EXPECT_NE(answer->body.find(ReasonName(reason)), std::string::npos) << answer->body;
  }
}

TEST_F(MonitoringTest, HasAPortOfItsOwn) {
  MonitoringPort own(routes_, log_);
  const auto bound = own.Listen("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok()) << bound.status();
  const uint16_t port = bound->front().port;
  const std::string metrics = HttpGet(port, "/metrics");
  EXPECT_TRUE(metrics.starts_with("HTTP/1.1 200 OK\r\n")) << metrics;
  EXPECT_NE(metrics.find("text/plain; version=0.0.4"), std::string::npos) << metrics;
  EXPECT_TRUE(metrics.ends_with("\r\n\r\npeers 1\n")) << metrics;
  EXPECT_TRUE(HttpGet(port, "/readyz").starts_with("HTTP/1.1 503 "));
  EXPECT_TRUE(HttpGet(port, "/health").starts_with("HTTP/1.1 503 ")) << "not started";
  counters_.serving.Set(static_cast<uint64_t>(Serving::kServing));
  EXPECT_TRUE(HttpGet(port, "/health").starts_with("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_TRUE(HttpExchange(port, "nonsense\r\n\r\n").starts_with("HTTP/1.1 4"));
}

TEST_F(MonitoringTest, AnswersRequestsOnAKeptConnection) {
  MonitoringPort own(routes_, log_);
  const auto bound = own.Listen("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok()) << bound.status();
  RawClient client(bound->front().port);
  const std::string livez = "GET /livez HTTP/1.1\r\nHost: h\r\n\r\n";
  ASSERT_TRUE(client.Send(livez));
  EXPECT_TRUE(client.ReadAnswer().ends_with("\r\n\r\nalive\n"));
  // And two that come together.
  ASSERT_TRUE(client.Send(livez + "GET /metrics?x=1 HTTP/1.0\r\n\r\n"));
  EXPECT_TRUE(client.ReadAnswer().ends_with("\r\n\r\nalive\n"));
  EXPECT_TRUE(client.ReadToEnd().ends_with("\r\n\r\npeers 1\n"));
}

TEST_F(MonitoringTest, AnswersEveryProbeHoweverManySilentConnectionsThereAre) {
  MonitoringPort own(routes_, log_);
  const auto bound = own.Listen("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok()) << bound.status();
  const uint16_t port = bound->front().port;
  RawClient regular(port);
  std::vector<RawClient> silent;
  for (int i = 0; i < 200; ++i) {
    silent.emplace_back(port);
    if (i % 2 == 0) silent.back().Send("GET /li");
    if (i % 10 != 0) continue;
    EXPECT_TRUE(HttpGet(port, "/livez").starts_with("HTTP/1.1 200 ")) << i;
    ASSERT_TRUE(regular.Send("GET /livez HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_TRUE(regular.ReadAnswer().ends_with("alive\n")) << "it is not the one silent longest";
  }
  EXPECT_TRUE(silent.front().EndsWithin(std::chrono::seconds(20))) << "it made room";
}

TEST_F(MonitoringTest, LetsNoPeerInThere) {
  counters_.serving.Set(static_cast<uint64_t>(Serving::kServing));
  MonitoringPort own(routes_, log_);
  const auto bound = own.Listen("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok()) << bound.status();
  RawClient client(bound->front().port);
  EXPECT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 404);
}

TEST_F(MonitoringTest, AnswersProbesBesideThePeersButShowsNoMetricsThere) {
  counters_.serving.Set(static_cast<uint64_t>(Serving::kServing));
  counters_.turning_away.Set(static_cast<uint64_t>(Reason::kCount));
  DataPlaneOptions options;
  options.monitoring = &routes_;
  const TestHub hub(options);
  EXPECT_TRUE(HttpGet(hub.port(), "/livez").ends_with("alive\n"));
  EXPECT_TRUE(HttpGet(hub.port(), "/readyz").ends_with("ready\n"));
  EXPECT_EQ(HttpGet(hub.port(), "/livez").find("Access-Control-Allow-Origin"), std::string::npos);
  for (const char* target : {"/metrics", "/metrics?x=1"}) {
    EXPECT_TRUE(HttpGet(hub.port(), target).ends_with("PeerPigeon WebSocket Signaling Server"));
  }
}

}  // namespace
}  // namespace pigeonhub::net
