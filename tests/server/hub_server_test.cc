// SPDX-License-Identifier: Apache-2.0
//
// The reference's PeerPigeonServer in C++, over real sockets on free loopback ports.
#include "pigeonhub/hub_server.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <future>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "server/core/counters.h"
#include "tests/support/eventually.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

using std::chrono::seconds;

const std::string kHubId(40, 'a');
const std::string kPeerId(40, 'b');

PeerId Id(const std::string& text) { return *PeerId::Parse(text); }

HubServerOptions AnyPort() {
  HubServerOptions options;
  options.host = "127.0.0.1";
  options.port = 0;
  options.io_threads = 2;
  return options;
}

// Remembers what listeners heard, and lets a test wait for more of it. Outlives the server.
class Heard {
 public:
  void Add(std::string what) {
    {
      std::lock_guard lock(mutex_);
      all_.push_back(std::move(what));
    }
    changed_.notify_all();
  }
  bool WaitFor(const std::string& what) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(
        lock, seconds(20), [&] { return std::find(all_.begin(), all_.end(), what) != all_.end(); });
  }
  std::vector<std::string> all() {
    std::lock_guard lock(mutex_);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> all_;
};

RawClient Connected(const HubServer& server, const std::string& id) {
  RawClient client(server.Addresses().front().port);
  EXPECT_EQ(client.Upgrade("/?peerId=" + id), 101);
  EXPECT_NE(client.ReadTextWith("\"connected\""), "");
  return client;
}

// When it returns, the hub has handled the announce.
void Announce(RawClient& client, const std::string& network, const std::string& data) {
  client.SendText(R"({"type":"announce","networkName":")" + network + R"(","data":)" + data + "}");
  client.SendText(R"({"type":"ping"})");
  EXPECT_NE(client.ReadTextWith("\"pong\""), "");
}

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

TEST(HubServer, KnowsHubsThatAnnounce) {
  HubServerOptions options = AnyPort();
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
  HubServer server(AnyPort());
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

TEST(HubServer, AdmitsHubsByItselfOnLoopbackOnly) {
  HubServerOptions options = AnyPort();
  options.host = "0.0.0.0";
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  RawClient hub = Connected(server, kHubId);
  Announce(hub, "pigeonhub-mesh", R"({"isHub":true})");
  EXPECT_FALSE(server.IsPeerHub(Id(kHubId)));
  EXPECT_EQ(server.counters().of(Reason::kHubNotAdmitted).value(), 1u);
}

TEST(HubServer, DoesNotTakeANameForALoopbackAddress) {
  HubServerOptions options = AnyPort();
  options.host = "127.example.invalid";
  HubServer server(options);
  EXPECT_FALSE(server.Start().ok());
}

TEST(HubServer, StopsAfterADrainWhileAListenerWaitsForThat) {
  std::promise<void> stopped;
  std::promise<bool> saw_it;
  HubServer server(AnyPort());
  server.On<DrainStarted>([&](const DrainStarted&) {
    saw_it.set_value(stopped.get_future().wait_for(seconds(20)) == std::future_status::ready);
  });
  ASSERT_TRUE(server.Start().ok());
  server.Drain(std::chrono::milliseconds(1));
  server.WaitUntilStopped();
  stopped.set_value();
  EXPECT_TRUE(saw_it.get_future().get());
}

TEST(HubServer, ChangesTheHubMeshNamespaceAndServesOn) {
  HubServer server(AnyPort());
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;
  RawClient peer = Connected(server, kPeerId);

  EXPECT_TRUE(absl::IsFailedPrecondition(
      server.ChangeHubMeshNamespace("other", /*restart=*/false).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(server.ChangeHubMeshNamespace(" \n", true).status()));
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

TEST(HubServer, DrainsAndThenStopsByItself) {
  Heard heard;
  HubServer server(AnyPort());
  server.On<DrainFinished>([&](const DrainFinished&) { heard.Add("drained"); });
  ASSERT_TRUE(server.Start().ok());
  RawClient peer = Connected(server, kPeerId);
  server.Drain(std::chrono::milliseconds(1));
  const auto close = peer.ReadClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1001);
  peer.Reset();
  server.WaitUntilStopped();
  EXPECT_FALSE(server.IsRunning());
  EXPECT_TRUE(heard.WaitFor("drained"));
}

TEST(HubServer, DisconnectsPeers) {
  HubServer server(AnyPort());
  ASSERT_TRUE(server.Start().ok());
  EXPECT_EQ(server.DisconnectPeer(Id(kPeerId)).code(), absl::StatusCode::kNotFound);
  RawClient peer = Connected(server, kPeerId);
  ASSERT_TRUE(server.DisconnectPeer(Id(kPeerId)).ok());
  EXPECT_TRUE(peer.ReadClose().has_value());
}

TEST(HubServer, ListenersMayCallTheServer) {
  Heard heard;
  HubServer server(AnyPort());
  server.On<PeerConnected>([&](const PeerConnected& e) {
    heard.Add("peers " + std::to_string(server.GetStats().hub.peers));
    EXPECT_TRUE(server.RegisterHub(e.peer).ok());
  });
  server.On<HubRegistered>([&](const HubRegistered&) { heard.Add("registered"); });
  ASSERT_TRUE(server.Start().ok());
  RawClient peer = Connected(server, kPeerId);
  EXPECT_TRUE(heard.WaitFor("peers 1"));
  EXPECT_TRUE(heard.WaitFor("registered"));
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

// A hub that links to a bootstrap hub by itself, as README.md shows it.
TEST(HubServer, LinksToItsBootstrapHubsAndTellsOfIt) {
  HubServerOptions first_options = AnyPort();
  first_options.is_hub = true;
  first_options.auto_connect = false;
  HubServer first(first_options);
  ASSERT_TRUE(first.Start().ok());
  const std::string url = "ws://127.0.0.1:" + std::to_string(first.Addresses().front().port);

  HubServerOptions second_options = AnyPort();
  second_options.is_hub = true;
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

  ASSERT_TRUE(second.DisconnectFromBootstrapHubs().ok());
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
  hub_options.auto_connect = false;
  hub_options.region = "us-east";
  hub_options.hub_peer_id = Id(kHubId);
  HubServer hub(hub_options);
  ASSERT_TRUE(hub.Start().ok());

  HubServerOptions plain_options = AnyPort();
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

TEST(HubServer, DoesNotStartWithKeysThatAreNone) {
  HubServerOptions options = AnyPort();
  options.hub_keys = "short";
  HubServer server(options);
  EXPECT_TRUE(absl::IsInvalidArgument(server.Start()));
}

// An upgrade request with the headers that a page's program may look at.
std::string RequestOfAPage(const std::string& origin, const std::string& cookie) {
  std::string request = UpgradeRequest("/join?room=1&peerId=" + kPeerId);
  const std::string usual = "http://localhost\r\n";
  request.replace(request.find(usual), usual.size(), origin + "\r\nCookie: " + cookie + "\r\n");
  return request;
}

TEST(HubServer, LetsInOnlyWhomTheProgramAdmits) {
  Heard heard;
  HubServerOptions options = AnyPort();
  options.admit = [&](const Request& request) {
    for (const std::string_view part :
         {request.method, request.path, request.query, std::string_view(request.peer_id),
          request.address, request.header("origin"), request.header("Cookie")}) {
      heard.Add(std::string(part));
    }
    if (request.query.starts_with("session=good&")) return absl::OkStatus();
    return absl::UnauthenticatedError("log in first");
  };
  HubServer server(options);
  server.On<PeerRefused>([&](const PeerRefused& refused) {
    heard.Add("refused " + refused.peer + " " + refused.address + " " +
              std::string(ReasonName(refused.reason)));
  });
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;

  RawClient stranger(port);
  stranger.Send(RequestOfAPage("http://a.example", "session=bad"));
  const std::string answer = stranger.ReadAnswer();
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 403 Forbidden\r\n")) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\nlog in first\n")) << answer;
  const std::vector<std::string> asked = heard.all();
  ASSERT_GE(asked.size(), 7u);
  EXPECT_EQ(std::vector(asked.begin(), asked.begin() + 7),
            (std::vector<std::string>{"GET", "/join", "room=1&peerId=" + kPeerId, kPeerId,
                                      "127.0.0.1", "http://a.example", "session=bad"}));
  EXPECT_TRUE(heard.WaitFor("refused " + kPeerId + " 127.0.0.1 not_admitted"));
  EXPECT_NE(server.Metrics().find("pigeonhub_refusals_total{reason=\"not_admitted\"} 1"),
            std::string::npos);

  RawClient guest(port);
  EXPECT_EQ(guest.Upgrade("/?session=good&peerId=" + kPeerId), 101);
  EXPECT_NE(guest.ReadTextWith("\"connected\""), "");
}

TEST(HubServer, LetsTheProgramAskItWhileAdmitting) {
  HubServer* asked = nullptr;
  HubServerOptions options = AnyPort();
  options.admit = [&](const Request&) {
    const HubServerStats stats = asked->GetStats();
    return stats.is_running && stats.hub.connections == 0 ? absl::OkStatus()
                                                          : absl::ResourceExhaustedError("full");
  };
  HubServer server(options);
  asked = &server;
  ASSERT_TRUE(server.Start().ok());
  const RawClient first = Connected(server, kPeerId);
  RawClient second(server.Addresses().front().port);
  EXPECT_EQ(second.Upgrade("/?peerId=" + kHubId), 403);
}

TEST(HubServer, EndsOnlyTheConnectionForWhichTheProgramThrows) {
  HubServerOptions options = AnyPort();
  options.admit = [](const Request& request) {
    if (request.query.starts_with("bad&")) throw std::runtime_error("no such table");
    return absl::OkStatus();
  };
  options.routes["/rooms"] = [](const Request&) -> Response { throw std::bad_function_call(); };
  std::mutex mutex;
  std::string log;
  options.log = [&](LogLevel, std::string_view line) {
    const std::lock_guard lock(mutex);
    log.append(line).append("\n");
  };
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;
  const RawClient bystander = Connected(server, kHubId);

  RawClient unlucky(port);
  unlucky.Send(UpgradeRequest("/?bad&peerId=" + kPeerId));
  EXPECT_EQ(unlucky.ReadAnswer(), "");
  EXPECT_EQ(HttpGet(port, "/rooms"), "");
  const RawClient lucky = Connected(server, kPeerId);
  EXPECT_EQ(server.GetStats().hub.connections, 2u);
  const std::lock_guard lock(mutex);
  EXPECT_NE(log.find("error=\"no such table\""), std::string::npos) << log;
}

TEST(HubServer, AnswersThePathsOfTheProgram) {
  HubServerOptions options = AnyPort();
  options.routes["/rooms"] = [](const Request& request) {
    return Response{201,
                    "application/json",
                    "[\"" + std::string(request.query) + "\"]",
                    {{"Set-Cookie", "seen=" + std::string(request.address)}}};
  };
  HubServer server(options);
  ASSERT_TRUE(server.Start().ok());
  const uint16_t port = server.Addresses().front().port;

  const std::string answer = HttpGet(port, "/rooms?all");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 Created\r\n")) << answer;
  EXPECT_NE(answer.find("\r\nContent-Type: application/json\r\n"), std::string::npos) << answer;
  EXPECT_NE(answer.find("\r\nSet-Cookie: seen=127.0.0.1\r\n"), std::string::npos) << answer;
  EXPECT_TRUE(answer.ends_with("\r\n\r\n[\"all\"]")) << answer;
  EXPECT_EQ(HttpGet(port, "/rooms/1").find("[\""), std::string::npos) << "another path";
  EXPECT_NE(HttpGet(port, "/health").find("\"status\""), std::string::npos);
}

TEST(HubServer, RefusesRoutesThatItCannotServe) {
  for (const char* path : {"rooms", "", "/health", "/hubs", "/metrics", "/livez", "/readyz"}) {
    HubServerOptions options = AnyPort();
    options.routes[path] = [](const Request&) { return Response{}; };
    HubServer server(options);
    EXPECT_EQ(server.Start().code(), absl::StatusCode::kInvalidArgument) << path;
  }
  HubServerOptions options = AnyPort();
  options.routes["/rooms"] = nullptr;
  EXPECT_EQ(HubServer(options).Start().code(), absl::StatusCode::kInvalidArgument);
}

TEST(HubServer, TakesListenersOnAndOffWhileItRuns) {
  Heard heard;
  HubServer server(AnyPort());
  ASSERT_TRUE(server.Start().ok());
  const auto listen = [&](const std::string& name) {
    return server.On<PeerConnected>([&heard, name](const PeerConnected& peer) {
      heard.Add(name + " heard " + std::string(peer.peer.text()));
    });
  };
  const HubServer::ListenerId first = listen("first");
  const RawClient early = Connected(server, kHubId);
  EXPECT_TRUE(heard.WaitFor("first heard " + kHubId));

  server.Off(first);
  server.Off(first);
  listen("second");
  const RawClient late = Connected(server, kPeerId);
  EXPECT_TRUE(heard.WaitFor("second heard " + kPeerId));
  const std::vector<std::string> all = heard.all();
  EXPECT_EQ(std::count(all.begin(), all.end(), "first heard " + kPeerId), 0);
}

TEST(HubServer, TakesAListenerOffWhenItsCallIsOver) {
  Heard heard;
  HubServer server(AnyPort());
  std::promise<void> go_on;
  std::atomic<bool> is_over{false};
  const HubServer::ListenerId slow = server.On<PeerConnected>([&](const PeerConnected&) {
    heard.Add("begun");
    go_on.get_future().wait();
    is_over = true;
  });
  ASSERT_TRUE(server.Start().ok());
  const RawClient peer = Connected(server, kPeerId);
  ASSERT_TRUE(heard.WaitFor("begun"));
  std::thread operator_thread([&] {
    heard.Add("taking it off");
    server.Off(slow);
    EXPECT_TRUE(is_over);
  });
  EXPECT_TRUE(heard.WaitFor("taking it off"));
  go_on.set_value();
  operator_thread.join();
}

TEST(HubServer, LetsAListenerTakeItselfOff) {
  Heard heard;
  HubServer server(AnyPort());
  HubServer::ListenerId once{};
  once = server.On<PeerConnected>([&](const PeerConnected& peer) {
    heard.Add("once " + std::string(peer.peer.text()));
    server.Off(once);
  });
  server.On<PeerConnected>(
      [&](const PeerConnected& peer) { heard.Add("always " + std::string(peer.peer.text())); });
  ASSERT_TRUE(server.Start().ok());
  const RawClient early = Connected(server, kHubId);
  const RawClient late = Connected(server, kPeerId);
  EXPECT_TRUE(heard.WaitFor("always " + kPeerId));
  const std::vector<std::string> all = heard.all();
  EXPECT_EQ(std::count(all.begin(), all.end(), "once " + kHubId), 1);
  EXPECT_EQ(std::count(all.begin(), all.end(), "once " + kPeerId), 0);
}

}  // namespace
}  // namespace pigeonhub
