// SPDX-License-Identifier: Apache-2.0
//
// HubServer and other hubs: those that announce themselves, those that it dials, and their
// namespace.
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "pigeonhub/hub_server.h"
#include "server/internals/hub_internals.h"
#include "tests/server/hub_server_fixture.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

const std::string kKeysOfHubs = "a key that only the hubs of a mesh know";

TEST(HubServer, KnowsHubsThatAnnounce) {
  HubServerOptions options = AnyPort();
  options.hub_admission = HubAdmission::kOpen;
  options.is_hub = true;
  options.auto_connect = false;
  Heard heard;
  HubServer server(options);
  server.On<HubRegistered>([&](const HubRegistered& e) {
    heard.Add("registered " + std::string(e.peer.text()) + " " + std::to_string(e.total_hubs));
  });
  server.On<HubUnregistered>([&](const HubUnregistered& e) {
    heard.Add("unregistered " + std::string(e.peer.text()) + " " + std::to_string(e.total_hubs));
  });
  server.On<PeerAnnounced>([&](const PeerAnnounced& e) {
    heard.Add("announced " + std::string(e.peer.text()) + " " + *e.network +
              (e.is_hub ? " hub" : " peer"));
  });
  ASSERT_TRUE(server.Start().ok());
  RawClient hub = Connected(server, kHubId);
  Announce(hub, "pigeonhub-mesh", R"({"isHub":true,"region":"us-east-1"})");
  RawClient peer = Connected(server, kPeerId);
  Announce(peer, "my-app-network", "{}");

  EXPECT_TRUE(server.IsPeerHub(Id(kHubId)));
  EXPECT_FALSE(server.IsPeerHub(Id(kPeerId)));
  const std::vector<HubRecord> hubs = server.GetConnectedHubs();
  ASSERT_EQ(hubs.size(), 1u);
  EXPECT_EQ(hubs.front().peer, Id(kHubId));
  EXPECT_EQ(*hubs.front().network, "pigeonhub-mesh");
  EXPECT_TRUE(server.GetConnectedHubs(Id(kHubId)).empty());
  EXPECT_EQ(server.GetStats().hub.hubs, 1u);
  EXPECT_EQ(server.GetStats().hub.peers, 2u);
  EXPECT_EQ(server.GetHubStats().connected_hubs, 1u);
  EXPECT_TRUE(heard.WaitFor("registered " + kHubId + " 1"));
  EXPECT_TRUE(heard.WaitFor("announced " + kHubId + " pigeonhub-mesh hub"));
  EXPECT_TRUE(heard.WaitFor("announced " + kPeerId + " my-app-network peer"));
  hub.Reset();
  EXPECT_TRUE(heard.WaitFor("unregistered " + kHubId + " 0"));
}

TEST(HubServer, RegistersHubsByHand) {
  HubServer server(AnyPort());
  ASSERT_TRUE(server.Start().ok());
  RawClient peer = Connected(server, kPeerId);
  EXPECT_EQ(server.UnregisterHub(Id(kPeerId)).code(), absl::StatusCode::kNotFound);
  ASSERT_TRUE(server.RegisterHub(Id(kPeerId), {"us-\"west\"", {"relay"}}).ok());
  EXPECT_TRUE(server.IsPeerHub(Id(kPeerId)));
  EXPECT_EQ(*server.GetConnectedHubs().front().profile.members,
            R"("region":"us-\"west\"","capabilities":["relay"])");
  ASSERT_TRUE(server.UnregisterHub(Id(kPeerId)).ok());
  EXPECT_FALSE(server.IsPeerHub(Id(kPeerId)));
}

TEST(HubServer, ChangesTheHubMeshNamespaceOnlyWhileStopped) {
  HubServerOptions options = AnyPort();
  options.hub_admission = HubAdmission::kOpen;
  HubServer server(options);
  EXPECT_EQ(server.GetHubMeshNamespace(), "pigeonhub-mesh");
  ASSERT_TRUE(server.SetHubMeshNamespace("  production-mesh ").ok());
  EXPECT_EQ(server.SetHubMeshNamespace(" ").code(), absl::StatusCode::kInvalidArgument);
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(server.SetHubMeshNamespace("other").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(server.GetStats().hub.hub_mesh_namespace, "production-mesh");
  RawClient hub = Connected(server, kHubId);
  Announce(hub, "production-mesh", "{}");
  EXPECT_TRUE(server.IsPeerHub(Id(kHubId)));
}

TEST(HubServer, ChangesTheHubMeshNamespaceAndServesOn) {
  HubServer server(AnyPort());
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;
  RawClient peer = Connected(server, kPeerId);

  EXPECT_TRUE(absl::IsFailedPrecondition(
      server.ChangeHubMeshNamespace("other", /*restart=*/false).status()));
  for (const std::string& name :
       {std::string(" \n"), std::string(1025, 'n'), std::string("a\x7f")}) {
    for (const bool restart : {false, true}) {
      EXPECT_TRUE(absl::IsInvalidArgument(server.ChangeHubMeshNamespace(name, restart).status()));
    }
    EXPECT_TRUE(absl::IsInvalidArgument(server.SetHubMeshNamespace(name)));
  }
  const auto checked = server.ChangeHubMeshNamespace("other", true, Mode::kCheckOnly);
  ASSERT_TRUE(checked.ok()) << checked.status();
  EXPECT_EQ(checked->closed_connections, 1u);
  EXPECT_EQ(server.GetHubMeshNamespace(), "pigeonhub-mesh");
  peer.SendText(R"({"type":"ping"})");
  EXPECT_NE(peer.ReadTextWith("\"pong\""), "") << "nothing has happened yet";

  std::thread leaving([&] {
    EXPECT_TRUE(peer.ReadClose().has_value());
    peer.Reset();
  });
  const auto changed = server.ChangeHubMeshNamespace(" other\n", true);
  leaving.join();
  ASSERT_TRUE(changed.ok()) << changed.status();
  EXPECT_EQ(changed->previous, "pigeonhub-mesh");
  EXPECT_EQ(changed->closed_connections, 1u);
  EXPECT_EQ(server.GetHubMeshNamespace(), "other");
  EXPECT_TRUE(server.IsRunning());
  EXPECT_EQ(server.Addresses().front().port, port);

  server.Stop();
  EXPECT_TRUE(server.ChangeHubMeshNamespace("third", false).ok());
  EXPECT_EQ(server.GetHubMeshNamespace(), "third");
  EXPECT_FALSE(server.IsRunning());
}

TEST(HubServer, AdmitsNoHubByItself) {
  for (const std::string host : {"127.0.0.1", "0.0.0.0"}) {
    HubServerOptions options = AnyPort();
    options.host = host;
    HubServer server(options);
    ASSERT_TRUE(server.Start().ok());
    RawClient hub = Connected(server, kHubId);
    Announce(hub, "pigeonhub-mesh", R"({"isHub":true})");
    EXPECT_FALSE(server.IsPeerHub(Id(kHubId))) << host;
    EXPECT_EQ(HubInternals(server).counters().of(Reason::kHubNotAdmitted).value(), 1u);
    EXPECT_NE(server.Metrics().find("\npigeonhub_hub_admission_open 0\n"), std::string::npos);
  }
}

TEST(HubServer, AdmitsAnybodyWhereItIsToldTo) {
  HubServerOptions options = AnyPort();
  options.host = "0.0.0.0";
  options.hub_admission = HubAdmission::kOpen;
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  RawClient hub = Connected(server, kHubId);
  Announce(hub, "pigeonhub-mesh", R"({"isHub":true})");
  EXPECT_TRUE(server.IsPeerHub(Id(kHubId)));
  EXPECT_NE(server.Metrics().find("\npigeonhub_hub_admission_open 1\n"), std::string::npos);
}

TEST(HubServer, AdmitsByTheSecretInTheUrlAsAReferenceHubCarriesIt) {
  HubServerOptions options = AnyPort();
  options.hub_allow = {{Id(kHubId), "", "0123456789abcdef"}};
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;
  RawClient stranger(port);
  ASSERT_EQ(stranger.Upgrade("/?peerId=" + kHubId), 101);
  EXPECT_TRUE(Eventually(
      [&] { return HubInternals(server).counters().of(Reason::kHubIdReserved).value() == 1u; }));
  RawClient hub(port);
  ASSERT_EQ(hub.Upgrade("/?hubSecret=0123456789abcdef?peerId=" + kHubId), 101);
  Announce(hub, "pigeonhub-mesh", R"({"isHub":true})");
  EXPECT_TRUE(server.IsPeerHub(Id(kHubId)));
}

// A hub that links to a bootstrap hub by itself, as README.md shows it.
TEST(HubServer, LinksToItsBootstrapHubsAndTellsOfIt) {
  HubServerOptions first_options = AnyPort();
  first_options.is_hub = true;
  first_options.hub_keys = kKeysOfHubs;
  first_options.auto_connect = false;
  HubServer first(first_options);
  ASSERT_TRUE(first.Start().ok());
  const std::string url = "ws://127.0.0.1:" + std::to_string(first.Addresses().front().port);

  HubServerOptions second_options = AnyPort();
  second_options.is_hub = true;
  second_options.hub_keys = kKeysOfHubs;
  second_options.region = "eu-west";
  second_options.bootstrap_hubs = {url};
  Heard heard;
  HubServer second(second_options);
  second.On<BootstrapConnected>(
      [&](const BootstrapConnected& e) { heard.Add("connected " + e.uri); });
  second.On<BootstrapDisconnected>(
      [&](const BootstrapDisconnected& e) { heard.Add("disconnected " + e.uri); });
  ASSERT_TRUE(second.Start().ok());
  ASSERT_TRUE(heard.WaitFor("connected " + url));
  ASSERT_TRUE(Eventually([&] { return first.GetHubStats().connected_hubs == 1; }));
  const HubServerHubStats stats = second.GetHubStats();
  ASSERT_EQ(stats.bootstrap_hubs.size(), 1u);
  EXPECT_EQ(stats.bootstrap_hubs[0].url, url);
  EXPECT_EQ(stats.bootstrap_hubs[0].state, LinkRecord::State::kUp);
  EXPECT_EQ(stats.connected_hubs, 0u) << "a hub's own outgoing links are none of its hubs";

  EXPECT_EQ(second.DisconnectFromBootstrapHubs(), 1u);
  ASSERT_TRUE(heard.WaitFor("disconnected " + url));
  ASSERT_TRUE(Eventually([&] { return first.GetHubStats().connected_hubs == 0; }));
  ASSERT_TRUE(second.ConnectToBootstrapHubs().ok());
  ASSERT_TRUE(Eventually([&] { return first.GetHubStats().connected_hubs == 1; }));
  EXPECT_FALSE(second.ConnectToHub("http://elsewhere").ok());
}

// Whose address another hub of the mesh is told.
std::string AdvertisedBy(HubServerOptions options) {
  options.is_hub = true;
  options.auto_connect = false;
  HubServer server(options);
  if (!server.Start().ok()) return "not started";
  std::string url = server.Topology().hubs.at(0).url;
  const std::string bound = ":" + std::to_string(server.Addresses().front().port);
  const size_t at = url.rfind(bound);
  return at == std::string::npos ? url : url.replace(at, bound.size(), ":BOUND");
}

TEST(HubServer, AdvertisesTheAddressThatIsBoundUnlessItIsToldAnother) {
  HubServerOptions options = AnyPort();
  EXPECT_EQ(AdvertisedBy(options), "ws://127.0.0.1:BOUND");
  options.host = "localhost";
  EXPECT_EQ(AdvertisedBy(options), "ws://localhost:BOUND");
  options.host = "0.0.0.0";
  EXPECT_EQ(AdvertisedBy(options), "") << "any address is nowhere in particular";
  options.advertise_url = "wss://hub.example/ws";
  EXPECT_EQ(AdvertisedBy(options), "wss://hub.example/ws");
}

// A plain server that monitors all hubs of a deployment.
TEST(HubServer, ListsOnAPlainServerTheHubsThatItLinksTo) {
  HubServerOptions hub_options = AnyPort();
  hub_options.is_hub = true;
  hub_options.hub_keys = kKeysOfHubs;
  hub_options.auto_connect = false;
  hub_options.region = "us-east";
  hub_options.hub_peer_id = Id(kHubId);
  HubServer hub(hub_options);
  ASSERT_TRUE(hub.Start().ok());

  HubServerOptions plain_options = AnyPort();
  plain_options.hub_keys = kKeysOfHubs;
  plain_options.bootstrap_hubs = {"ws://127.0.0.1:" + std::to_string(hub.Addresses().front().port)};
  HubServer plain(plain_options);
  ASSERT_TRUE(plain.Start().ok());
  ASSERT_TRUE(Eventually([&] { return plain.GetConnectedHubs().size() == 1; }));
  const HubRecord record = plain.GetConnectedHubs()[0];
  EXPECT_EQ(record.peer, Id(kHubId));
  EXPECT_TRUE(Eventually([&] {
    const SharedText members = plain.GetConnectedHubs()[0].profile.members;
    return members != nullptr && members->find("\"region\":\"us-east\"") != std::string::npos;
  }));
  const std::string body = HttpGet(plain.Addresses().front().port, "/hubs");
  EXPECT_NE(body.find(kHubId), std::string::npos) << body;
}

}  // namespace
}  // namespace pigeonhub
