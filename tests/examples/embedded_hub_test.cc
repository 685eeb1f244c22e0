// SPDX-License-Identifier: Apache-2.0
//
// The example program does what it shows.

#include <gtest/gtest.h>

#include <csignal>
#include <string>

#include "tests/support/loopback_socket.h"
#include "tests/support/process.h"

namespace pigeonhub {
namespace {

TEST(EmbeddedHub, PrintsTheEventsOfItsServerUntilCtrlC) {
  const std::string hub_id(40, 'a');
  const std::string peer_id(40, 'b');
  Process example(EMBEDDED_HUB_BINARY, {"0", "my-mesh"});
  const std::string line = example.ReadLine();
  EXPECT_TRUE(line.ends_with(", hubs meet on my-mesh")) << line;

  {
    LoopbackSocket hub;
    hub.JoinAs(hub_id, PortIn(line));
    hub.SendText(R"({"type":"announce","networkName":"my-mesh","data":{"isHub":true}})");
    EXPECT_EQ(example.ReadLine(), "New hub registered: " + hub_id + ", total: 1");
    EXPECT_EQ(example.ReadLine(), "Hub announced: " + hub_id + " on my-mesh");

    LoopbackSocket peer;
    peer.JoinAs(peer_id, PortIn(line));
    peer.SendText(R"({"type":"announce","networkName":"my-app","data":{}})");
    EXPECT_EQ(example.ReadLine(), "Peer announced: " + peer_id + " on my-app");

    example.Signal(SIGINT);
    EXPECT_EQ(example.ReadLine(), "2 connections, 2 peers in 2 namespaces, 1 hubs of my-mesh");
    EXPECT_EQ(example.ReadLine(), "  hub " + hub_id + " on my-mesh");
    EXPECT_TRUE(hub.WaitForCloseFrame());
    EXPECT_TRUE(peer.WaitForCloseFrame());
  }
  EXPECT_EQ(example.ReadAll(), "Hub unregistered: " + hub_id + ", remaining: 0\n")
      << "and no peer, for the program no longer listens to that";
  EXPECT_EQ(example.Wait(), 0);
}

TEST(EmbeddedHub, RefusesWhatIsNoPort) {
  for (const char* port : {"http", "3000x", "-1", "65536", "", " 3000"}) {
    EXPECT_EQ(Process(EMBEDDED_HUB_BINARY, {port}).Wait(), 2) << port;
  }
}

}  // namespace
}  // namespace pigeonhub
