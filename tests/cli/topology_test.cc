// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "pigeonhub/v1/mesh_service.pb.h"
#include "tests/cli/pigeonctl_fixture.h"

namespace pigeonhub::cli {
namespace {

using TopologyTest = PigeonctlFixture;

constexpr int64_t kNowSeconds = 1772366400;  // of the fixture: 2026-03-01T12:00:00Z

TEST_F(TopologyTest, DrawsOneLineAHubWhateverHubsSayOfThemselves) {
  v1::GetTopologyResponse mesh;
  mesh.add_hubs()->set_peer_id("aa");
  mesh.mutable_hubs(0)->set_self(true);
  v1::TopologyHub& forger = *mesh.add_hubs();
  forger.set_peer_id("bb");
  forger.set_region("eu\n`-- cc us, 9 peers\r\x1b[2J\u202E\u2028");
  mesh.add_edges()->set_peer_id("aa");
  mesh.mutable_edges(0)->set_other_peer_id("bb");
  server_.Answer<v1::GetTopologyRequest>(mesh);
  EXPECT_EQ(Run({"topology", "--draw"}).out,
            "aa, 0 peers, this hub\n"
            "`-- bb eu\\u000a`-- cc us, 9 peers\\u000d\\u001b[2J\\u202e\\u2028, 0 peers\n");
}

TEST_F(TopologyTest, ShowsEachHubAndLinkOnceWhateverManyHubsTellOfThem) {
  // The hub that is called is bb; aa and cc answer beside it, in the order of their ids.
  const auto add = [](v1::GetTopologyResponse& mesh, const std::string& id, bool self, int hops) {
    v1::TopologyHub& hub = *mesh.add_hubs();
    hub.set_peer_id(id);
    hub.set_self(self);
    hub.set_hops(hops);
  };
  const auto link = [](v1::GetTopologyResponse& mesh, const std::string& one,
                       const std::string& other) {
    v1::TopologyEdge& edge = *mesh.add_edges();
    edge.set_peer_id(one);
    edge.set_other_peer_id(other);
  };
  v1::GetTopologyResponse own, all;
  add(own, "bb", true, 0);
  add(own, "aa", false, 1);
  link(own, "bb", "aa");
  add(all, "aa", true, 0);
  add(all, "bb", false, 1);
  add(all, "cc", false, 1);
  link(all, "aa", "bb");
  link(all, "aa", "cc");
  all.MergeFrom(own);
  add(all, "cc", true, 0);
  add(all, "aa", false, 1);
  link(all, "cc", "aa");
  server_.Answer<v1::GetTopologyRequest, v1::GetTopologyResponse>(
      [&](const auto& request) { return request.hub_id() == "*" ? all : own; });
  EXPECT_EQ(Run({"topology", "--hub", "*"}).out,
            "HUB ID  REGION  HOPS  PEERS  URL\n"
            "bb      -       this      0  -\n"
            "aa      -          1      0  -\n"
            "cc      -       -         0  -\n");
  EXPECT_EQ(Run({"topology", "--hub", "*", "--draw"}).out,
            "bb, 0 peers, this hub\n"
            "`-- aa, 0 peers\n"
            "    `-- cc, 0 peers\n");
  EXPECT_EQ(Run({"topology", "--hub", "*", "-o", "name"}).out, "bb\naa\ncc\n");
}

TEST_F(TopologyTest, ShowsIslandsOfHubsThatNoWayLeadsTo) {
  v1::GetTopologyResponse mesh;
  mesh.add_hubs()->set_peer_id("aa");
  mesh.mutable_hubs(0)->set_self(true);
  const auto lose = [&](const std::string& id, const std::vector<std::string>& neighbors) {
    v1::LostHub& hub = *mesh.add_lost_hubs();
    hub.set_peer_id(id);
    hub.set_region("us");
    hub.set_peers(2);
    hub.mutable_lost_time()->set_seconds(kNowSeconds - 12);
    hub.mutable_neighbors()->Assign(neighbors.begin(), neighbors.end());
  };
  lose("bb", {"aa", "cc", "dd"});
  lose("cc", {"bb", "dd"});
  lose("dd", {"cc", "bb"});
  lose("ee", {"dd"});  // which does not name it any more
  server_.Answer<v1::GetTopologyRequest>(mesh);
  EXPECT_EQ(Run({"topology"}).out,
            "HUB ID  REGION  HOPS  PEERS  URL\n"
            "aa      -       this      0  -\n"
            "\n"
            "LOST HUB ID  REGION  PEERS  NO WAY FOR  URL\n"
            "bb           us          2  12s         -\n"
            "cc           us          2  12s         -\n"
            "dd           us          2  12s         -\n"
            "ee           us          2  12s         -\n");
  EXPECT_EQ(Run({"topology", "--draw"}).out,
            "aa, 0 peers, this hub\n"
            "no way leads there since 12s: bb us, 2 peers\n"
            "|-- cc us, 2 peers\n"
            "`-- dd us, 2 peers\n"
            "no way leads there since 12s: ee us, 2 peers\n"
            "also linked: cc - dd\n");
  EXPECT_EQ(Run({"topology", "-o", "name"}).out, "aa\n") << "no other can be asked";
}

TEST_F(TopologyTest, DoesNotCallAHubLostThatAnotherHubHas) {
  v1::GetTopologyResponse own, all;
  own.add_hubs()->set_peer_id("aa");
  own.mutable_hubs(0)->set_self(true);
  for (const char* id : {"bb", "cc"}) own.add_lost_hubs()->set_peer_id(id);
  all = own;
  all.add_hubs()->set_peer_id("bb");
  for (const char* id : {"cc", "dd"}) all.add_lost_hubs()->set_peer_id(id);
  server_.Answer<v1::GetTopologyRequest, v1::GetTopologyResponse>(
      [&](const auto& request) { return request.hub_id() == "*" ? all : own; });
  EXPECT_EQ(Run({"topology", "--hub", "*"}).out,
            "HUB ID  REGION  HOPS  PEERS  URL\n"
            "aa      -       this      0  -\n"
            "bb      -       -         0  -\n"
            "\n"
            "LOST HUB ID  REGION  PEERS  NO WAY FOR  URL\n"
            "cc           -           0  -           -\n"
            "dd           -           0  -           -\n");
}

}  // namespace
}  // namespace pigeonhub::cli
