// SPDX-License-Identifier: Apache-2.0

#include "control/event_logging.h"

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

TEST(EventLogging, NamesTheFlagThatAdmitsARefusedHub) {
  const PeerId peer = *PeerId::Parse(kPeer);
  const std::string refused = LineOf(HubRefused{peer, Reason::kHubNotAdmitted});
  EXPECT_NE(refused.find("--hub-allow"), std::string::npos) << refused;
  EXPECT_NE(refused.find("--hub-admission open"), std::string::npos) << refused;
  EXPECT_NE(refused.find(kPeer), std::string::npos) << "the id to allow is given whole";

  const std::string full = LineOf(HubRefused{peer, Reason::kHubRegistryFull});
  EXPECT_EQ(full.find("--hub-allow"), std::string::npos) << "no flag helps: " << full;
  EXPECT_NE(full.find(ReasonName(Reason::kHubRegistryFull)), std::string::npos) << full;
}

TEST(EventLogging, TellsOfPeersToThoseWhoAskForDetail) {
  const PeerId peer = *PeerId::Parse(kPeer);
  EXPECT_EQ(LineOf(PeerConnected{peer, "::1", 3}),
            "DEBUG peer connected peer=" + kPeer + " address=::1 connections=3");
  EXPECT_EQ(LineOf(PeerConnected{peer, "::1", 3}, LogLevel::kInfo), "");
  EXPECT_EQ(LineOf(PeerAnnounced{peer, std::make_shared<const std::string>("a\nb"), false}),
            "DEBUG peer announced peer=" + kPeer + " namespace=\"a\\nb\" hub=false");
  EXPECT_EQ(LineOf(PeerDisconnected{peer, Reason::kPeerClosed, 1000, 0, nullptr}),
            "DEBUG peer disconnected peer=" + kPeer + " reason=" +
                std::string(ReasonName(Reason::kPeerClosed)) + " code=1000 connections=0");
}

TEST(EventLogging, WarnsOfLimits) {
  EXPECT_EQ(LineOf(LimitHit{Reason::kSlowReader, 7}, LogLevel::kWarn),
            "WARN  limit hit reason=" + std::string(ReasonName(Reason::kSlowReader)) + " count=7");
}

TEST(EventLogging, TellsHowLongADrainMayTake) {
  EXPECT_EQ(LineOf(DrainStarted{std::chrono::seconds(30), 12}),
            "INFO  draining; a second signal stops at once over=30s connections=12");
}

}  // namespace
}  // namespace pigeonhub
