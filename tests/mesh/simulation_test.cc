// SPDX-License-Identifier: Apache-2.0
//
// Random worlds. A failure prints the shortest history found that fails in the same way; put into
// tests/mesh/transcripts it is a test of its own.
//
// PIGEONHUB_MESH_SEEDS=10000 plays so many worlds instead of the suite's; PIGEONHUB_MESH_FIRST_SEED
// says where to begin.
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "tests/mesh/random_scenario.h"
#include "tests/mesh/shrink.h"
#include "tests/mesh/world.h"

namespace pigeonhub::sim {
namespace {

// Of each kind.
constexpr uint64_t kSeeds = 250;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* value = std::getenv(name);
  return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

// In as many worlds as this a defect is found well enough.
constexpr size_t kEnough = 20;
constexpr size_t kMostExplained = 2;
// What may happen in all that shrinking plays, so that it ends soon in worlds without an end, too.
constexpr uint64_t kMostInShrinking = 1'500'000;

// What is wrong, without whom it befell, so that shrinking does not drift to another defect.
std::string DefectOf(const std::string& failure) {
  std::string defect = failure.substr(0, failure.find(" at "));
  size_t words = 0;
  for (const std::string& word : Words(failure.substr(failure.find(": ") + 2))) {
    const bool is_name = word.size() == 1 ||
                         word.find_first_of("0123456789") != std::string::npos || word == "red" ||
                         word == "green" || word == "blue";
    if (!is_name && ++words <= 5) defect += ' ' + word;
  }
  return defect;
}

std::string Explain(const Scenario& scenario, const std::string& failure) {
  const std::string defect = DefectOf(failure);
  uint64_t happened = 0;
  const Scenario shortest = Shrink(
      scenario,
      [&](const Scenario& candidate) {
        if (happened > kMostInShrinking) return false;
        World world(candidate);
        world.Play();
        happened += world.services().agenda.happened();
        return world.failure().has_value() && DefectOf(*world.failure()) == defect;
      },
      600);
  World world(shortest);
  world.Play();
  return failure + "\nshrunken: " + world.failure().value_or("(passes)") + "\n" + ToText(shortest);
}

struct Kind {
  const char* name;
  Chances chances;
};

class RandomWorlds : public ::testing::TestWithParam<Kind> {};

INSTANTIATE_TEST_SUITE_P(
    All, RandomWorlds,
    ::testing::Values(
        Kind{"Calm", {.faults = false, .references = false, .roaming = false}},
        Kind{"WithReferenceHubs", {.faults = false, .references = true, .roaming = false}},
        Kind{"Roaming", {.faults = false, .references = true, .roaming = true}},
        Kind{"Lying", {.faults = false, .references = true, .roaming = false, .lies = true}},
        Kind{"Attacked", {.faults = false, .references = true, .roaming = false, .attacks = true}},
        Kind{"AttackedAndFaulty",
             {.faults = true, .references = false, .roaming = false, .attacks = true}},
        Kind{"Banned", {.faults = false, .references = true, .roaming = false, .bans = true}},
        Kind{"BannedAndFaulty",
             {.faults = true, .references = false, .roaming = false, .bans = true}},
        Kind{"BannedAndUpgraded",
             {.faults = false,
              .references = false,
              .roaming = false,
              .upgrades = true,
              .bans = true}},
        Kind{"BannedAndAttacked",
             {.faults = false,
              .references = false,
              .roaming = false,
              .attacks = true,
              .bans = true}},
        Kind{"Upgraded", {.faults = false, .references = true, .roaming = false, .upgrades = true}},
        Kind{"BusCalm",
             {.faults = false, .references = false, .roaming = false, .bus = true, .links = false}},
        Kind{"BusRoaming",
             {.faults = false, .references = true, .roaming = true, .bus = true, .links = false}},
        Kind{"BusFaulty",
             {.faults = true, .references = false, .roaming = false, .bus = true, .links = false}},
        Kind{"BusAndLinks", {.faults = true, .references = false, .roaming = false, .bus = true}},
        Kind{"BusLying",
             {.faults = false, .references = true, .roaming = false, .bus = true, .lies = true}},
        Kind{"BusEverything", {.faults = true, .references = true, .roaming = true, .bus = true}},
        Kind{"Faulty", {.faults = true, .references = false, .roaming = false}},
        Kind{"Everything", {.faults = true, .references = true, .roaming = true}}),
    [](const auto& param) { return param.param.name; });

TEST_P(RandomWorlds, KeepEveryInvariant) {
  const uint64_t first = FromEnvironment("PIGEONHUB_MESH_FIRST_SEED", 1);
  const uint64_t seeds = FromEnvironment("PIGEONHUB_MESH_SEEDS", kSeeds);
  uint64_t delivered = 0;
  struct Found {
    size_t worlds = 0;
    uint64_t seed = 0;
    std::string failure;
  };
  std::map<std::string, Found> defects;
  size_t failed = 0;
  uint64_t seed = first;
  for (; seed < first + seeds && failed < kEnough; ++seed) {
    World world(RandomScenario(seed, GetParam().chances));
    world.Play();
    delivered += world.services().ledger.delivered();
    if (!world.failure().has_value()) continue;
    ++failed;
    Found& found = defects[DefectOf(*world.failure())];
    if (++found.worlds == 1) {
      found.seed = seed;
      found.failure = *world.failure();
    }
  }
  size_t explained = 0;
  for (const auto& [defect, found] : defects) {
    const bool explain = ++explained <= kMostExplained;
    ADD_FAILURE() << found.worlds << " of " << seed - first << " worlds, first seed " << found.seed
                  << ": "
                  << (explain
                          ? Explain(RandomScenario(found.seed, GetParam().chances), found.failure)
                          : found.failure);
  }
  // Worlds in which nothing happens would keep everything, too.
  if (failed == 0) {
    // Who is banned says nothing more.
    EXPECT_GT(delivered, (GetParam().chances.bans ? 4 : 5) * seeds);
  }
}

TEST_P(RandomWorlds, HaveTheSameHistoryForTheSameSeed) {
  for (uint64_t seed : {11u, 12u, 13u, 14u, 15u, 16u, 17u, 18u, 19u, 20u}) {
    const auto digest = [](uint64_t of) {
      World world(RandomScenario(of, GetParam().chances));
      world.Play();
      return world.digest();
    };
    EXPECT_EQ(digest(seed), digest(seed)) << "invariant 8, seed " << seed;
    EXPECT_NE(digest(seed), digest(seed + 1));
  }
}

}  // namespace
}  // namespace pigeonhub::sim
