// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/core/snapshot.h"
#include "server/net/http_routes.h"
#include "server/net/monitoring_port.h"
#include "server/net/monitoring_routes.h"
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
  EXPECT_EQ(status("/readyz"), 200);
  counters_.serving.Set(static_cast<uint64_t>(Serving::kDraining));
  EXPECT_EQ(status("/readyz"), 503);
  EXPECT_EQ(status("/livez"), 200);
  HttpRequest other;
  other.target = "/metrics?x";
  EXPECT_FALSE(routes_.Answer(other).has_value());
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
  EXPECT_TRUE(HttpGet(port, "/health").starts_with("HTTP/1.1 404 Not Found\r\n"));
  EXPECT_TRUE(HttpExchange(port, "nonsense\r\n\r\n").starts_with("HTTP/1.1 4"));
}

TEST_F(MonitoringTest, LetsNoPeerInThere) {
  MonitoringPort own(routes_, log_);
  const auto bound = own.Listen("127.0.0.1", 0);
  ASSERT_TRUE(bound.ok()) << bound.status();
  RawClient client(bound->front().port);
  EXPECT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 404);
}

TEST_F(MonitoringTest, StandsBesideThePeersUnlessItHasItsOwnPort) {
  DataPlaneOptions options;
  options.monitoring = &routes_;
  const TestHub beside(options);
  EXPECT_TRUE(HttpGet(beside.port(), "/metrics").ends_with("peers 1\n"));
  EXPECT_EQ(HttpGet(beside.port(), "/metrics").find("Access-Control-Allow-Origin"),
            std::string::npos);
  const TestHub apart;
  for (const char* target : {"/metrics", "/livez", "/readyz"}) {
    EXPECT_TRUE(HttpGet(apart.port(), target).starts_with("HTTP/1.1 404 Not Found\r\n")) << target;
  }
}

}  // namespace
}  // namespace pigeonhub::net
