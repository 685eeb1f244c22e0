// SPDX-License-Identifier: Apache-2.0

#include "control/call/call_metrics.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

using std::chrono::milliseconds;

TEST(CallMetrics, CountsCallsByMethodAndCodeAndTimesThoseThatEndWithTheirAnswer) {
  CallMetrics calls;
  calls.Count("ServerService/GetStats", 0, milliseconds(2), /*is_stream=*/false);
  calls.Count("ServerService/GetStats", 16, milliseconds(1), /*is_stream=*/false);
  calls.Count("EventService/WatchEvents", 1, std::chrono::hours(1), /*is_stream=*/true);
  Exposition out;
  calls.AddTo(out);
  const std::string text = out.Text();
  for (
      const char* line : {
          R"(pigeonhub_grpc_calls_total{method="ServerService/GetStats",code="OK"} 1)",
          R"(pigeonhub_grpc_calls_total{method="ServerService/GetStats",code="UNAUTHENTICATED"} 1)",
          R"(pigeonhub_grpc_calls_total{method="EventService/WatchEvents",code="CANCELLED"} 1)",
          R"(pigeonhub_grpc_call_seconds_count{method="ServerService/GetStats"} 2)",
          R"(pigeonhub_grpc_call_seconds_count{method="EventService/WatchEvents"} 0)",
      }) {
    EXPECT_NE(text.find(std::string(line) + "\n"), std::string::npos) << line << " in\n" << text;
  }
}

class MeteredTest : public ControlTest {};

TEST_F(MeteredTest, ShowsCallsAndWatchersInMetrics) {
  v1::GetStatsResponse stats;
  CALL_OK(server_, GetStats, v1::GetStatsRequest(), stats);
  v1::GetHubRequest request;
  request.set_peer_id(PeerIdText(1));
  v1::GetHubResponse hub_entry;
  EXPECT_REFUSED(CALL(hubs_, GetHub, request, hub_entry), NOT_FOUND, "HUB_NOT_FOUND");
  const std::string text = hub().Metrics();
  for (const char* line : {
           R"(pigeonhub_grpc_calls_total{method="ServerService/GetStats",code="OK"} 1)",
           R"(pigeonhub_grpc_calls_total{method="HubService/GetHub",code="NOT_FOUND"} 1)",
           "pigeonhub_event_watchers 0",
           "pigeonhub_serving 1",
       }) {
    EXPECT_NE(text.find(std::string(line) + "\n"), std::string::npos) << line << " in\n" << text;
  }
  StopControl();
  EXPECT_EQ(hub().Metrics().find("grpc_calls"), std::string::npos);
}

}  // namespace
}  // namespace pigeonhub
