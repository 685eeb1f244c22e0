// SPDX-License-Identifier: Apache-2.0

#include "server/net/http/hubs.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace pigeonhub::net {
namespace {

constexpr UnixMillis kListed = 1759492800000;  // 2025-10-03T12:00:00Z

HubRecord Listed(char digit) {
  HubRecord hub;
  hub.peer = *PeerId::Parse(std::string(40, digit));
  hub.registered_at = 1;
  hub.last_activity = 2;
  hub.connected_at = 3;
  return hub;
}

TEST(HubsBody, ListsHubsWithWhatTheyAnnounced) {
  HubRecord announced = Listed('a');
  announced.network = std::make_shared<const std::string>("mesh \"1\"");
  announced.profile.members = std::make_shared<const std::string>(R"("port":3000,"x":{})");
  announced.profile.is_hub = true;
  EXPECT_EQ(HubsBody({announced, Listed('b')}, kListed, HubFields::kAll),
            R"({"timestamp":"2025-10-03T12:00:00.000Z","totalHubs":2,"hubs":[)"
            R"({"peerId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","registeredAt":1,)"
            R"("lastActivity":2,"networkName":"mesh \"1\"",)"
            R"("data":{"isHub":true,"port":3000,"x":{}},"connectedAt":3},)"
            R"({"peerId":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","registeredAt":1,)"
            R"("lastActivity":2,"networkName":null,"data":{"isHub":true},"connectedAt":3}]})");
}

TEST(HubsBody, ShowsNoSecretOfAnAddress) {
  HubRecord hub = Listed('a');
  hub.profile.members =
      std::make_shared<const std::string>(R"("url":"ws://hub/?hubSecret=s3cret")");
  const std::string body = HubsBody({hub}, kListed, HubFields::kAll);
  EXPECT_NE(body.find(R"("url":"ws://hub/?hubSecret=***")"), std::string::npos) << body;
  EXPECT_EQ(body.find("s3cret"), std::string::npos) << body;
}

TEST(HubsBody, TellsStrangersWhatTheSeedNamesAndNoMore) {
  HubRecord hub = Listed('a');
  hub.network = std::make_shared<const std::string>("mesh");
  hub.profile.members = std::make_shared<const std::string>(R"("host":"10.0.0.7","port":3000)");
  EXPECT_EQ(HubsBody({hub}, kListed, HubFields::kOfSeed),
            R"({"timestamp":"2025-10-03T12:00:00.000Z","totalHubs":1,"hubs":[)"
            R"({"peerId":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","registeredAt":1,)"
            R"("lastActivity":2,"networkName":"mesh"}]})");
}

TEST(HubsBody, ListsAThousandHubsAtMostAndCountsAll) {
  const std::vector<HubRecord> many(kMostListedHubs + 5, Listed('a'));
  const std::string body = HubsBody(many, kListed, HubFields::kOfSeed);
  EXPECT_NE(body.find("\"totalHubs\":1005,"), std::string::npos);
  size_t listed = 0;
  for (size_t at = body.find("peerId"); at != std::string::npos; at = body.find("peerId", at + 1)) {
    ++listed;
  }
  EXPECT_EQ(listed, kMostListedHubs);
}

TEST(HubsBody, IsEmptyWithoutHubs) {
  EXPECT_EQ(HubsBody({}, kListed, HubFields::kOfSeed),
            R"({"timestamp":"2025-10-03T12:00:00.000Z","totalHubs":0,"hubs":[]})");
}

}  // namespace
}  // namespace pigeonhub::net
