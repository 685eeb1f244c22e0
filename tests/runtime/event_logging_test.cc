// SPDX-License-Identifier: Apache-2.0

#include "server/runtime/event_logging.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <memory>
#include <string>

#include "server/core/reason.h"
#include "tests/support/manual_clock.h"

namespace pigeonhub {
namespace {

const std::string kPeer = "0123456789abcdef0123456789abcdef01234567";

// The line an event makes, from its level on.
std::string LineOf(EventBody body, LogLevel level = LogLevel::kDebug) {
  int ends[2];
  EXPECT_EQ(pipe2(ends, O_NONBLOCK), 0);
  const ManualClock clock;
  Log log(level, LogFormat::kText, ends[1], clock);
  LogEvent({1, 0, std::move(body)}, log);
  char text[1024];
  const ssize_t count = read(ends[0], text, sizeof text);
  close(ends[0]);
  close(ends[1]);
  return count < 25 ? "" : std::string(text + 25, static_cast<size_t>(count) - 26);
}

TEST(EventLogging, TellsOfHubs) {
  const PeerId peer = *PeerId::Parse(kPeer);
  EXPECT_EQ(LineOf(HubRegistered{peer, 2}), "INFO  hub registered peer=" + kPeer + " hubs=2");
  EXPECT_EQ(LineOf(HubUnregistered{peer, 1}), "INFO  hub unregistered peer=" + kPeer + " hubs=1");
}

TEST(EventLogging, TellsWhyAHubIsRefused) {
  const PeerId peer = *PeerId::Parse(kPeer);
  EXPECT_EQ(LineOf(HubRefused{peer, Reason::kHubNotAdmitted, "192.0.2.7"}),
            "WARN  hub refused peer=" + kPeer + " reason=hub_not_admitted address=192.0.2.7");
}

TEST(EventLogging, WarnsOfALinkToAServerThatIsNoHub) {
  const PeerId peer = *PeerId::Parse(kPeer);
  EXPECT_EQ(LineOf(LinkUp{peer}), "INFO  link up hub=" + kPeer);
  EXPECT_EQ(LineOf(LinkUp{peer, /*plain_server=*/true}),
            "WARN  link up to a server that is no hub; it passes nothing on: start it with --hub, "
            "or dial a hub instead hub=" +
                kPeer);
}

TEST(EventLogging, WarnsOfALostHubUnlessSomebodyEndedTheLink) {
  EXPECT_EQ(LineOf(BootstrapDisconnected{"ws://h:3000", 1006, "connection lost"}),
            "WARN  no connection to hub uri=ws://h:3000 code=1006 why=\"connection lost\"");
  EXPECT_EQ(LineOf(BootstrapDisconnected{"ws://h:3000", 1001, "signaling stopped", true}),
            "INFO  disconnected from hub uri=ws://h:3000 why=\"signaling stopped\"");
}

TEST(EventLogging, TellsOfPeersToThoseWhoAskForDetail) {
  const PeerId peer = *PeerId::Parse(kPeer);
  EXPECT_EQ(LineOf(PeerConnected{peer, "::1", 3}),
            "DEBUG peer connected peer=" + kPeer + " address=::1 connections=3");
  EXPECT_EQ(LineOf(PeerConnected{peer, "::1", 3}, LogLevel::kInfo), "");
  EXPECT_EQ(LineOf(PeerAnnounced{peer, std::make_shared<const std::string>("a\nb"), false}),
            "DEBUG peer announced peer=" + kPeer + " namespace=\"a\\nb\" hub=false");
  PeerDisconnected left;
  left.peer = peer;
  left.code = 1000;
  left.address = "::1";
  left.connected_for = std::chrono::seconds(90);
  left.messages = 7;
  left.bytes = 1234;
  EXPECT_EQ(LineOf(left),
            "DEBUG peer disconnected peer=" + kPeer +
                " reason=peer_closed code=1000 address=::1 after=90s messages=7 bytes=1234 "
                "connections=0");
}

TEST(EventLogging, WarnsOfLimits) {
  LimitHit hit;
  hit.reason = Reason::kSlowReader;
  hit.count = 7;
  hit.total = 9;
  hit.addresses = {{"10.0.0.1", 5}, {"10.0.0.2", 2}};
  hit.networks = {{"room", 7}};
  hit.peers = {{"ab12", 7}};
  EXPECT_EQ(LineOf(hit, LogLevel::kWarn),
            "WARN  limit hit reason=slow_reader count=7 total=9 address=10.0.0.1 peer=ab12 "
            "namespace=room");
  hit.ended = true;
  EXPECT_TRUE(LineOf(hit, LogLevel::kWarn).starts_with("WARN  limit no longer hit reason="));
}

TEST(EventLogging, TellsOfRefusedPeers) {
  EXPECT_EQ(
      LineOf(PeerRefused{kPeer, "10.0.0.1", Reason::kPeerAlreadyConnected, 10}, LogLevel::kInfo),
      "INFO  peer refused reason=peer_already_connected peer=" + kPeer +
          " address=10.0.0.1 count=10");
}

TEST(EventLogging, TellsWhyALinkWentDown) {
  LinkDown down;
  down.peer = *PeerId::Parse(kPeer);
  down.up_for = std::chrono::seconds(3);
  EXPECT_EQ(LineOf(down),
            "INFO  link down hub=" + kPeer + " withdrawn=0 reason=no_longer_a_hub code=0 after=3s");
  down.end = {LinkEnd::Side::kThisHub, Reason::kUnresponsive, 1001, "unresponsive"};
  EXPECT_EQ(LineOf(down),
            "INFO  link down hub=" + kPeer + " withdrawn=0 reason=unresponsive code=1001 after=3s");
}

TEST(EventLogging, TellsHowLongADrainMayTake) {
  EXPECT_EQ(LineOf(DrainFinished{{{"tier", "free"}}}),
            "INFO  drained some attributes=\"tier=free\"");
  EXPECT_EQ(LineOf(DrainStarted{std::chrono::seconds(30), 12}),
            "INFO  draining over=30s connections=12");
}

}  // namespace
}  // namespace pigeonhub
