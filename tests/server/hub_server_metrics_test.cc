// SPDX-License-Identifier: Apache-2.0
//
// Where a HubServer shows /metrics.

#include <gtest/gtest.h>

#include "pigeonhub/hub_server.h"
#include "tests/server/hub_server_fixture.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

HubServerOptions WithMetricsAt(uint16_t port) {
  HubServerOptions options = AnyPort();
  options.metrics_listen = HostPort{"127.0.0.1", port};
  return options;
}

TEST(HubServerMetrics, AreShownOnTheirOwnPortAndNotToPeers) {
  HubServer server(WithMetricsAt(0));
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.MetricsAddresses().front().port;
  EXPECT_NE(HttpGet(port, "/metrics").find("pigeonhub_info{"), std::string::npos);
  const uint16_t peers_port = server.Addresses().front().port;
  EXPECT_EQ(HttpGet(peers_port, "/metrics").find("pigeonhub_"), std::string::npos);
  EXPECT_TRUE(HttpGet(peers_port, "/livez").ends_with("alive\n"));
}

TEST(HubServerMetrics, AreShownNowhereUnlessTheOptionsSayWhere) {
  HubServer server(AnyPort());
  ASSERT_TRUE(server.Start().ok());
  EXPECT_TRUE(server.MetricsAddresses().empty());
}

TEST(HubServerMetrics, HaveAnotherPortIfTheirsIsTakenAndMayDiffer) {
  HubServer first(WithMetricsAt(0));
  ASSERT_TRUE(first.Start().ok());
  const uint16_t taken = first.MetricsAddresses().front().port;
  HubServerOptions options = WithMetricsAt(taken);
  EXPECT_EQ(HubServer(options).Start().code(), absl::StatusCode::kAlreadyExists);
  options.metrics_port_may_differ = true;
  HubServer second(options);
  ASSERT_TRUE(second.Start().ok());
  EXPECT_NE(second.MetricsAddresses().front().port, taken);
  EXPECT_TRUE(HttpGet(second.MetricsAddresses().front().port, "/livez").ends_with("alive\n"));
}

TEST(HubServerRequests, TheListOfHubsIsShortForThoseWhomAProxySends) {
  HubServerOptions options = AnyPort();
  options.hub_admission = HubAdmission::kOpen;
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  RawClient hub = Connected(server, kHubId);
  Announce(hub, "pigeonhub-mesh", R"({"isHub":true,"region":"eu"})");
  const uint16_t port = server.Addresses().front().port;
  EXPECT_NE(HttpGet(port, "/hubs").find("\"region\":\"eu\""), std::string::npos);
  // By what a proxy adds, or by the name that the request was sent to.
  for (const char* headers :
       {"Host: localhost\r\nForwarded: for=192.0.2.1",
        "Host: localhost\r\nX-Forwarded-For: 192.0.2.1", "Host: localhost\r\nVia: 1.1 proxy",
        "Host: localhost\r\nX-Real-IP: 192.0.2.1", "Host: localhost\r\nx-forwarded-proto: https",
        "Host: localhost\r\nCF-Connecting-IP: 192.0.2.1",
        "Host: localhost\r\nTrue-Client-IP: 192.0.2.1", "Host: hub.example", "Host: 192.0.2.1:3000",
        "Host:"}) {
    const std::string answer = HttpExchange(
        port, "GET /hubs HTTP/1.1\r\nConnection: close\r\n" + std::string(headers) + "\r\n\r\n");
    EXPECT_NE(answer.find("\"peerId\":\"" + kHubId), std::string::npos) << answer;
    EXPECT_EQ(answer.find("\"data\""), std::string::npos) << answer;
  }
}

TEST(HubServerRequests, TheListOfHubsIsShortWhereOthersCanConnect) {
  HubServerOptions options = AnyPort();
  options.host = "0.0.0.0";
  options.hub_admission = HubAdmission::kOpen;
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  RawClient hub = Connected(server, kHubId);
  Announce(hub, "pigeonhub-mesh", R"({"isHub":true,"region":"eu"})");
  const std::string answer = HttpGet(server.Addresses().front().port, "/hubs");
  EXPECT_NE(answer.find("\"networkName\":\"pigeonhub-mesh\""), std::string::npos) << answer;
  EXPECT_EQ(answer.find("region"), std::string::npos) << answer;
}

}  // namespace
}  // namespace pigeonhub
