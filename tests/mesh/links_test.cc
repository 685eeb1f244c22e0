// SPDX-License-Identifier: Apache-2.0
//
// How soon, and how quietly, a mesh gets over the loss of a link, and over a peer that is at two
// places. The random worlds only look at what is true in the end.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "server/core/hub.h"
#include "tests/mesh/world.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

Scenario Hubs(size_t hubs, const std::string& topology, uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  scenario.hubs = hubs;
  scenario.topology = topology;
  return scenario;
}

void ApplyAll(World& world, const std::vector<std::string>& steps) {
  for (const std::string& step : steps) world.Apply(step);
}

bool Knows(World& world, const std::string& who, const std::string& whom) {
  const Client::Session* session = world.ClientOf(who).member();
  return session != nullptr && session->known.contains(IdOf(whom));
}

// How long it takes until `done`; nothing if it takes more than `limit`, or the world ends before.
template <typename Done>
std::optional<Duration> TimeUntil(World& world, Duration limit, Done done) {
  const Duration began = world.services().agenda.now();
  while (!done()) {
    if (world.failure().has_value() || world.services().agenda.now() - began > limit) {
      return std::nullopt;
    }
    world.Run(10ms);
  }
  return world.services().agenda.now() - began;
}

bool IsLinked(World& world, const std::string& hub) {
  const auto links = world.FindHub(hub)->hub().Links();
  return std::any_of(links.begin(), links.end(),
                     [](const LinkRecord& link) { return link.state == LinkRecord::State::kUp; });
}

TEST(LostLink, ThatIsBackWithinItsGraceChangesNothingThatPeersSee) {
  int back_in_time = 0;
  for (uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE(seed);
    World world(Hubs(3, "chain", seed));
    ApplyAll(world, {"wait 2000", "join p1 A red", "join p2 B red", "join p3 C red", "settle"});
    ASSERT_EQ(world.failure(), std::nullopt);
    const size_t before = world.ClientOf("p1").news() + world.ClientOf("p3").news();
    world.Apply("cut A B");
    world.Run(100ms);
    const auto back =
        TimeUntil(world, 10s, [&] { return IsLinked(world, "A") && IsLinked(world, "B"); });
    ASSERT_TRUE(back.has_value());
    world.Apply("settle");
    ASSERT_EQ(world.failure(), std::nullopt);
    if (*back > 2500ms) continue;
    ++back_in_time;
    EXPECT_EQ(world.ClientOf("p1").news() + world.ClientOf("p3").news(), before);
  }
  EXPECT_GT(back_in_time, 10);
}

TEST(LostLink, IsNoticedAndMendedInTime) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    World world(Hubs(2, "chain", seed));
    ApplyAll(world, {"wait 2000", "join p1 A red", "join p2 B red", "settle", "partition A"});
    // 10 s of silence and 3 s of grace.
    const auto gone = TimeUntil(world, 60s, [&] { return !Knows(world, "p1", "p2"); });
    ASSERT_TRUE(gone.has_value());
    EXPECT_GE(*gone, 10s);
    EXPECT_LE(*gone, 15s);
    // Past the fast attempts.
    world.Run(300s);
    world.Apply("heal");
    const auto back =
        TimeUntil(world, 60s, [&] { return Knows(world, "p1", "p2") && Knows(world, "p2", "p1"); });
    ASSERT_TRUE(back.has_value());
    EXPECT_LE(*back, 21s);  // one attempt every 15 s, of which the last may just have begun
  }
}

TEST(DeadHub, IsMissedOnlyByThoseWhoKnewItsPeers) {
  World world(Hubs(4, "chain", 7));
  ApplyAll(world, {"wait 2000", "join p1 A red", "join p2 B red", "join p3 D green",
                   "join p4 A green", "settle"});
  ASSERT_EQ(world.failure(), std::nullopt);
  const size_t before = world.ClientOf("p4").news();
  world.Apply("crash B");
  const auto gone = TimeUntil(world, 20s, [&] { return !Knows(world, "p1", "p2"); });
  ASSERT_TRUE(gone.has_value());
  EXPECT_LE(*gone, 4s);
  world.Apply("restart B");
  world.Apply("settle");
  EXPECT_EQ(world.failure(), std::nullopt);
  EXPECT_FALSE(Knows(world, "p1", "p2"));
  EXPECT_TRUE(Knows(world, "p4", "p3"));
  // p3 of the far end of the chain was out of reach for a while, and came back.
  EXPECT_LE(world.ClientOf("p4").news(), before + 2);
}

TEST(PlainServer, IsNoWayBetweenTheHubsItIsLinkedTo) {
  Scenario scenario = Hubs(3, "chain", 1);
  scenario.plain = {"B"};
  World world(scenario);
  world.Run(5s);
  const auto hubs_on_the_map_of = [&](const std::string& hub) {
    return world.FindHub(hub)->hub().Topology().hubs.size();
  };
  EXPECT_EQ(hubs_on_the_map_of("B"), 3u);
  EXPECT_EQ(hubs_on_the_map_of("A"), 2u);
  EXPECT_EQ(hubs_on_the_map_of("C"), 2u);
  EXPECT_EQ(world.failure(), std::nullopt);
}

TEST(MovingPeer, IsNotKeptWaitingByItsOldHub) {
  size_t asked = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    World world(Hubs(3, "chain", seed));
    ApplyAll(world, {"wait 2000", "join p1 A red", "join p2 C red", "settle", "move p1 C"});
    const auto greeted =
        TimeUntil(world, 10s, [&] { return world.ClientOf("p1").member() != nullptr; });
    ASSERT_TRUE(greeted.has_value());
    EXPECT_LE(*greeted, 1s);
    if (*greeted > 100ms) ++asked;
    world.Apply("settle");
    EXPECT_EQ(world.failure(), std::nullopt);
  }
  EXPECT_GT(asked, 0u) << "no hub had to ask the other one";
}

TEST(DuplicateId, IsRefusedEverywhereWhileItsHolderLives) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    World world(Hubs(3, "chain", seed));
    ApplyAll(world, {"wait 2000", "join p1 A red", "join p2 C red", "settle"});
    const size_t before = world.ClientOf("p2").news();
    ApplyAll(world, {"again p1 C", "wait 10000"});
    const Client& holder = world.ClientOf("p1");
    ASSERT_EQ(holder.sessions().size(), 1u);
    EXPECT_EQ(holder.sessions().begin()->second.hub, "A");
    EXPECT_EQ(world.ClientOf("p2").news(), before);
    world.Apply("settle");
    EXPECT_EQ(world.failure(), std::nullopt);
  }
}

}  // namespace
}  // namespace pigeonhub::sim
