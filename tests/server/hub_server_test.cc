// SPDX-License-Identifier: Apache-2.0
//
// The reference's PeerPigeonServer in C++, over real sockets on free loopback ports.
#include "pigeonhub/hub_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <set>

#include "tests/server/hub_server_fixture.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(HubServer, HasTheSeedsDefaults) {
  const HubServerOptions options;
  EXPECT_EQ(options.host, "localhost");
  EXPECT_FALSE(options.port.has_value());
  EXPECT_FALSE(options.is_hub);
  EXPECT_EQ(options.hub_mesh_namespace, "pigeonhub-mesh");
  EXPECT_EQ(options.max_connections, 1000u);
  EXPECT_EQ(options.cleanup_interval, seconds(30));
}

TEST(HubServer, StartsOnceAndSaysWhere) {
  HubServer server(AnyPort());
  EXPECT_FALSE(server.IsRunning());
  EXPECT_TRUE(server.Addresses().empty());
  ASSERT_TRUE(server.Start().ok());
  EXPECT_TRUE(server.IsRunning());
  EXPECT_EQ(server.Start().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_EQ(server.Addresses().size(), 1u);
  EXPECT_GT(server.Addresses().front().port, 0);
  EXPECT_EQ(server.GetStats().port, server.Addresses().front().port);
  server.Stop();
  EXPECT_FALSE(server.IsRunning());
  server.Stop();  // harmless
}

TEST(HubServer, RefusesAPortThatIsTaken) {
  HubServer first(AnyPort());
  ASSERT_TRUE(first.Start().ok());
  HubServerOptions options = AnyPort();
  options.port = first.Addresses().front().port;
  HubServer second(options);
  const absl::Status status = second.Start();
  EXPECT_EQ(status.code(), absl::StatusCode::kAlreadyExists) << status;
  EXPECT_FALSE(second.IsRunning());
  EXPECT_TRUE(first.IsRunning());
}

TEST(HubServer, ChecksBothPortsWithoutTakingThem) {
  HubServer other(AnyPort());
  ASSERT_TRUE(other.Start().ok());
  const uint16_t taken = other.Addresses().front().port;
  HubServerOptions options = AnyPort();
  options.metrics_listen = HostPort{"127.0.0.1", taken};
  HubServer server(options);
  const absl::Status checked = server.Start(Mode::kCheckOnly);
  EXPECT_TRUE(absl::IsAlreadyExists(checked)) << checked;
  EXPECT_EQ(checked, server.Start());

  other.Stop();
  EXPECT_TRUE(server.Start(Mode::kCheckOnly).ok());
  EXPECT_TRUE(server.MetricsAddresses().empty());
  HubServerOptions both = AnyPort();
  both.port = taken;
  both.metrics_listen = options.metrics_listen;
  EXPECT_TRUE(absl::IsAlreadyExists(HubServer(both).Start(Mode::kCheckOnly)));
  EXPECT_TRUE(server.Start().ok()) << "the checks hold no port";
  EXPECT_EQ(server.MetricsAddresses().front().port, taken);
}

TEST(HubServer, DoesNotTakeANameForALoopbackAddress) {
  HubServerOptions options = AnyPort();
  options.host = "127.example.invalid";
  HubServer server(options);
  EXPECT_FALSE(server.Start().ok());
}

TEST(HubServer, DoesNotStartWithKeysThatAreNone) {
  HubServerOptions options = AnyPort();
  options.hub_keys = "short";
  HubServer server(options);
  EXPECT_TRUE(absl::IsInvalidArgument(server.Start()));
}

TEST(HubServer, StartsAgainOnTheSamePortAfterStop) {
  HubServer server(AnyPort());
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;
  {
    RawClient before = Connected(server, kPeerId);
    const auto stopping = std::async(std::launch::async, [&] { server.Stop(); });
    const auto close = before.ReadClose();
    ASSERT_TRUE(close.has_value());
    EXPECT_EQ(close->close_code(), 1000);
    EXPECT_EQ(close->close_text(), "Server shutting down");
    before.ShutdownSend();  // Stop waits some seconds for peers that neither answer nor go
  }
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(server.Addresses().front().port, port);
  RawClient after = Connected(server, kPeerId);
  EXPECT_EQ(server.GetStats().hub.connections, 1u);
}

TEST(HubServer, DrainsAndThenStopsByItself) {
  Heard heard;
  HubServer server(AnyPort());
  server.On<DrainFinished>([&](const DrainFinished&) { heard.Add("drained"); });
  ASSERT_TRUE(server.Start().ok());
  RawClient peer = Connected(server, kPeerId);
  ASSERT_TRUE(server.Drain(std::chrono::milliseconds(1)).ok());
  const auto close = peer.ReadClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1001);
  peer.Reset();
  server.WaitUntilStopped();
  EXPECT_FALSE(server.IsRunning());
  EXPECT_TRUE(heard.WaitFor("drained"));
}

TEST(HubServer, StopsAfterADrainWhileAListenerWaitsForThat) {
  std::promise<void> stopped;
  std::promise<bool> saw_it;
  HubServer server(AnyPort());
  server.On<DrainStarted>([&](const DrainStarted&) {
    saw_it.set_value(stopped.get_future().wait_for(seconds(60)) == std::future_status::ready);
  });
  ASSERT_TRUE(server.Start().ok());
  ASSERT_TRUE(server.Drain(std::chrono::milliseconds(1)).ok());
  server.WaitUntilStopped();
  stopped.set_value();
  EXPECT_TRUE(saw_it.get_future().get());
}

TEST(HubServer, DoesNotStartWithOptionsThatNoCommandCouldSet) {
  const auto start = [](auto change) {
    HubServerOptions options = AnyPort();
    change(options);
    HubServer server(options);
    EXPECT_EQ(server.Start(Mode::kCheckOnly), server.Start());
    return std::string(server.Start().message());
  };
  EXPECT_THAT(start([](auto& o) { o.hub_mesh_namespace = "a\nb"; }),
              HasSubstr("hub mesh namespace must be"));
  EXPECT_THAT(start([](auto& o) {
                o.bootstrap_hubs = {"ws://h:3000", "nonsense"};
              }),
              HasSubstr("bootstrap hub 'nonsense'"));
  EXPECT_THAT(start([](auto& o) { o.region = "eu\nwest"; }), HasSubstr("region is not"));
  EXPECT_THAT(start([](auto& o) { o.region = std::string(65, 'r'); }), HasSubstr("region is not"));
  EXPECT_THAT(start([](auto& o) { o.capabilities = {""}; }), HasSubstr("capabilities are not"));
  EXPECT_THAT(start([](auto& o) { o.capabilities.assign(17, "x"); }),
              HasSubstr("capabilities are not"));
  EXPECT_THAT(start([](auto& o) { o.hub_keys = "short"; }), Not(IsEmpty()));
  EXPECT_THAT(start([](auto& o) { o.hub_trust = "no id"; }), Not(IsEmpty()));
}

TEST(HubServer, TakesTheNameOfTheHubMeshAsTheCommandDoes) {
  HubServerOptions options = AnyPort();
  options.hub_mesh_namespace = " mesh ";
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(server.GetHubMeshNamespace(), "mesh");
}

TEST(HubServer, DisconnectsPeers) {
  HubServer server(AnyPort());
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(server.DisconnectPeer(Id(kPeerId)).code(), absl::StatusCode::kNotFound);
  RawClient peer = Connected(server, kPeerId);
  ASSERT_TRUE(server.DisconnectPeer(Id(kPeerId)).ok());
  EXPECT_TRUE(peer.ReadClose().has_value());
}

TEST(HubServer, GeneratesPeerIdsThatAreValidAndDiffer) {
  std::set<PeerId> seen;
  for (int i = 0; i < 100; ++i) {
    const PeerId id = HubServer::GeneratePeerId();
    EXPECT_TRUE(PeerId::Parse(id.text()).has_value());
    seen.insert(id);
  }
  EXPECT_EQ(seen.size(), 100u);
}

}  // namespace
}  // namespace pigeonhub
