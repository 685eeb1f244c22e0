// SPDX-License-Identifier: Apache-2.0
//
// Handshakes that are watched at one hub while they pass several, whose clocks stand differently.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "server/core/peers/handshake_watch.h"
#include "tests/mesh/world.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::Not;

int64_t Micros(Duration duration) {
  return std::chrono::duration_cast<std::chrono::microseconds>(duration).count();
}

Scenario SteadyHubs(size_t hubs, const std::string& topology, uint64_t seed) {
  Scenario scenario;
  scenario.seed = seed;
  scenario.hubs = hubs;
  scenario.topology = topology;
  scenario.clocks_drift = false;
  return scenario;
}

// Peers p1 at A, and p2 at the last hub. What A shows of their handshakes.
class WatchedMesh {
 public:
  WatchedMesh(const Scenario& scenario, Duration shortest, Duration longest) : world(scenario) {
    world.services().network.set_delay(shortest, longest);
    world.services().bus.set_delay(shortest, longest);
    Apply({"wait 8000", "join p1 A red", "join p2 " + last() + " red", "wait 5000"});
  }
  ~WatchedMesh() { EXPECT_EQ(world.failure(), std::nullopt); }

  void Apply(const std::vector<std::string>& steps) {
    for (const std::string& step : steps) world.Apply(step);
  }
  std::string last() const { return world.hubs().rbegin()->first; }
  HubProcess& hub(const std::string& name) { return *world.FindHub(name); }
  void Watch() {
    hub("A").Handle(WatchHandshakes{{{std::pair(IdOf("p1"), IdOf("p2")), ""}}});
    world.Run(3s);
    hub("A").TakeSteps();
  }
  // One signal from the one to the other, and what was shown of it, by its stage.
  std::vector<HandshakeStep> Offer(const std::string& from, const std::string& to) {
    world.Apply("offer " + from + " " + to);
    world.Run(2s);
    return hub("A").TakeSteps();
  }
  static std::optional<HandshakeStep> Find(const std::vector<HandshakeStep>& steps,
                                           HandshakeStage stage) {
    const auto found = std::find_if(steps.begin(), steps.end(),
                                    [&](const HandshakeStep& one) { return one.stage == stage; });
    return found == steps.end() ? std::nullopt : std::optional(*found);
  }
  std::optional<HandshakeHubState> StateOf(const std::string& name) {
    const auto& told_of = hub("A").told_of();
    const auto found = told_of.find(hub(name).id());
    return found == told_of.end() ? std::nullopt : std::optional(found->second.state);
  }

  World world;
};

TEST(WatchedHandshake, IsToldByTheOtherHubInOurTime) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE(seed);
    WatchedMesh mesh(SteadyHubs(2, "chain", seed), 50ms, 50ms);
    mesh.Watch();
    ASSERT_EQ(mesh.StateOf("B"), HandshakeHubState::kTells);
    const HandshakeHub& told = mesh.hub("A").told_of().at(mesh.hub("B").id());
    const int64_t ahead = Micros(mesh.hub("B").clock().ahead - mesh.hub("A").clock().ahead);
    EXPECT_NEAR(told.clock_ahead_us, ahead, 2000);
    EXPECT_NEAR(told.clock_error_us, 50'000, 2000) << "half of the way there and back";

    const auto there = mesh.Offer("p1", "p2");
    const auto sent = WatchedMesh::Find(there, HandshakeStage::kPassedOn);
    const auto came = WatchedMesh::Find(there, HandshakeStage::kDelivered);
    ASSERT_TRUE(sent.has_value() && came.has_value());
    EXPECT_EQ(sent->hub, mesh.hub("A").id());
    EXPECT_EQ(sent->other_hub, mesh.hub("B").id());
    EXPECT_EQ(sent->queue_us, 0);
    EXPECT_EQ(came->hub, mesh.hub("B").id());
    EXPECT_EQ(came->other_hub, mesh.hub("A").id());
    ASSERT_TRUE(came->line_us.has_value());
    EXPECT_NEAR(static_cast<double>(*came->line_us), 50'000, 2000);
    EXPECT_NEAR(static_cast<double>(came->at_us - sent->at_us), 50'000, 2000);

    // Back it is B that sends it on, and tells it.
    const auto back = mesh.Offer("p2", "p1");
    const auto sent_back = WatchedMesh::Find(back, HandshakeStage::kPassedOn);
    const auto came_back = WatchedMesh::Find(back, HandshakeStage::kDelivered);
    ASSERT_TRUE(sent_back.has_value() && came_back.has_value());
    EXPECT_EQ(sent_back->hub, mesh.hub("B").id());
    EXPECT_NEAR(static_cast<double>(came_back->at_us - sent_back->at_us), 50'000, 2000);
    EXPECT_NEAR(static_cast<double>(*came_back->line_us), 50'000, 2000);
  }
}

TEST(WatchedHandshake, IsNoFurtherFromTheTruthThanItSays) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    WatchedMesh mesh(SteadyHubs(3, "chain", seed), 1ms, 80ms);
    mesh.Watch();
    ASSERT_EQ(mesh.StateOf("C"), HandshakeHubState::kTells);
    const auto steps = mesh.Offer("p1", "p2");
    const auto came = WatchedMesh::Find(steps, HandshakeStage::kDelivered);
    ASSERT_TRUE(came.has_value() && came->line_us.has_value());
    EXPECT_EQ(came->other_hub, mesh.hub("A").id()) << "B is on the line, and opens nothing";
    EXPECT_GE(*came->line_us + came->line_error_us, 2000);
    EXPECT_LE(*came->line_us - came->line_error_us, 160'000);
  }
}

TEST(WatchedHandshake, IsToldOverABusAsOverLinks) {
  Scenario scenario = SteadyHubs(3, "none", 7);
  for (const char* name : {"A", "B", "C"}) scenario.buses[name] = "x";
  WatchedMesh mesh(scenario, 5ms, 5ms);
  mesh.Watch();
  EXPECT_EQ(mesh.StateOf("B"), HandshakeHubState::kTells);
  EXPECT_EQ(mesh.StateOf("C"), HandshakeHubState::kTells);
  const auto came = WatchedMesh::Find(mesh.Offer("p1", "p2"), HandshakeStage::kDelivered);
  ASSERT_TRUE(came.has_value() && came->line_us.has_value());
  EXPECT_EQ(came->hub, mesh.hub("C").id());
  EXPECT_NEAR(static_cast<double>(*came->line_us), 5000, 2000);
}

TEST(WatchedHandshake, SaysThatAHubWhichDoesNotKnowTheQuestionDoesNotTell) {
  WatchedMesh mesh(SteadyHubs(2, "chain", 4), 1ms, 5ms);
  mesh.hub("B").set_knows_no_handshakes();
  mesh.Watch();
  mesh.world.Run(3s);
  EXPECT_EQ(mesh.StateOf("B"), HandshakeHubState::kSilent);
  const auto steps = mesh.Offer("p1", "p2");
  EXPECT_TRUE(WatchedMesh::Find(steps, HandshakeStage::kPassedOn).has_value());
  EXPECT_FALSE(WatchedMesh::Find(steps, HandshakeStage::kDelivered).has_value());
}

TEST(WatchedHandshake, AsksNoHubOfAVersionThatSignsNothing) {
  WatchedMesh mesh(SteadyHubs(2, "chain", 3), 1ms, 5ms);
  mesh.Apply({"downgrade B", "wait 8000", "join p3 B red", "wait 3000"});
  mesh.hub("A").Handle(WatchHandshakes{{{std::pair(IdOf("p1"), IdOf("p3")), ""}}});
  mesh.world.Run(6s);
  // It signs nothing, so nobody knows that it has the key of the mesh.
  EXPECT_EQ(mesh.StateOf("B"), HandshakeHubState::kNotAdmitted);
  const auto sent = WatchedMesh::Find(mesh.Offer("p1", "p3"), HandshakeStage::kPassedOn);
  ASSERT_TRUE(sent.has_value());
  EXPECT_EQ(sent->other_hub, mesh.hub("B").id()) << "as far as A sees it";
}

TEST(WatchedHandshake, IsNotToldAnyMoreWhenNobodyWatches) {
  WatchedMesh mesh(SteadyHubs(2, "chain", 5), 1ms, 5ms);
  mesh.Watch();
  constexpr uint64_t kOffers = 20;
  const auto frames_of_offers = [&] {
    const uint64_t before = mesh.world.services().network.frames_between_places();
    for (uint64_t i = 0; i < kOffers; ++i) mesh.Apply({"offer p1 p2", "wait 200"});
    return mesh.world.services().network.frames_between_places() - before;
  };
  EXPECT_GE(frames_of_offers(), 3 * kOffers) << "a signal, a step, and its acknowledgement";
  EXPECT_THAT(mesh.hub("A").TakeSteps(), Not(IsEmpty()));
  mesh.hub("A").Handle(WatchHandshakes{});
  mesh.world.Run(HandshakeWatch::kLease + 1s);
  EXPECT_LE(frames_of_offers(), 2 * kOffers + 5) << "and some news";
  EXPECT_THAT(mesh.hub("A").TakeSteps(), IsEmpty());
}

TEST(WatchedHandshake, SaysWhichHubCannotBeReached) {
  WatchedMesh mesh(SteadyHubs(2, "chain", 6), 1ms, 5ms);
  mesh.Watch();
  mesh.Apply({"crash B"});
  const auto began = mesh.world.services().agenda.now();
  while (mesh.StateOf("B") == HandshakeHubState::kTells &&
         mesh.world.services().agenda.now() - began < 30s) {
    mesh.world.Run(100ms);
  }
  EXPECT_EQ(mesh.StateOf("B"), HandshakeHubState::kUnreachable);
}

}  // namespace
}  // namespace pigeonhub::sim
