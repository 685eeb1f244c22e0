// SPDX-License-Identifier: Apache-2.0
//
// The program that embeds a HubServer hears its events.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "pigeonhub/hub_server.h"
#include "tests/server/hub_server_fixture.h"
#include "tests/support/raw_client.h"

namespace pigeonhub {
namespace {

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
