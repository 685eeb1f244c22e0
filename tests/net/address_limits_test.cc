// SPDX-License-Identifier: Apache-2.0
//
// What one address may have of the hub, over real sockets. All addresses of these tests are
// loopback, where rates hold only because they are set.
#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "server/auth/hub_keys.h"
#include "server/core/hub.h"
#include "server/net/data_plane.h"
#include "tests/net/test_hub.h"
#include "tests/support/eventually.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;

constexpr char kSomebody[] = "127.0.0.2";
constexpr char kAnother[] = "127.0.0.3";

RawClient From(const TestHub& hub, const std::string& address) {
  return RawClient(hub.port(), "127.0.0.1", 0, address);
}

std::string TargetOf(uint64_t number) { return "/?peerId=" + PeerIdText(number); }

// Asks for a WebSocket and reads what comes instead.
std::string AnswerTo(const TestHub& hub, const std::string& address, uint64_t number) {
  RawClient client = From(hub, address);
  client.Send(UpgradeRequest(TargetOf(number)));
  return client.ReadAnswer();
}

TEST(AddressRate, OverIsHttp429WithTheTimeToWait) {
  DataPlaneOptions options;
  options.addresses.address_rate = Rate{.amount = 1, .per = std::chrono::hours(1), .burst = 3};
  TestHub hub(options);
  std::vector<RawClient> clients;
  for (uint64_t i = 0; i < 3; ++i) {
    clients.push_back(From(hub, kSomebody));
    EXPECT_EQ(clients.back().Upgrade(TargetOf(i)), 101);
  }
  const std::string answer = AnswerTo(hub, kSomebody, 4);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 429 ")) << answer;
  EXPECT_NE(answer.find("\r\nRetry-After: 3600\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("address_rate"), std::string::npos) << answer;
  EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kAddressRate) == 1; }));
  clients.push_back(From(hub, kAnother));
  EXPECT_EQ(clients.back().Upgrade(TargetOf(5)), 101) << "another address is not held up";
  EXPECT_TRUE(HttpGet(hub.port(), "/health").starts_with("HTTP/1.1 200 OK"));
}

TEST(AddressRate, OfManyIsAnsweredToAllAndLeavesNothing) {
  DataPlaneOptions options;
  options.addresses.address_rate = Rate{.amount = 1, .per = std::chrono::hours(1), .burst = 1};
  options.connection.close_timeout = milliseconds(200);
  TestHub hub(options);
  for (uint64_t i = 0; i < 200; ++i) From(hub, kSomebody).Upgrade(TargetOf(i));
  EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kAddressRate) == 199; }));
  EXPECT_TRUE(hub.WaitForSockets(0));
  EXPECT_EQ(hub.plane().addresses().levels().handshakes, 0u);
}

TEST(AddressRate, HoldsNoHubUpThatShowsWhatItIs) {
  constexpr char kKey[] = "a key that only the hubs of a mesh know";
  const PeerId with_token = *PeerId::Parse(PeerIdText(101));
  const PeerId with_secret = *PeerId::Parse(PeerIdText(102));
  HubOptions hub_options;
  hub_options.is_hub = true;
  hub_options.hub_peer_id = *PeerId::Parse(PeerIdText(100));
  hub_options.hub_admission = HubAdmission::kToken;
  hub_options.hub_allow = {{.id = with_secret, .secret = "0123456789abcdef"}};
  DataPlaneOptions options;
  options.addresses.address_rate = Rate{.amount = 1, .per = std::chrono::hours(1), .burst = 1};
  TestHub hub(options, hub_options);
  auth::HubKeys keys;
  ASSERT_TRUE(keys.Set(kKey).ok());
  ASSERT_TRUE(hub.keys().Set(kKey).ok());
  const auto token_at = [&](std::chrono::system_clock::time_point time) {
    const auto now = std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count();
    const auth::HubTokenClaims claims{.hub = with_token,
                                      .network = "pigeonhub-mesh",
                                      .addressee = hub_options.hub_peer_id.text()};
    return "&hubToken=" + keys.Make(claims, now);
  };
  const auto status_of = [&](const std::string& target) {
    return From(hub, kSomebody).Upgrade(target);
  };
  ASSERT_EQ(status_of(TargetOf(1)), 101);
  ASSERT_EQ(status_of(TargetOf(2)), 429);

  const auto now = std::chrono::system_clock::now();
  EXPECT_EQ(status_of(TargetOf(101) + token_at(now)), 101);
  EXPECT_EQ(status_of(TargetOf(101) + token_at(now - std::chrono::hours(1))), 429) << "expired";
  EXPECT_EQ(status_of(TargetOf(101)), 429) << "anybody may know the id of a hub";
  EXPECT_EQ(status_of(TargetOf(102) + "&hubSecret=0123456789abcdef"), 101);
  EXPECT_EQ(status_of(TargetOf(102) + "&hubSecret=fedcba9876543210"), 429);
  EXPECT_EQ(hub.Count(Reason::kAddressRate), 4u);
}

TEST(OneAddress, DoesNotTakeAllPlaces) {
  HubOptions hub_options;
  hub_options.limits.max_connections = 50;
  DataPlaneOptions options;
  options.addresses.max_connections = 50;
  TestHub hub(options, hub_options);
  std::vector<RawClient> clients;
  for (uint64_t i = 0; i < 45; ++i) {
    clients.push_back(From(hub, kSomebody));
    ASSERT_EQ(clients.back().Upgrade(TargetOf(i)), 101) << i;
  }
  const std::string answer = AnswerTo(hub, kSomebody, 100);
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 503 ")) << answer;
  EXPECT_NE(answer.find("address_share"), std::string::npos) << answer;
  for (uint64_t i = 200; i < 205; ++i) {
    clients.push_back(From(hub, kAnother));
    EXPECT_EQ(clients.back().Upgrade(TargetOf(i)), 101) << i;
    EXPECT_NE(clients.back().ReadTextWith("\"connected\""), "") << i;
  }
  EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kAddressShare) == 1; }));
}

TEST(OneAddress, HasOnlySoManyHandshakesUnderWay) {
  DataPlaneOptions options;
  options.addresses.max_handshakes = 20;
  options.connection.handshake_timeout = milliseconds(1000);
  TestHub hub(options);
  std::vector<RawClient> silent;
  for (int i = 0; i < 100; ++i) silent.push_back(From(hub, kSomebody));
  // More come where the first ones have timed out meanwhile.
  EXPECT_TRUE(Eventually([&] {
    if (hub.Count(Reason::kAddressHandshakes) >= 80) return true;
    silent.push_back(From(hub, kSomebody));
    return false;
  }));
  RawClient other = From(hub, kAnother);
  EXPECT_EQ(other.Upgrade(TargetOf(1)), 101);
  EXPECT_TRUE(hub.WaitForSockets(1)) << "the silent ones time out";
  RawClient again = From(hub, kSomebody);
  EXPECT_EQ(again.Upgrade(TargetOf(2)), 101);
}

// Clients that stop at every point of a handshake, that are refused for each reason, and that stay
// for a while.
TEST(OneAddress, IsForgottenWhateverBecameOfItsConnections) {
  HubOptions hub_options;
  hub_options.limits.max_connections = 40;
  DataPlaneOptions options;
  options.io_threads = 2;
  options.addresses = {.address_rate = Rate{.amount = 100, .burst = 100},
                       .max_connections = 40,
                       .max_handshakes = 30};
  options.connection.handshake_timeout = milliseconds(300);
  options.connection.http_idle_timeout = milliseconds(300);
  options.connection.close_timeout = milliseconds(300);
  options.admit = [](const Request& request) {
    return !request.peer_id.ends_with('5') ? absl::OkStatus() : absl::PermissionDeniedError("no");
  };
  TestHub hub(options, hub_options);
  {
    std::mt19937 random(1);
    std::deque<RawClient> clients;
    for (uint64_t i = 0; i < 600; ++i) {
      clients.push_back(From(hub, "127.0.0." + std::to_string(2 + random() % 3)));
      RawClient& client = clients.back();
      const std::string request = UpgradeRequest(TargetOf(i) + "&");
      switch (random() % 8) {
        case 0:
          break;  // silent
        case 1:
          client.Send(request.substr(0, random() % request.size()));
          break;
        case 2:
          client.Send("nonsense\r\n\r\n");
          break;
        case 3:
          client.Upgrade("/?peerId=bad");
          break;
        case 4:
          client.Send(request);
          client.Reset();
          break;
        case 5:
          client.Send("GET /health HTTP/1.1\r\nHost: h\r\n\r\n");
          break;
        default:
          client.Upgrade(TargetOf(i) + "&");
      }
      if (random() % 3 == 0) clients.pop_front();
    }
    EXPECT_GT(hub.connections(), 0u);
  }
  EXPECT_TRUE(hub.WaitForSockets(0));
  const AddressTable::Levels levels = hub.plane().addresses().levels();
  EXPECT_EQ(levels.connections, 0u);
  EXPECT_EQ(levels.handshakes, 0u);
  EXPECT_TRUE(hub.plane().addresses().Busiest(1).empty());
  EXPECT_GT(hub.Count(Reason::kNotAdmitted), 0u);
}

}  // namespace
}  // namespace pigeonhub::net
