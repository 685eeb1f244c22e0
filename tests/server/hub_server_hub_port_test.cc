// SPDX-License-Identifier: Apache-2.0
//
// A HubServer that has a port of its own for other hubs.

#include <gtest/gtest.h>

#include "pigeonhub/hub_server.h"
#include "server/internals/hub_internals.h"
#include "server/layer_options.h"
#include "tests/server/hub_server_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

HubServerOptions WithHubPort() {
  HubServerOptions options = AnyPort();
  options.is_hub = true;
  options.auto_connect = false;
  options.hub_admission = HubAdmission::kOpen;
  options.hub_listen = HostPort{"127.0.0.1", 0};
  return options;
}

HubServerOptions DialingTo(uint16_t port) {
  HubServerOptions options = AnyPort();
  options.is_hub = true;
  options.bootstrap_hubs = {"ws://127.0.0.1:" + std::to_string(port)};
  return options;
}

TEST(HubPort, LinksThoseWhoDialIt) {
  HubServer hub(WithHubPort());
  ASSERT_TRUE(hub.Start().ok());
  HubServer other(DialingTo(hub.HubAddresses().front().port));
  ASSERT_TRUE(other.Start().ok());
  EXPECT_TRUE(Eventually([&] { return hub.GetConnectedHubs().size() == 1; }));
}

TEST(HubPort, IsTheOnlyOneThatAdmitsHubs) {
  HubServer hub(WithHubPort());
  ASSERT_TRUE(hub.Start().ok());
  HubServer other(DialingTo(hub.Addresses().front().port));
  ASSERT_TRUE(other.Start().ok());
  EXPECT_TRUE(Eventually(
      [&] { return HubInternals(hub).counters().of(Reason::kHubNotAdmitted).value() > 0; }));
  EXPECT_TRUE(hub.GetConnectedHubs().empty());
}

TEST(HubPort, SendsPeersAway) {
  HubServer hub(WithHubPort());
  ASSERT_TRUE(hub.Start().ok());
  RawClient peer(hub.HubAddresses().front().port);
  ASSERT_EQ(peer.Upgrade("/?peerId=" + kPeerId), 101);
  peer.SendText(R"({"type":"announce","networkName":"room","data":{}})");
  EXPECT_TRUE(peer.EndsWithin(std::chrono::seconds(20)));
  RawClient welcome = Connected(hub, kPeerId);
  Announce(welcome, "room", "{}");
}

TEST(HubPort, IsTheSameAfterARestartAndGoneWhileTheServerIsStopped) {
  HubServer hub(WithHubPort());
  ASSERT_TRUE(hub.Start().ok());
  const uint16_t port = hub.HubAddresses().front().port;
  hub.Stop();
  EXPECT_TRUE(hub.HubAddresses().empty());
  ASSERT_TRUE(hub.Start().ok());
  EXPECT_EQ(hub.HubAddresses().front().port, port);
}

TEST(HubPort, MakesTheHubOneThatStrangersReachIfItIsBoundForThem) {
  HubServerOptions options = WithHubPort();
  EXPECT_EQ(NetOptions(options, PeerId()).reach, net::Reach::kThisMachine);
  options.hub_listen->host = "192.0.2.1";
  EXPECT_EQ(NetOptions(options, PeerId()).reach, net::Reach::kOthers);
}

TEST(HubPort, SaysWhichOptionIsWrongIfItIsTaken) {
  HubServer first(WithHubPort());
  ASSERT_TRUE(first.Start().ok());
  HubServerOptions options = WithHubPort();
  options.hub_listen->port = first.HubAddresses().front().port;
  const absl::Status status = HubServer(options).Start();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(std::string(status.message()).starts_with("hub_listen: port ")) << status;
}

}  // namespace
}  // namespace pigeonhub
