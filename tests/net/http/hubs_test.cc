// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/hubs.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace pigeonhub::net {
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
}  // namespace pigeonhub::net
