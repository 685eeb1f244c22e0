// SPDX-License-Identifier: Apache-2.0

#include "server/net/data_plane.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include "server/core/hub.h"
#include "tests/net/test_hub.h"
#include "tests/support/eventually.h"

namespace pigeonhub::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(DataPlane, LetsTwoPeersOfOneNamespaceMeetAndTalk) {
  TestHub hub;
  RawClient first = Join(hub, PeerIdText(1), "net");
  ASSERT_TRUE(Eventually([&] {
    return hub.dispatcher().Read([](const Hub& core) { return core.Stats().networks; }) == 1;
  }));
  RawClient second = Join(hub, PeerIdText(2), "net");
  EXPECT_NE(first.ReadTextWith("peer-discovered").find(PeerIdText(2)), std::string::npos);
  EXPECT_NE(second.ReadTextWith("peer-discovered").find(PeerIdText(1)), std::string::npos);
  first.SendText(OfferTo(PeerIdText(2), "net", "hello"));
  EXPECT_NE(second.ReadTextWith("offer").find("hello"), std::string::npos);
}

TEST(DataPlane, KeepsTheOrderOfMessagesAcrossLoops) {
  TestHub hub({.io_threads = 3});
  RawClient sender = Join(hub, PeerIdText(1), "net");
  RawClient receiver = Join(hub, PeerIdText(2), "net");
  ASSERT_NE(sender.ReadTextWith("peer-discovered"), "");
  for (int i = 0; i < 500; ++i) {
    sender.SendText(OfferTo(PeerIdText(2), "net", "number " + std::to_string(i) + "."));
  }
  for (int i = 0; i < 500; ++i) {
    EXPECT_NE(receiver.ReadTextWith("offer").find("number " + std::to_string(i) + "."),
              std::string::npos);
  }
}

TEST(DataPlane, CarriesALongMessageWhole) {
  TestHub hub;
  RawClient sender = Join(hub, PeerIdText(1), "net");
  RawClient receiver = Join(hub, PeerIdText(2), "net");
  ASSERT_NE(sender.ReadTextWith("peer-discovered"), "");
  const std::string sdp(900'000, 's');
  ASSERT_TRUE(sender.SendText(OfferTo(PeerIdText(2), "net", sdp)));
  EXPECT_NE(receiver.ReadTextWith("offer").find(sdp), std::string::npos);
}

TEST(DataPlane, TellsMembersWhenAPeerIsLost) {
  TestHub hub;
  RawClient stays = Join(hub, PeerIdText(1), "net");
  {
    RawClient leaves = Join(hub, PeerIdText(2), "net");
    ASSERT_NE(stays.ReadTextWith("peer-discovered"), "");
    leaves.Reset();
  }
  EXPECT_NE(stays.ReadTextWith("peer-disconnected").find(PeerIdText(2)), std::string::npos);
  EXPECT_TRUE(hub.WaitForSockets(1));
}

TEST(DataPlane, AnswersHttpBesideTheWebSockets) {
  TestHub hub({.origins = *AllowedOrigins::Parse({"http://localhost"})});
  RawClient peer = Join(hub, PeerIdText(1), "net");
  const std::string health = HttpGet(hub.port(), "/health");
  EXPECT_TRUE(health.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(health.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(health.find("Access-Control-Allow-Origin: http://localhost\r\n"), std::string::npos);
  EXPECT_NE(health.find("\"connections\":1"), std::string::npos);
  EXPECT_NE(HttpGet(hub.port(), "/hubs").find("\"totalHubs\":0"), std::string::npos);
  EXPECT_TRUE(
      HttpGet(hub.port(), "/hubs/").ends_with("\r\n\r\nPeerPigeon WebSocket Signaling Server"));
  const std::string options =
      HttpExchange(hub.port(), "OPTIONS /health HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_NE(options.find("Access-Control-Allow-Methods: GET, POST, OPTIONS\r\n"),
            std::string::npos);
  EXPECT_TRUE(options.ends_with("\r\n\r\n"));
}

TEST(DataPlane, IgnoresTheQueryOfEveryRoute) {
  const TestHub hub;
  EXPECT_NE(HttpGet(hub.port(), "/health?probe=1").find("\"status\":\"healthy\""),
            std::string::npos);
  EXPECT_NE(HttpGet(hub.port(), "/hubs?").find("\"totalHubs\":0"), std::string::npos);
  EXPECT_TRUE(HttpGet(hub.port(), "/?x=/health")
                  .ends_with("\r\n\r\nPeerPigeon WebSocket Signaling Server"));
}

TEST(DataPlane, AnswersRequestsOnAKeptConnection) {
  const TestHub hub;
  RawClient client(hub.port());
  for (const char* version :
       {"HTTP/1.1\r\nHost: h\r\n", "HTTP/1.0\r\nConnection: keep-alive\r\n"}) {
    ASSERT_TRUE(client.Send(std::string("GET /health ") + version + "\r\n"));
    EXPECT_TRUE(client.ReadAnswer().starts_with("HTTP/1.1 200 OK\r\n")) << version;
  }
  EXPECT_EQ(client.Upgrade("/?peerId=" + PeerIdText(1)), 101);
}

TEST(DataPlane, SaysThatItServesNobodyOnEveryUnknownPath) {
  TestHub hub;
  ASSERT_TRUE(hub.dispatcher().Command(Drain{std::chrono::hours(1)}).ok());
  for (const char* target : {"/", "/readyz/", "/no/such?x=1"}) {
    for (const char* method : {"GET ", "HEAD ", "OPTIONS "}) {
      const std::string request = method + std::string(target) + " HTTP/1.0\r\n\r\n";
      EXPECT_TRUE(HttpExchange(hub.port(), request).starts_with("HTTP/1.1 503 ")) << request;
    }
  }
  EXPECT_TRUE(HttpGet(hub.port(), "/health").starts_with("HTTP/1.1 200 ")) << "numbers for people";
  EXPECT_TRUE(
      HttpExchange(hub.port(), "OPTIONS /health HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200 "))
      << "a preflight";
  ASSERT_TRUE(hub.dispatcher().Command(Undrain{}).ok());
  EXPECT_TRUE(HttpGet(hub.port(), "/readyz/").starts_with("HTTP/1.1 200 "));
}

TEST(DataPlane, RefusesUpgradesWhileToldTo) {
  TestHub hub;
  hub.plane().RefuseUpgrades(true);
  EXPECT_EQ(RawClient(hub.port()).Upgrade("/?peerId=" + PeerIdText(1)), 503);
  EXPECT_TRUE(Eventually([&] { return hub.Count(Reason::kNotServing) == 1; }));
  hub.plane().RefuseUpgrades(false);
  EXPECT_EQ(RawClient(hub.port()).Upgrade("/?peerId=" + PeerIdText(1)), 101);
}

TEST(DataPlane, HoldsANewcomerBackUntilTheHolderOfItsIdHasAnswered) {
  TestHub hub;
  RawClient holder = Join(hub, PeerIdText(1), "net");
  RawClient newcomer(hub.port());
  ASSERT_TRUE(newcomer.Send(UpgradeRequest("/?peerId=" + PeerIdText(1)) +
                            ClientFrame(kText, R"({"type":"announce","networkName":"net"})")));
  std::optional<ServerFrame> ping;
  do {
    ping = holder.ReadFrame();
    ASSERT_TRUE(ping.has_value());
  } while (ping->opcode != kPing);
  holder.Send(ClientFrame(kPong, ping->payload));
  EXPECT_EQ(newcomer.Upgrade("/ignored"), 101);  // reads the answer to the first request
  const auto close = newcomer.ReadClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_text(), "Peer already connected");
}

TEST(DataPlane, ClosesPoliteAndSilentPeersWhenSignalingStops) {
  TestHub hub({.connection = {.close_timeout = milliseconds(300)}});
  RawClient polite = Join(hub, PeerIdText(1), "net");
  RawClient silent = Join(hub, PeerIdText(2), "net");
  hub.plane().StopListening();
  ASSERT_TRUE(hub.dispatcher().Command(StopSignaling{}).ok());
  for (RawClient* client : {&polite, &silent}) {
    const auto close = client->ReadClose();
    ASSERT_TRUE(close.has_value());
    EXPECT_EQ(close->close_code(), 1000);
    EXPECT_EQ(close->close_text(), "Server shutting down");
  }
  polite.Send(ClientFrame(kCloseFrame, ClosePayload(1000)));
  EXPECT_TRUE(hub.plane().WaitUntilEmpty(seconds(20)));
  EXPECT_TRUE(silent.EndsWithin(seconds(20)));
  EXPECT_EQ(hub.connections(), 0u);
}

TEST(DataPlane, ResetsWhoeverIsLeftWhenTheWaitIsOver) {
  TestHub hub;
  RawClient peer = Join(hub, PeerIdText(1), "net");
  EXPECT_FALSE(hub.plane().WaitUntilEmpty(milliseconds(1)));
  EXPECT_EQ(hub.plane().open_sockets(), 0u);
  EXPECT_EQ(hub.connections(), 0u);
  EXPECT_TRUE(peer.EndsWithin(seconds(20)));
}

TEST(DataPlane, DropsHandshakesButNoConnectionsWhenItStopsListening) {
  TestHub hub;
  RawClient peer = Join(hub, PeerIdText(1), "net");
  RawClient halfway(hub.port());
  ASSERT_TRUE(halfway.Send("GET / HT"));
  ASSERT_TRUE(hub.WaitForSockets(2));
  hub.plane().StopListening();
  EXPECT_TRUE(halfway.EndsWithin(seconds(20)));
  EXPECT_EQ(hub.plane().open_sockets(), 1u);
  EXPECT_FALSE(RawClient(hub.port()).connected());
  peer.SendText(R"({"type":"ping"})");
  EXPECT_NE(peer.ReadTextWith("pong"), "");
}

TEST(DataPlane, ListensAgainOnTheSamePort) {
  TestHub hub;
  hub.plane().StopListening();
  ASSERT_TRUE(hub.plane().Listen("127.0.0.1", hub.port(), 0).ok());
  EXPECT_EQ(RawClient(hub.port()).Upgrade("/?peerId=" + PeerIdText(1)), 101);
}

TEST(DataPlane, BindsExclusively) {
  TestHub hub;
  TestHub other;
  const auto taken = other.plane().Listen("127.0.0.1", hub.port(), 0);
  EXPECT_EQ(taken.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(taken.status().message(),
            "port " + std::to_string(hub.port()) +
                " on 127.0.0.1 is taken; choose another one, or 0 for a free one");
  // Nor does a wider address take a share.
  EXPECT_EQ(other.plane().Listen("0.0.0.0", hub.port(), 0).status().code(),
            absl::StatusCode::kAlreadyExists);
}

TEST(DataPlane, TriesFurtherPortsWhereItMay) {
  TestHub hub;
  TestHub other;
  const auto bound = other.plane().Listen("127.0.0.1", hub.port(), 50);
  ASSERT_TRUE(bound.ok()) << bound.status();
  EXPECT_GT(bound->front().port, hub.port());
  EXPECT_LE(bound->front().port, hub.port() + 50);
}

TEST(DataPlane, ServesLocalhostOnBothLoopbacksWithOnePortNumber) {
  TestHub hub;
  const auto bound = hub.plane().Listen("localhost", 0, 0);
  ASSERT_TRUE(bound.ok()) << bound.status();
  EXPECT_EQ(bound->front().host, "127.0.0.1");
  if (bound->size() == 1) GTEST_SKIP() << "this machine has no IPv6 loopback";
  EXPECT_EQ((*bound)[1].host, "::1");
  EXPECT_EQ((*bound)[1].port, bound->front().port);
  EXPECT_EQ(RawClient(bound->front().port, "::1").Upgrade("/?peerId=" + PeerIdText(1)), 101);
}

TEST(DataPlane, ServesIpv4AndIpv6OnEveryAddress) {
  for (const char* host : {"::", "0::0"}) {
    TestHub hub;
    const auto bound = hub.plane().Listen(host, 0, 0);
    ASSERT_TRUE(bound.ok()) << bound.status();
    ASSERT_EQ(bound->size(), 1u);
    const uint16_t port = bound->front().port;
    EXPECT_EQ(RawClient(port, "127.0.0.1").Upgrade("/?peerId=" + PeerIdText(1)), 101);
    if (bound->front().host == "0.0.0.0") GTEST_SKIP() << "this machine has no IPv6";
    EXPECT_EQ(bound->front().host, "::");
    EXPECT_EQ(RawClient(port, "::1").Upgrade("/?peerId=" + PeerIdText(2)), 101);
  }
}

TEST(DataPlane, SaysInOneLineWhyItCannotListen) {
  TestHub hub;
  for (const char* host : {"192.0.2.1", "no such host", ""}) {
    const absl::Status status = hub.plane().Listen(host, 0, 0).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << host << ": " << status;
    EXPECT_EQ(status.message().find('\n'), absl::string_view::npos);
  }
}

TEST(DataPlane, EndsWithConnectionsOpen) {
  std::vector<RawClient> clients;
  {
    TestHub hub({.io_threads = 2});
    for (uint64_t i = 0; i < 20; ++i) clients.push_back(Join(hub, PeerIdText(i), "net"));
    clients.emplace_back(hub.port());
  }
  for (RawClient& client : clients) EXPECT_TRUE(client.EndsWithin(seconds(20)));
}

TEST(DataPlane, SurvivesPeersThatComeAndGoOnManyLoopsWhileItStopsAndStarts) {
  TestHub hub({.io_threads = 3, .connection = {.close_timeout = milliseconds(200)}});
  std::atomic<bool> done = false;
  std::vector<std::thread> crowd;
  for (uint64_t i = 0; i < 4; ++i) {
    crowd.emplace_back([&, i] {
      for (uint64_t n = 0; !done; ++n) {
        RawClient client(hub.port());
        if (!client.connected() ||
            client.Upgrade("/?peerId=" + PeerIdText(i * 1000 + n % 10)) != 101) {
          continue;
        }
        client.SendText(R"({"type":"announce","networkName":"crowd","data":{}})");
        client.SendText(OfferTo(PeerIdText(((i + 1) % 4) * 1000), "crowd"));
        if (n % 3 == 0) client.SendText(R"({"type":"goodbye"})");
        if (n % 3 == 1) client.Reset();
      }
    });
  }
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(Eventually([&] { return hub.connections() > 0; }));
    hub.plane().RefuseUpgrades(true);
    hub.plane().StopListening();
    ASSERT_TRUE(hub.dispatcher().Command(StopSignaling{}).ok());
    EXPECT_TRUE(hub.plane().WaitUntilEmpty(seconds(20)));
    EXPECT_EQ(hub.connections(), 0u);
    ASSERT_TRUE(hub.dispatcher().Command(StartSignaling{}).ok());
    hub.plane().RefuseUpgrades(false);
    ASSERT_TRUE(hub.plane().Listen("127.0.0.1", hub.port(), 0).ok());
  }
  done = true;
  for (std::thread& member : crowd) member.join();
  EXPECT_TRUE(hub.WaitForSockets(0));
  EXPECT_EQ(hub.connections(), 0u);
  EXPECT_EQ(hub.plane().queued_bytes(), 0u);
}

}  // namespace
}  // namespace pigeonhub::net
