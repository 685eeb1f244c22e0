// SPDX-License-Identifier: Apache-2.0
#include "server/wire/http.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace pigeonhub::wire {
namespace {

constexpr UnixMillis kTime = 1759492800000;  // 2025-10-03T12:00:00Z

HubRecord Hub(char digit) {
  HubRecord hub;
  hub.peer = *PeerId::Parse(std::string(40, digit));
  hub.registered_at = 1;
  hub.last_activity = 2;
  hub.connected_at = 3;
  return hub;
}

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

TEST(HubsBody, ListsHubsWithWhatTheyAnnounced) {
  HubRecord announced = Hub('a');
  announced.network = std::make_shared<const std::string>("mesh \"1\"");
  announced.profile.members = std::make_shared<const std::string>(R"("port":3000,"x":{})");
  announced.profile.is_hub = true;
  EXPECT_EQ(HubsBody({announced, Hub('b')}, kTime),
            R"({"timestamp":"2025-10-03T12:00:00.000Z","totalHubs":2,"hubs":[)"
            R"({"peerId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","registeredAt":1,)"
            R"("lastActivity":2,"networkName":"mesh \"1\"",)"
            R"("data":{"isHub":true,"port":3000,"x":{}},"connectedAt":3},)"
            R"({"peerId":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","registeredAt":1,)"
            R"("lastActivity":2,"networkName":null,"data":{"isHub":true},"connectedAt":3}]})");
}

TEST(HubsBody, IsEmptyWithoutHubs) {
  EXPECT_EQ(HubsBody({}, kTime),
            R"({"timestamp":"2025-10-03T12:00:00.000Z","totalHubs":0,"hubs":[]})");
}

}  // namespace
}  // namespace pigeonhub::wire
