// SPDX-License-Identifier: Apache-2.0

#include "server/core/mesh/hub_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/core_text.h"

namespace pigeonhub {
namespace {

using Learned = HubMap::Learned;

SharedNode Node(char name, uint64_t seq, std::string_view neighbors, bool transit = true) {
  HubNode node;
  node.id = Id(name);
  node.seq = seq;
  node.transit = transit;
  for (char one : neighbors) node.neighbors.push_back({Id(one), one == 'e'});
  node.profile.hub = std::make_shared<const HubDetails>();
  return std::make_shared<const HubNode>(std::move(node));
}

Limits SmallLimits() {
  Limits limits;
  limits.hubs = 4;
  limits.hub_map = size_t{8} * 1024;
  return limits;
}

class Map : public ::testing::Test {
 protected:
  // We are 'a', linked to these.
  void Announce(std::string_view neighbors) {
    HubNode own;
    for (char one : neighbors) own.neighbors.push_back({Id(one), false});
    state_.Announce(std::move(own), sealer_);
  }
  std::string RouteTo(char hub) const {
    const HubMap::Route* route = state_.RouteTo(Id(hub));
    if (route == nullptr) return "none";
    return ToText(route->next) + " " + std::to_string(route->hops);
  }
  QuarantineList closed_out_;
  Sealer sealer_{nullptr};
  Bus bus_{Id('a'), std::chrono::milliseconds(800), 1};
  HubMap state_{Id('a'), SmallLimits(), closed_out_, bus_};
};

TEST_F(Map, LeadsByTheFewestHops) {
  Announce("bc");
  state_.Learn(Node('b', 1, "ad"));
  state_.Learn(Node('c', 1, "ade"));
  state_.Learn(Node('d', 1, "bc"));
  state_.Learn(Node('e', 1, "c"));
  EXPECT_EQ(RouteTo('b'), "b 1");
  EXPECT_EQ(RouteTo('d'), "b 2") << "of two equal ways the one over the older link";
  EXPECT_EQ(RouteTo('e'), "c 2");
  Announce("c");
  EXPECT_EQ(RouteTo('b'), "c 3");
}

TEST_F(Map, CountsALinkOnceBothEndsTellOfIt) {
  Announce("b");
  state_.Learn(Node('b', 1, "ac"));
  EXPECT_EQ(RouteTo('c'), "none");
  state_.Learn(Node('c', 1, ""));
  EXPECT_EQ(RouteTo('c'), "none");
  state_.Learn(Node('c', 2, "b"));
  EXPECT_EQ(RouteTo('c'), "b 2");
}

TEST_F(Map, DoesNotLeadThroughAPlainServer) {
  Announce("b");
  state_.Learn(Node('b', 1, "ac", /*transit=*/false));
  state_.Learn(Node('c', 1, "b"));
  EXPECT_EQ(RouteTo('b'), "b 1");
  EXPECT_EQ(RouteTo('c'), "none");
}

// On bus 0, where the hub does not hear these.
SharedNode OnBus(char name, uint64_t seq, std::string_view neighbors, std::string_view unheard = {},
                 char bus = '0') {
  HubNode node = *Node(name, seq, neighbors);
  node.bus = Id(bus);
  for (char one : unheard) node.unheard.push_back(Id(one));
  return std::make_shared<const HubNode>(std::move(node));
}

class MapWithABus : public Map {
 protected:
  MapWithABus() {
    bus_.Attach(now_, now_, 0);
    bus_.Hear(bus_.Say(now_), now_);
  }
  void Hear(char hub) {
    bus_.HearFrom(Id(hub), now_);
    state_.OnBusChange();
  }
  std::string RouteTo(char hub) const {
    const HubMap::Route* route = state_.RouteTo(Id(hub));
    if (route == nullptr) return "none";
    return Map::RouteTo(hub) + (route->begins_on_bus ? " by bus" : "") +
           (route->over_bus && !route->begins_on_bus ? " over a bus" : "");
  }
  const SteadyTime now_{std::chrono::hours(1)};
};

TEST_F(MapWithABus, LeadsToWhomWeHearThereWhateverItCallsTheBus) {
  Announce("");
  state_.Learn(OnBus('b', 1, ""));
  state_.Learn(OnBus('c', 1, "", "", '9'));
  state_.Learn(Node('d', 1, ""));
  EXPECT_EQ(RouteTo('b'), "none");
  for (char hub : std::string_view("bcd")) Hear(hub);
  EXPECT_EQ(RouteTo('b'), "b 1 by bus");
  EXPECT_EQ(RouteTo('c'), "c 1 by bus");
  EXPECT_EQ(RouteTo('d'), "none") << "it has left the bus";
  state_.Learn(OnBus('b', 2, "", "a"));
  EXPECT_EQ(RouteTo('b'), "none") << "it does not hear us";
  state_.Learn(OnBus('b', 3, "", "c"));
  EXPECT_EQ(RouteTo('b'), "b 1 by bus");
}

TEST_F(MapWithABus, PrefersALinkOfTheSameLength) {
  Announce("b");
  state_.Learn(OnBus('b', 1, "a"));
  state_.Learn(OnBus('c', 1, "b"));
  Hear('b');
  EXPECT_EQ(RouteTo('b'), "b 1");
  Hear('c');
  EXPECT_EQ(RouteTo('c'), "c 1 by bus") << "which is shorter than over b";
}

TEST_F(MapWithABus, GoesOverABusThatOthersHave) {
  Announce("b");
  state_.Learn(OnBus('b', 1, "a", "d", '5'));
  state_.Learn(OnBus('c', 1, "", "", '5'));
  state_.Learn(OnBus('d', 1, "", "", '5'));
  EXPECT_EQ(RouteTo('c'), "b 2 over a bus");
  EXPECT_EQ(RouteTo('d'), "b 3 over a bus") << "b does not hear it, but c does";
  state_.Learn(OnBus('c', 2, "", "d", '5'));
  EXPECT_EQ(RouteTo('d'), "none");
  state_.Learn(OnBus('c', 3, "d", "", '6'));
  EXPECT_EQ(RouteTo('c'), "none") << "that is another bus";
}

TEST_F(MapWithABus, TrustsItsOwnEarsAboutItsOwnBus) {
  Announce("");
  state_.Learn(OnBus('b', 1, ""));
  state_.Learn(OnBus('c', 1, ""));
  Hear('b');
  EXPECT_EQ(RouteTo('b'), "b 1 by bus");
  EXPECT_EQ(RouteTo('c'), "none") << "b misses nobody, for it never knew c";
}

TEST_F(MapWithABus, HasNoWayThroughAHubThatIsClosedOut) {
  Announce("");
  state_.Learn(OnBus('b', 1, "c"));
  state_.Learn(Node('c', 1, "b"));
  Hear('b');
  EXPECT_EQ(RouteTo('c'), "b 2 by bus");
  closed_out_.Add(Id('b'), 0);
  state_.OnQuarantine();
  EXPECT_EQ(RouteTo('c'), "none");
}

TEST_F(MapWithABus, VouchesForThoseOnIt) {
  Announce("");
  state_.Learn(OnBus('b', 1, "e"));
  state_.Learn(Node('e', 1, "b"));
  EXPECT_FALSE(state_.IsVouchedFor(Id('b')));
  Hear('b');
  EXPECT_TRUE(state_.IsVouchedFor(Id('b')));
  EXPECT_TRUE(state_.IsVouchedFor(Id('e'))) << "b vouches for it";
}

TEST_F(MapWithABus, TellsAChangeOfTheBusFromARepetition) {
  Announce("b");
  state_.Learn(OnBus('b', 1, "a"));
  EXPECT_FALSE(state_.ChangesRoutes(*OnBus('b', 2, "a")));
  EXPECT_TRUE(state_.ChangesRoutes(*OnBus('b', 2, "a", "c")));
  EXPECT_TRUE(state_.ChangesRoutes(*OnBus('b', 2, "a", "", '7')));
  EXPECT_TRUE(state_.ChangesRoutes(*Node('b', 2, "a")));
}

TEST_F(Map, KnowsANewerWordThatSaysNothingNew) {
  EXPECT_EQ(state_.Learn(Node('b', 1, "ac")), Learned::kNew);
  EXPECT_EQ(state_.Learn(Node('b', 2, "ac")), Learned::kRepeated);
  EXPECT_EQ(state_.Learn(Node('b', 2, "ac")), Learned::kOld);
  EXPECT_EQ(state_.Learn(Node('b', 3, "a")), Learned::kNew);
  EXPECT_EQ(state_.Learn(Node('b', 4, "a", /*transit=*/false)), Learned::kNew);
  const auto with = [](uint64_t seq, std::string url, uint64_t start) {
    HubNode node = *Node('b', seq, "a", /*transit=*/false);
    HubDetails details;
    details.url = std::move(url);
    node.profile.hub = std::make_shared<const HubDetails>(std::move(details));
    HubSeal seal;
    seal.start = start;
    seal.signature[0] = static_cast<uint8_t>(seq);
    node.seal = std::make_shared<const HubSeal>(seal);
    node.peers = seq;
    return std::make_shared<const HubNode>(std::move(node));
  };
  EXPECT_EQ(state_.Learn(with(5, "ws://b", 1)), Learned::kNew);
  EXPECT_EQ(state_.Learn(with(6, "ws://b", 1)), Learned::kRepeated) << "signed anew, more peers";
  EXPECT_EQ(state_.Learn(with(7, "ws://c", 1)), Learned::kNew);
  EXPECT_EQ(state_.Learn(with(8, "ws://c", 2)), Learned::kNew) << "another process";
}

TEST_F(Map, FindsWaysAnewAfterEachKindOfChange) {
  Announce("b");
  state_.Learn(Node('b', 1, "ac"));
  state_.Learn(Node('c', 1, "b"));
  EXPECT_EQ(RouteTo('c'), "b 2");
  state_.Learn(Node('b', 2, "ac"));
  EXPECT_EQ(RouteTo('c'), "b 2") << "the same again";
  state_.Learn(Node('b', 3, "ac", /*transit=*/false));
  EXPECT_EQ(RouteTo('c'), "none");
  state_.Learn(Node('b', 4, "ac"));
  EXPECT_EQ(RouteTo('c'), "b 2");
  state_.Forget(Id('b'));
  EXPECT_EQ(RouteTo('b'), "none");
  state_.Learn(Node('b', 1, "ac"));
  EXPECT_EQ(RouteTo('c'), "b 2");
  Announce("");
  EXPECT_EQ(RouteTo('b'), "none");
}

TEST_F(Map, TakesTheNewestWordOfEachHub) {
  Announce("b");
  EXPECT_EQ(state_.Learn(Node('b', 2, "a")), Learned::kNew);
  EXPECT_EQ(state_.Learn(Node('b', 2, "a")), Learned::kOld);
  EXPECT_EQ(state_.Learn(Node('b', 1, "")), Learned::kOld);
  EXPECT_EQ(RouteTo('b'), "b 1");
}

TEST_F(Map, SpeaksUpAgainstItsOwnEarlierLife) {
  Announce("b");
  EXPECT_EQ(state_.Learn(Node('a', 41, "bc")), Learned::kOurselves);
  Announce("b");
  EXPECT_EQ(state_.own()->seq, 42u);
  EXPECT_EQ(state_.Learn(state_.own()), Learned::kOld) << "its own word comes round";
}

TEST_F(Map, SpeaksUpAgainstWhateverIsSaidInItsName) {
  Announce("b");
  for (uint64_t seq : {uint64_t{2}, mesh::kMostNumber / 2, mesh::kMostNumber - 1,
                       mesh::kMostNumber / 3, mesh::kMostNumber}) {
    const uint64_t before = state_.own()->seq;
    const bool newer = HubMap::IsNewer(seq, before);
    EXPECT_EQ(state_.Learn(Node('a', seq, "")), newer ? Learned::kOurselves : Learned::kOld);
    Announce("b");
    EXPECT_LE(state_.own()->seq, mesh::kMostNumber);
    EXPECT_GE(state_.own()->seq, 1u);
    EXPECT_TRUE(HubMap::IsNewer(state_.own()->seq, seq)) << seq;
    EXPECT_TRUE(HubMap::IsNewer(state_.own()->seq, before)) << seq;
  }
}

TEST_F(Map, TakesANewerWordAfterTheLargestSeq) {
  Announce("b");
  state_.Learn(Node('b', mesh::kMostNumber, ""));
  EXPECT_EQ(RouteTo('b'), "none");
  EXPECT_EQ(state_.Learn(Node('b', 1, "a")), Learned::kNew);
  EXPECT_EQ(RouteTo('b'), "b 1");
  EXPECT_EQ(state_.Learn(Node('b', mesh::kMostNumber, "")), Learned::kOld);
}

TEST(Seqs, AreOrderedTwoByTwo) {
  const uint64_t seqs[] = {1,
                           2,
                           1000,
                           mesh::kMostNumber / 2,
                           mesh::kMostNumber / 2 + 1,
                           mesh::kMostNumber / 2 + 2,
                           mesh::kMostNumber - 1,
                           mesh::kMostNumber};
  for (uint64_t a : seqs) {
    EXPECT_TRUE(HubMap::IsNewer(HubMap::SeqAfter(a), a)) << a;
    for (uint64_t b : seqs) {
      EXPECT_EQ(HubMap::IsNewer(a, b) || HubMap::IsNewer(b, a), a != b) << a << ' ' << b;
      EXPECT_FALSE(HubMap::IsNewer(a, b) && HubMap::IsNewer(b, a)) << a << ' ' << b;
    }
  }
}

TEST_F(Map, HoldsNoMoreHubsThanItMay) {
  Announce("b");
  for (char one : {'b', 'c', 'd', 'e'}) EXPECT_EQ(state_.Learn(Node(one, 1, "")), Learned::kNew);
  EXPECT_EQ(state_.Learn(Node('f', 1, "")), Learned::kFull);
  state_.Forget(Id('e'));
  EXPECT_EQ(state_.Learn(Node('f', 1, "")), Learned::kNew);
}

TEST_F(Map, HoldsNoMoreBytesThanItMay) {
  const auto saying = [](char name, uint64_t seq, size_t bytes) {
    HubNode node = *Node(name, seq, "");
    node.raw.assign(bytes, ' ');
    return std::make_shared<const HubNode>(std::move(node));
  };
  Announce("b");
  EXPECT_EQ(state_.Learn(saying('b', 1, 3000)), Learned::kNew);
  EXPECT_EQ(state_.Learn(saying('c', 1, 3000)), Learned::kNew);
  const size_t bytes = state_.bytes();
  EXPECT_EQ(state_.Learn(saying('d', 1, 3000)), Learned::kFull);
  EXPECT_EQ(state_.Learn(saying('c', 2, 6000)), Learned::kFull) << "it may not grow, either";
  EXPECT_EQ(state_.Learn(saying('c', 3, 1000)), Learned::kRepeated);
  EXPECT_EQ(state_.bytes(), bytes - 2000);
  EXPECT_EQ(state_.Learn(saying('d', 1, 1000)), Learned::kNew);
  for (char one : {'b', 'c', 'd'}) state_.Forget(Id(one));
  EXPECT_EQ(state_.bytes(), 0u);
}

// Who is vouched for by whom begins at this hub: 'a' vouches for those in capitals, and so do
// others.
class Vouching : public ::testing::Test {
 protected:
  void Announce(std::string_view neighbors) {
    state_.Announce(NodeLike('a', 0, neighbors), sealer_);
  }
  void Learn(char name, std::string_view neighbors) {
    HubNode node = NodeLike(name, ++seq_, neighbors);
    auto details = std::make_shared<HubDetails>();
    details->url = std::string("ws://") + name + ":3000";
    node.profile.hub = std::move(details);
    state_.Learn(std::make_shared<const HubNode>(std::move(node)));
  }
  std::string VouchedFor() const {
    std::string hubs;
    for (char hub : {'b', 'c', 'd', 'e'}) {
      if (state_.IsVouchedFor(Id(hub))) hubs += hub;
    }
    return hubs;
  }
  static HubNode NodeLike(char name, uint64_t seq, std::string_view neighbors) {
    HubNode node;
    node.id = Id(name);
    node.seq = seq;
    node.transit = true;
    for (char one : neighbors) {
      const bool vouched = one < 'a';
      node.neighbors.push_back({Id(vouched ? static_cast<char>(one - 'A' + 'a') : one), vouched});
    }
    return node;
  }

  QuarantineList closed_out_;
  Sealer sealer_{nullptr};
  Bus bus_{Id('a'), std::chrono::milliseconds(800), 1};
  HubMap state_{Id('a'), Limits(), closed_out_, bus_};
  uint64_t seq_ = 0;
};

TEST_F(Vouching, FollowsTheMapFromThoseWhomThisHubTrusts) {
  Announce("B");
  Learn('b', "aC");
  Learn('c', "bD");
  Learn('d', "c");
  EXPECT_EQ(VouchedFor(), "bcd");
}

TEST_F(Vouching, EndsAtAHubThatNobodyVouchesFor) {
  Announce("Bc");
  Learn('b', "ac");
  Learn('c', "abD");
  Learn('d', "cE");
  Learn('e', "d");
  EXPECT_EQ(VouchedFor(), "b") << "c is linked to this hub, but anybody may be";
}

TEST_F(Vouching, EndsAtAHubThatCannotBeReached) {
  Announce("B");
  Learn('b', "aC");
  Learn('c', "D");
  Learn('d', "c");
  EXPECT_EQ(VouchedFor(), "bc") << "c does not say that it is linked to b";
}

TEST_F(Vouching, EndsAtAHubThatIsClosedOut) {
  Announce("B");
  Learn('b', "aC");
  Learn('c', "b");
  closed_out_.Add(Id('b'), 1);
  state_.OnQuarantine();
  EXPECT_EQ(VouchedFor(), "b") << "it is not dialed either, but not for want of a voucher";
  (void)closed_out_.Release(Id('b'));
  state_.OnQuarantine();
  EXPECT_EQ(VouchedFor(), "bc");
}

// d may be its invention.
TEST_F(Map, LeadsThroughNoHubThatIsClosedOut) {
  Announce("b");
  state_.Learn(Node('b', 1, "ad"));
  state_.Learn(Node('d', 1, "b"));
  EXPECT_EQ(RouteTo('d'), "b 2");
  closed_out_.Add(Id('b'), 1);
  state_.OnQuarantine();
  EXPECT_EQ(RouteTo('d'), "none");
  Announce("bc");
  state_.Learn(Node('c', 1, "ad"));
  state_.Learn(Node('d', 2, "bc"));
  EXPECT_EQ(RouteTo('d'), "c 2") << "a real one has another way";
}

TEST_F(Map, TakesTheLaterProcessOfASigningKeyAndWithinOneTheGreaterSeq) {
  const auto sealed = [](uint64_t start, uint64_t seq, uint8_t key) {
    HubNode node = *Node('b', seq, "");
    HubSeal seal;
    seal.start = start;
    seal.signing_key.fill(key);
    node.seal = std::make_shared<const HubSeal>(seal);
    return std::make_shared<const HubNode>(std::move(node));
  };
  EXPECT_EQ(state_.Learn(sealed(1000, mesh::kMostNumber, 1)), Learned::kNew);
  EXPECT_EQ(state_.Learn(sealed(1000, 1, 1)), Learned::kOld) << "it does not go round";
  EXPECT_EQ(state_.Learn(sealed(1001, 1, 1)), Learned::kNew);
  EXPECT_EQ(state_.Learn(sealed(1000, mesh::kMostNumber, 1)), Learned::kOld);
  EXPECT_EQ(state_.Learn(sealed(1, 1, 2)), Learned::kNew) << "KnownKeys let it through";
}

}  // namespace
}  // namespace pigeonhub
