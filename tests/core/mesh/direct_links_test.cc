// SPDX-License-Identifier: Apache-2.0
//
// Direct links: which of the hubs that a hub hears of it dials by itself, and when again.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "server/core/identity.h"
#include "tests/core/hub_server.h"
#include "tests/core/links/dials.h"
#include "tests/core/mesh/fake_mesh.h"
#include "tests/support/hub_net.h"

namespace pigeonhub {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using State = LinkRecord::State;

// Hub 5, to which hub 1 tells of others.
class DirectLinksTest : public ::testing::Test {
 protected:
  static HubOptions Hub5(size_t max_peers) {
    HubOptions options = HubServer(Id('5'));
    options.auto_connect = false;
    options.hub_mesh_max_peers = max_peers;
    options.hub_allow = {{Id('1')}};  // so this hub trusts it
    return options;
  }
  explicit DirectLinksTest(size_t max_peers = 3, const std::string& host = "hub.example")
      : hub_(Hub5(max_peers), 1, false),
        started_(hub_.Handle(StartSignaling{host, 3000})),
        one_(JoinAsMeshHub(hub_, Id('1'))) {
    EXPECT_TRUE(started_.ok());
  }
  static std::string UrlOf(char hub) { return std::string("ws://hub") + hub + ":3000"; }
  // Hub 1 is linked to these, and each says that it can be dialed.
  std::vector<std::string> Hear(const std::string& hubs) {
    std::vector<SharedNode> news = {NodeOf('1', "5" + hubs, {}, ++seq_)};
    for (char hub : hubs) news.push_back(NodeOf(hub, "1", UrlOf(hub), seq_));
    one_.Send(inbound::HubNews{news});
    return Dials();
  }
  std::vector<std::string> Dials() { return DialsOf(hub_); }
  // The hub at the other end of the dial target is a mesh hub, and took the call.
  FakePeer Answer(DialTargetId dial_target, const PeerId& id, bool transit = true) {
    FakePeer peer = hub_.Answer(dial_target);
    Profile profile = MeshHubProfile();
    auto details = std::make_shared<HubDetails>(*profile.hub);
    details->answers = Id('5');
    details->transit = transit;
    profile.hub = std::move(details);
    peer.Send(inbound::Connected{});
    peer.Send(inbound::PeerReport{hub_.hub().identity().mesh_namespace(), id.text(), profile});
    return peer;
  }

  HubFixture hub_;
  const absl::Status started_;
  FakePeer one_;
  uint64_t seq_ = 0;
};

class TwoDirectLinks : public DirectLinksTest {
 protected:
  TwoDirectLinks() : DirectLinksTest(2) {}
};

TEST_F(TwoDirectLinks, ToAServerThatIsNoHubSaySo) {
  Hear("76");
  Answer(DialTargetId(1), Id('7'));
  EXPECT_THAT(hub_.TakeEvents(), Contains("link_up 7"));
  Answer(DialTargetId(2), Id('6'), /*transit=*/false);
  EXPECT_THAT(hub_.TakeEvents(), Contains("link_up 6 plain server"));
  EXPECT_FALSE(hub_.hub().Links().at(0).plain_server);
  EXPECT_TRUE(hub_.hub().Links().at(1).plain_server);
}

TEST_F(TwoDirectLinks, AreTheNearestByXorOfThoseThatWeHearOf) {
  // From 5, the 7 is 2 away, the 6 is 3, the 9 is 12 and the f is 10.
  EXPECT_THAT(Hear("9f67"), ElementsAre("dial 1 ws://hub7:3000", "dial 2 ws://hub6:3000"));
}

TEST_F(TwoDirectLinks, AreDialedByTheLowerIdOfTheTwo) {
  EXPECT_THAT(Hear("47f"), ElementsAre("dial 1 ws://hub7:3000"))
      << "the 4 is nearest of all, and dials us";
}

TEST_F(TwoDirectLinks, GiveWayToNearerOnesWhileTheyAreNotUp) {
  ASSERT_THAT(Hear("9f"), ElementsAre("dial 1 ws://hubf:3000", "dial 2 ws://hub9:3000"));
  EXPECT_THAT(Hear("9f7"), ElementsAre("cancel_dial 2", "dial 3 ws://hub7:3000"));
}

TEST_F(TwoDirectLinks, StayWhereTheyAreUp) {
  Hear("9f");
  FakePeer nine = Answer(DialTargetId(2), Id('9'));
  EXPECT_THAT(Hear("9f7"), ElementsAre("dial 3 ws://hub7:3000"));
  EXPECT_EQ(nine.closed(), std::nullopt);
}

TEST_F(TwoDirectLinks, AreLetGoWhenTheyHaveDialedUsThemselves) {
  Hear("9f");
  FakePeer nine = Answer(DialTargetId(2), Id('9'));
  Hear("9f");
  EXPECT_EQ(nine.closed(), std::nullopt);
  FakePeer again = JoinAsMeshHub(hub_, Id('9'));
  EXPECT_NE(nine.closed(), std::nullopt) << "one link is enough";
  EXPECT_EQ(again.closed(), std::nullopt);
  EXPECT_THAT(Hear("9f"), IsEmpty()) << "it is linked";
  again.Drop();
  EXPECT_THAT(Dials(), ElementsAre("dial 3 ws://hub9:3000"));
}

class NoDirectLinks : public DirectLinksTest {
 protected:
  NoDirectLinks() : DirectLinksTest(0) {}
};

TEST_F(NoDirectLinks, AreDialedWhereNoneAreAllowed) { EXPECT_THAT(Hear("67"), IsEmpty()); }

// ---- Which addresses

struct Address {
  const char* own_host;
  const char* advertised;
  bool dialed;
};

void PrintTo(const Address& address, std::ostream* out) {
  *out << address.advertised << " heard of at " << address.own_host;
}

class AdvertisedAddress : public DirectLinksTest, public ::testing::WithParamInterface<Address> {
 protected:
  AdvertisedAddress() : DirectLinksTest(3, GetParam().own_host) {}
};

INSTANTIATE_TEST_SUITE_P(All, AdvertisedAddress,
                         ::testing::Values(Address{"hub.example", "ws://other.example:3000", true},
                                           Address{"hub.example", "wss://192.0.2.7", true},
                                           Address{"hub.example", "ws://10.0.0.7:3000", false},
                                           Address{"10.1.2.3", "ws://10.0.0.7:3000", true},
                                           Address{"10.1.2.3", "ws://192.168.0.7:3000", false},
                                           Address{"10.1.2.3", "ws://127.0.0.1:4000", false},
                                           Address{"100.64.0.1", "ws://100.100.100.200", false},
                                           Address{"fd00::1", "ws://[fd00:ec2::254]", false},
                                           Address{"169.254.0.1", "ws://169.254.169.254", false},
                                           Address{"localhost", "ws://10.0.0.7:3000", false},
                                           Address{"localhost", "ws://169.254.169.254", false},
                                           Address{"hub.example", "ws://localhost:4000", false},
                                           Address{"hub.example", "ws://127.0.0.1:4000", false},
                                           Address{"hub.example", "ws://127.1.2.3:4000", false},
                                           Address{"hub.example", "ws://[::1]:4000", false},
                                           Address{"hub.example", "ws://0.0.0.0:4000", false},
                                           Address{"hub.example", "ws://[::]:4000", false},
                                           Address{"hub.example", "ws://169.254.169.254", false},
                                           Address{"hub.example", "ws://[fe80::1]:3000", false},
                                           Address{"hub.example", "ws://[febf::1]:3000", false},
                                           Address{"hub.example", "ws://[fec0::1]:3000", true},
                                           Address{"hub.example", "ws://hub.example:3000", false},
                                           Address{"hub.example", "http://other.example", false},
                                           Address{"hub.example", "", false},
                                           Address{"0.0.0.0", "ws://127.0.0.1:4000", false},
                                           Address{"::", "ws://[::1]:4000", false},
                                           Address{"localhost", "ws://127.0.0.1:4000", true},
                                           Address{"127.0.0.1", "ws://[fe80::1]:4000", false},
                                           Address{"localhost", "ws://127.0.0.1:3000", false}));

TEST_P(AdvertisedAddress, IsDialedUnlessItLeadsInsideOrBackToUs) {
  one_.Send(inbound::HubNews{{NodeOf('1', "59"), NodeOf('9', "1", GetParam().advertised)}});
  EXPECT_EQ(!Dials().empty(), GetParam().dialed);
}

TEST(AdvertisedAddress, IsDialedInTheNetworksOfAMachineWhoseAddressesAreAllListenedAt) {
  HubOptions options = HubServer(Id('5'));
  options.auto_connect = false;
  options.hub_allow = {{Id('1')}};
  HubFixture hub(options, 1, false);
  const std::vector<std::string> of_a_pod = {"127.0.0.1", "::1", "fe80::1", "10.1.2.3"};
  ASSERT_TRUE(hub.Handle(StartSignaling{"::", 3000, {}, of_a_pod}).ok());
  FakePeer one = JoinAsMeshHub(hub, Id('1'));
  one.Send(
      inbound::HubNews{{NodeOf('1', "5789"), NodeOf('7', "1", "ws://10.0.0.7"),
                        NodeOf('8', "1", "ws://192.168.0.8"), NodeOf('9', "1", "ws://[::1]")}});
  EXPECT_THAT(DialsOf(hub), ElementsAre("dial 1 ws://10.0.0.7"));
}

// ---- Again

TEST_F(DirectLinksTest, AreDialedAgainAtOnceWhenTheyDialIn) {
  Hear("79");
  FakePeer seven = Answer(DialTargetId(1), Id('7'));
  FakePeer nine = Answer(DialTargetId(2), Id('9'));
  seven.Drop();
  nine.Drop();
  ASSERT_EQ(hub_.hub().Links().at(1).state, State::kWaiting);
  FakePeer back = JoinAsMeshHub(hub_, Id('9'));
  EXPECT_THAT(Dials(), ElementsAre("dial 2 ws://hub9:3000")) << "and nobody else is";
}

TEST(LinkThatAHubLost, IsUpAsSoonAsTheOtherOneDialsIn) {
  HubNet net;
  net.Add('a');
  net.Add('b', "a");
  net.Cut('a', 'b');
  net.Advance(300s);
  ASSERT_EQ(net.hub('b').Links().at(0).state, State::kSlow);
  ASSERT_EQ(net.links('b'), 0u);
  net.Heal('a', 'b');
  net.HandleAt('a', ConnectHub{"ws://b:3000"});
  net.Advance(0s);
  EXPECT_EQ(net.hub('b').Links().at(0).state, State::kUp) << "without the wait of 15 s";
}

// ---- Who is believed

HubNet Advertising(HubAdmission admission) {
  return HubNet([admission](HubOptions& options) {
    options.advertise_url = "ws://" + ToText(options.hub_peer_id) + ":3000";
    options.hub_admission = admission;
    for (char hub : {'a', 'b', 'c', 'd'}) options.hub_allow.push_back({Id(hub)});
    if (admission == HubAdmission::kOpen) options.hub_allow.clear();
  });
}

TEST(DirectLinks, AreMadeToHubsThatSomebodyVouchesForByTheLowerId) {
  HubNet net = Advertising(HubAdmission::kDeny);
  net.Add('a');
  net.Add('b', "a");
  net.Add('c', "a");
  EXPECT_EQ(net.links('b'), 2u);
  EXPECT_EQ(net.links('c'), 2u);
  EXPECT_EQ(net.hub('b').Topology().edges.size(), 3u);
  net.Kill('a');
  net.Join('b', '2', "room");
  net.Join('c', '3', "room");
  EXPECT_THAT(net.Take('2'), Contains("discovered 3 in room")) << "a was a meeting place only";
}

TEST(DirectLinks, AreNotMadeToHubsThatOnlySayWhoTheyAre) {
  HubNet net = Advertising(HubAdmission::kOpen);
  net.Add('a');
  net.Add('b', "a");
  net.Add('c', "a");
  EXPECT_EQ(net.links('b'), 1u);
}

}  // namespace
}  // namespace pigeonhub
