// SPDX-License-Identifier: Apache-2.0
//
// What peers notice of a broker that fails, in figures. The random worlds heal, and so miss what
// lasts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/core/hub.h"
#include "tests/mesh/world.h"

namespace pigeonhub::sim {
namespace {

using namespace std::chrono_literals;

constexpr size_t kHubs = 5;
constexpr size_t kPeers = 10;
constexpr uint64_t kBusSeeds = 3;

std::string PeerName(size_t i) { return "p" + std::to_string(i); }

// Hubs A to E on one bus, with two peers each, all in one namespace. p0 and p5 are at A, p1 and p6
// at B, and so on.
Scenario OnOneBus(uint64_t seed, const std::string& topology) {
  Scenario scenario;
  scenario.seed = seed;
  scenario.hubs = kHubs;
  scenario.topology = topology;
  scenario.longest_delay_ms = 5;
  for (size_t i = 0; i < kHubs; ++i) scenario.buses[HubName(i)] = "x";
  return scenario;
}

class Cluster {
 public:
  explicit Cluster(uint64_t seed, const std::string& topology = "none")
      : Cluster(OnOneBus(seed, topology)) {}
  explicit Cluster(const Scenario& scenario) : world_(scenario) {
    Apply({"wait 5000"});
    for (size_t i = 0; i < kPeers; ++i) {
      Apply({"join " + PeerName(i) + " " + HubName(i % kHubs) + " red"});
    }
    Apply({"wait 5000"});
    if (world_.failure().has_value()) ADD_FAILURE() << *world_.failure();
    EXPECT_TRUE(KnowEachOther());
    news_before_ = news();
  }
  ~Cluster() { EXPECT_EQ(world_.failure(), std::nullopt); }

  void Apply(const std::vector<std::string>& steps) {
    for (const std::string& step : steps) world_.Apply(step);
  }
  // Time passes, in which p0 signals p1, at another hub, and p5, at its own, ten times a second.
  void Live(Duration time) {
    (void)LiveUntil(time, [] { return false; });
  }
  // The same; how long it took until that was so, if it was within `longest`.
  std::optional<Duration> LiveUntil(Duration longest, const std::function<bool()>& is_so) {
    const Duration began = now();
    while (now() - began < longest) {
      Signal(1, remote_);
      Signal(5, local_);
      for (int i = 0; i < 4; ++i) {
        if (is_so()) return now() - began;
        world_.Run(25ms);
      }
    }
    return is_so() ? std::optional(now() - began) : std::nullopt;
  }

  bool Knows(size_t who, size_t whom) {
    const Client::Session* session = world_.ClientOf(PeerName(who)).member();
    return session != nullptr && session->known.contains(IdOf(PeerName(whom)));
  }
  bool KnowEachOther() {
    for (size_t i = 0; i < kPeers; ++i) {
      for (size_t j = 0; j < kPeers; ++j) {
        if (i != j && !Knows(i, j)) return false;
      }
    }
    return true;
  }
  // How often peers were told that somebody came or went since the cluster was at rest.
  size_t news_since() { return news() - news_before_; }
  // Whether p1 got a signal that p0 sent after `time`.
  bool GotSignalSince(Duration time) {
    return std::any_of(remote_.begin(), remote_.end(), [&](uint64_t number) {
      const Ledger::Signal& signal = world_.services().ledger.signal(number);
      return signal.sent >= time && signal.delivered > 0;
    });
  }
  size_t lost_remote() { return LostOf(remote_); }
  size_t lost_local() { return LostOf(local_); }
  Duration now() { return world_.services().agenda.now(); }
  World& world() { return world_; }

 private:
  void Signal(size_t to, std::vector<uint64_t>& numbers) {
    Ledger& ledger = world_.services().ledger;
    const uint64_t before = ledger.next_signal();
    world_.ClientOf("p0").Offer(IdOf(PeerName(to)));
    if (ledger.next_signal() > before) numbers.push_back(before);
  }
  size_t LostOf(const std::vector<uint64_t>& numbers) {
    world_.Run(1s);
    return static_cast<size_t>(std::count_if(numbers.begin(), numbers.end(), [&](uint64_t number) {
      return world_.services().ledger.signal(number).delivered == 0;
    }));
  }
  size_t news() {
    size_t news = 0;
    for (const auto& [name, client] : world_.clients()) news += client->news();
    return news;
  }

  World world_;
  std::vector<uint64_t> remote_;
  std::vector<uint64_t> local_;
  size_t news_before_ = 0;
};

struct Fault {
  const char* name;
  std::vector<std::string> begin;
  Duration lasts;
  std::vector<std::string> end;
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.name; }

class BrokerFault : public ::testing::TestWithParam<Fault> {};

INSTANTIATE_TEST_SUITE_P(
    All, BrokerFault,
    ::testing::Values(Fault{"AwayFor2s", {"broker stop"}, 2s, {"broker start"}},
                      Fault{"AwayFor20s", {"broker stop"}, 20s, {"broker start"}},
                      Fault{"StallsFor4s", {"broker stall"}, 4s, {"broker resume"}},
                      Fault{"StallsFor20s", {"broker stall"}, 20s, {"broker resume"}},
                      Fault{"OneWayIsHalfOpen", {"busfreeze B"}, 8s, {}},
                      Fault{"OneHubStandsStillFor3s", {"still B 3000"}, 3s, {}},
                      Fault{"OneHubMissesMuch", {"busdrop B 20"}, 5s, {}},
                      Fault{"AllMissMuch",
                            {"busdrop A 20", "busdrop B 20", "busdrop C 20", "busdrop D 20",
                             "busdrop E 20"},
                            5s,
                            {}}),
    [](const auto& info) { return info.param.name; });

TEST_P(BrokerFault, TellsNobodyThatAnybodyLeft) {
  for (uint64_t seed = 1; seed <= kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Cluster cluster(seed);
    cluster.Apply(GetParam().begin);
    cluster.Live(GetParam().lasts);
    const Duration end = cluster.now();
    cluster.Apply(GetParam().end);
    const auto back = cluster.LiveUntil(10s, [&] { return cluster.GotSignalSince(end); });
    ASSERT_TRUE(back.has_value());
    EXPECT_LE(*back, 2s);
    cluster.Live(8s);
    EXPECT_EQ(cluster.news_since(), 0u);
    EXPECT_EQ(cluster.lost_local(), 0u);
    if (GetParam().lasts <= 5s) {
      EXPECT_EQ(cluster.lost_remote(), 0u);
    }
    EXPECT_TRUE(cluster.KnowEachOther());
  }
}

TEST_P(BrokerFault, IsHardlyNoticedWithLinksBeside) {
  for (uint64_t seed = 1; seed <= kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Cluster cluster(seed, "full");
    cluster.Apply(GetParam().begin);
    for (Duration began = cluster.now(); cluster.now() - began < GetParam().lasts;) {
      const Duration from = cluster.now();
      const auto pause = cluster.LiveUntil(5s, [&] { return cluster.GotSignalSince(from); });
      ASSERT_TRUE(pause.has_value());
      // A hub that stands still says nothing over links, either.
      EXPECT_LE(*pause, GetParam().begin[0].starts_with("still") ? 3500ms : 2500ms);
    }
    cluster.Apply(GetParam().end);
    cluster.Live(8s);
    EXPECT_EQ(cluster.news_since(), 0u);
    EXPECT_EQ(cluster.lost_remote(), 0u);
  }
}

// ---- What lasts

TEST(KilledHub, IsWithdrawnEverywhereWithinFiveSeconds) {
  for (uint64_t seed = 1; seed <= kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    // E is another operator's: it has a link to A, and no bus. D comes a moment before.
    Scenario scenario = OnOneBus(seed, "none");
    scenario.buses.erase("E");
    scenario.links = {"E A"};
    Cluster cluster(scenario);
    cluster.Apply({"crash D", "wait 8000", "restart D", "join p20 D red", "wait 300", "crash B"});
    const auto gone = cluster.LiveUntil(10s, [&] {
      for (size_t who : {0, 2, 4, 20}) {
        if (cluster.Knows(who, 1) || cluster.Knows(who, 6)) return false;
      }
      return true;
    });
    ASSERT_TRUE(gone.has_value());
    EXPECT_LE(*gone, 5s);
    EXPECT_GE(*gone, 4s) << "it has its time, as over links";
    cluster.Live(70s);
    for (size_t who : {0, 2, 4, 20}) {
      EXPECT_FALSE(cluster.Knows(who, 1)) << "nobody brings it back";
      EXPECT_TRUE(cluster.Knows(who, 7));
    }
  }
}

// Its id is known, and its key is a new one: so the process that is known is asked, and has 3 s to
// show that it lives.
TEST(KilledHub, IsBackWithinFiveSecondsWhereItStartsAtOnce) {
  for (uint64_t seed = 1; seed <= kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Cluster cluster(seed);
    cluster.Apply({"crash B", "wait 300", "restart B", "join p1 B red"});
    const Duration restarted = cluster.now();
    const auto back = cluster.LiveUntil(20s, [&] { return cluster.GotSignalSince(restarted); });
    ASSERT_TRUE(back.has_value());
    EXPECT_LE(*back, 5s);
  }
}

// Its word comes back over a link to hubs that never heard it, and so could not miss it.
TEST(KilledHub, IsWithdrawnThoughNobodyIsLeftWhoHeardIt) {
  for (uint64_t seed = 1; seed <= 4 * kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Scenario scenario = OnOneBus(seed, "none");
    scenario.buses.erase("E");
    scenario.links = {"E A"};
    Cluster cluster(scenario);
    // The others call the bus as it did.
    size_t killed = 1;
    for (size_t other : {2, 3}) {
      if (IdOf(HubName(other)) > IdOf(HubName(killed))) killed = other;
    }
    for (size_t i = 0; i < 4; ++i) cluster.Apply({"crash " + HubName(i)});
    cluster.Apply({"wait 100"});
    for (size_t i = 0; i < 4; ++i) {
      if (i != killed) cluster.Apply({"restart " + HubName(i)});
    }
    const auto gone = cluster.LiveUntil(20s, [&] { return !cluster.Knows(4, killed); });
    ASSERT_TRUE(gone.has_value());
    EXPECT_LE(*gone, 8s);
  }
}

TEST(HalvesOfTheBrokers, ThatAreApartAreTwoClustersUntilTheyAreOneAgain) {
  for (uint64_t seed = 1; seed <= kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Cluster cluster(seed);
    cluster.Apply({"bussplit A B"});
    const auto apart = cluster.LiveUntil(10s, [&] {
      return !cluster.Knows(0, 2) && !cluster.Knows(1, 3) && !cluster.Knows(2, 0) &&
             !cluster.Knows(4, 6);
    });
    ASSERT_TRUE(apart.has_value());
    EXPECT_LE(*apart, 5s);
    EXPECT_TRUE(cluster.Knows(0, 1));
    EXPECT_TRUE(cluster.Knows(2, 3));
    cluster.Live(15s);
    EXPECT_FALSE(cluster.Knows(0, 2));
    cluster.Apply({"busheal"});
    const auto whole = cluster.LiveUntil(10s, [&] { return cluster.KnowEachOther(); });
    ASSERT_TRUE(whole.has_value());
    EXPECT_LE(*whole, 2s);
  }
}

TEST(HalvesOfTheBrokers, ThatStayApartKeepNobodyOfTheOtherHalf) {
  Cluster cluster(1);
  cluster.Apply({"bussplit A B"});
  cluster.Live(100s);
  for (size_t who : {0, 1}) {
    for (size_t whom : {2, 3, 4, 7}) {
      EXPECT_FALSE(cluster.Knows(who, whom)) << who << " " << whom;
      EXPECT_FALSE(cluster.Knows(whom, who)) << who << " " << whom;
    }
  }
}

// A link between the halves makes them one: what the bus no longer carries goes over it.
TEST(HalvesOfTheBrokers, AreJoinedByOneLink) {
  Scenario scenario = OnOneBus(1, "none");
  scenario.links = {"B C"};
  Cluster cluster(scenario);
  cluster.Apply({"bussplit A B"});
  cluster.Live(30s);
  EXPECT_EQ(cluster.news_since(), 0u);
  EXPECT_TRUE(cluster.KnowEachOther());
}

TEST(Broker, ThatIsAwayForLongerThanTheGraceIsNoticedOnce) {
  for (uint64_t seed = 1; seed <= kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Cluster cluster(seed);
    cluster.Apply({"broker stop"});
    cluster.Live(59s);
    EXPECT_EQ(cluster.news_since(), 0u);
    cluster.Live(2s);
    EXPECT_FALSE(cluster.Knows(0, 1));
    EXPECT_TRUE(cluster.Knows(0, 5));
    cluster.Live(39s);
    // Each of ten peers was told that eight of others left.
    EXPECT_EQ(cluster.news_since(), kPeers * (kPeers - 2));
    cluster.Apply({"broker start"});
    const auto back = cluster.LiveUntil(10s, [&] { return cluster.KnowEachOther(); });
    ASSERT_TRUE(back.has_value());
    EXPECT_LE(*back, 2s);
    cluster.Live(8s);
    EXPECT_EQ(cluster.news_since(), 2 * kPeers * (kPeers - 2));
  }
}

// What comes and goes all the time must not keep anybody for ever.
TEST(Broker, ThatFlapsDoesNotCostTheGrace) {
  Cluster cluster(1);
  for (int i = 0; i < 6; ++i) {
    cluster.Apply({"broker stop"});
    cluster.Live(4s);
    cluster.Apply({"broker start"});
    cluster.Live(1500ms);
  }
  EXPECT_EQ(cluster.news_since(), 0u);
  cluster.Live(10s);
  EXPECT_EQ(cluster.news_since(), 0u);
}

// So short that not all are connected again.
TEST(Broker, ThatIsBackForAMomentDoesNotCostTheGrace) {
  for (uint64_t seed = 1; seed <= kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Cluster cluster(seed);
    for (int i = 0; i < 6; ++i) {
      cluster.Apply({"broker stop"});
      cluster.Live(6s);
      cluster.Apply({"broker start"});
      cluster.Live(400ms);
    }
    EXPECT_EQ(cluster.news_since(), 0u);
    cluster.Live(10s);
    EXPECT_EQ(cluster.news_since(), 0u);
  }
}

TEST(Broker, ThatIsAwayTwiceCostsTheGraceOfNeither) {
  Cluster cluster(1);
  cluster.Apply({"broker stop"});
  cluster.Live(50s);
  cluster.Apply({"broker start"});
  cluster.Live(4s);
  cluster.Apply({"broker stop"});
  cluster.Live(50s);
  EXPECT_EQ(cluster.news_since(), 0u);
}

TEST(Hub, ThatStandsStillForLongIsWithdrawnAndBack) {
  for (uint64_t seed = 1; seed <= kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Cluster cluster(seed);
    cluster.Apply({"still B 12000"});
    const auto gone = cluster.LiveUntil(8s, [&] { return !cluster.Knows(0, 1); });
    ASSERT_TRUE(gone.has_value());
    EXPECT_LE(*gone, 5500ms);
    cluster.Live(12s - *gone);
    EXPECT_TRUE(cluster.Knows(1, 0)) << "it judges nobody for what it did itself";
    const auto back = cluster.LiveUntil(10s, [&] { return cluster.KnowEachOther(); });
    ASSERT_TRUE(back.has_value());
    EXPECT_LE(*back, 2500ms);
  }
}

TEST(Partner, BehindALinkReachesAllHubsThroughAnyOne) {
  Scenario scenario = OnOneBus(1, "none");
  scenario.buses.erase("E");
  scenario.links = {"E B"};
  Cluster cluster(scenario);
  EXPECT_TRUE(cluster.KnowEachOther());
  // And so do two buses that one link joins.
  Scenario two = OnOneBus(2, "none");
  two.buses["D"] = two.buses["E"] = "y";
  two.links = {"A D"};
  Cluster of_two(two);
  EXPECT_TRUE(of_two.KnowEachOther());
}

// ---- From links to the bus and back

TEST(Mesh, BecomesAClusterAndAMeshAgainHubByHub) {
  for (uint64_t seed = 1; seed <= kBusSeeds; ++seed) {
    SCOPED_TRACE(seed);
    Scenario scenario = OnOneBus(seed, "full");
    scenario.buses.clear();
    Cluster cluster(scenario);
    // p0 and p1, who talk all the time, are at A and B. They are as any pair that stays.
    for (const char* verb : {"busjoin", "busleave"}) {
      for (const char* hub : {"C", "D", "E"}) {
        std::string step = std::string(verb) + " " + hub;
        if (verb == std::string("busjoin")) step += " x";
        cluster.Apply({step});
        cluster.Live(8s);
        EXPECT_TRUE(cluster.Knows(0, 1));
        EXPECT_TRUE(cluster.Knows(1, 0));
      }
    }
    EXPECT_EQ(cluster.lost_remote(), 0u);
    EXPECT_EQ(cluster.lost_local(), 0u);
  }
}

TEST(HubsOfTheVersionBefore, GoOnBesideABus) {
  Scenario scenario = OnOneBus(1, "full");
  Cluster cluster(scenario);
  cluster.Apply({"downgrade E"});
  cluster.Live(8s);
  EXPECT_EQ(cluster.lost_remote(), 0u);
  for (size_t who : {0, 1, 2, 3}) EXPECT_TRUE(cluster.Knows(who, (who + 1) % 4));
  cluster.Apply({"join p4 E red", "wait 3000"});
  EXPECT_TRUE(cluster.Knows(0, 4));
  EXPECT_TRUE(cluster.Knows(4, 0));
  cluster.Apply({"upgrade E"});
  cluster.Live(8s);
  EXPECT_EQ(cluster.lost_remote(), 0u);
}

// ---- Two processes with one id

class TwoHubsWithOneId : public ::testing::TestWithParam<uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, TwoHubsWithOneId, ::testing::Range(uint64_t{1}, 4 * kBusSeeds));

TEST_P(TwoHubsWithOneId, AreNotBothOnTheBus) {
  Scenario scenario = OnOneBus(GetParam(), "none");
  scenario.twins = {"E A"};
  World world(scenario);
  world.Run(10s);
  const auto is_up = [&](const char* hub) { return world.FindHub(hub)->hub().Bus()->up; };
  EXPECT_NE(is_up("A"), is_up("E"));
  for (const char* hub : {"B", "C", "D"}) {
    EXPECT_TRUE(is_up(hub));
    EXPECT_EQ(world.FindHub(hub)->hub().Bus()->hubs, 3u);
  }
  const char* one = is_up("A") ? "A" : "E";
  const char* other = is_up("A") ? "E" : "A";
  EXPECT_THAT(world.FindHub(other)->hub().Bus()->end, ::testing::HasSubstr("hub_id_taken"));
  // What is said at rest is beats, and the word of each hub every 10 s.
  const uint64_t before = world.services().bus.published();
  world.Run(20s);
  EXPECT_LE(world.services().bus.published() - before, 4 * 20 * 2u);
  world.FindHub(one)->Crash();
  world.Run(20s);
  EXPECT_TRUE(is_up(other)) << "it looks every 15 s";
}

// ---- Cost

TEST(Rest, CostsOneAndAQuarterMessagesASecondOfEachOtherHub) {
  Cluster cluster(1);
  const FakeBus& bus = cluster.world().services().bus;
  cluster.Apply({"wait 20000"});
  const uint64_t published = bus.published();
  const uint64_t delivered = bus.delivered();
  cluster.Apply({"wait 100000"});
  EXPECT_LE(bus.published() - published, kHubs * 140u);
  EXPECT_LE(bus.delivered() - delivered, kHubs * kHubs * 140u) << "with what a hub hears of itself";
}

}  // namespace
}  // namespace pigeonhub::sim
