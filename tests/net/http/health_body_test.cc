// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/health_body.h"

#include <gtest/gtest.h>

#include <string>

namespace pigeonhub::net {
namespace {

constexpr UnixMillis kTime = 1759492800000;  // 2025-10-03T12:00:00Z

TEST(HealthBody, HasTheFieldsOfTheReferenceInItsOrder) {
  HubStats stats;
  stats.is_hub = true;
  stats.connections = 4;
  stats.peers = 3;
  stats.hubs = 2;
  stats.networks = 1;
  EXPECT_EQ(HealthBody(stats, 12.3456, kTime, {10, 20, 30, 40, 50}),
            R"({"status":"healthy","timestamp":"2025-10-03T12:00:00.000Z","uptime":12.346,)"
            R"("isHub":true,"connections":4,"peers":3,"hubs":2,"networks":1,)"
            R"("memory":{"rss":10,"heapTotal":20,"heapUsed":30,"external":40,"arrayBuffers":50}})");
}

TEST(HealthBody, WritesALongUptimeWithoutAnExponent) {
  const std::string body = HealthBody({}, 1e8, kTime, {});
  EXPECT_NE(body.find(R"("uptime":100000000.000,"isHub":false)"), std::string::npos) << body;
}

}  // namespace
}  // namespace pigeonhub::net
