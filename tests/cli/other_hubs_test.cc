// SPDX-License-Identifier: Apache-2.0
//
// --hub: which hub is meant, whose an answer is, and how a run ends that did not reach all.

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "pigeonhub/v1/hub_service.pb.h"
#include "pigeonhub/v1/mesh_service.pb.h"
#include "pigeonhub/v1/peer_service.pb.h"
#include "pigeonhub/v1/server_service.pb.h"
#include "pigeonhub/v1/trace_service.pb.h"
#include "tests/cli/fake_control.h"
#include "tests/cli/pigeonctl_fixture.h"
#include "tests/cli/run.h"

namespace pigeonhub::cli {
namespace {

using OtherHubs = PigeonctlFixture;

constexpr char kNeighbor[] = "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd";  // of the fake's topology
constexpr char kLost[] = "cc00112233445566778899aabbccddeeff001122";

template <typename Response>
void Miss(Response& response) {
  auto& one = *response.add_unreachable();
  one.set_hub_id(kLost);
  one.set_reason("it was lost");
}

size_t Count(const std::string& text, const std::string& what) {
  size_t count = 0;
  for (size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += what.size()) ++count;
  return count;
}

TEST_F(OtherHubs, AreMeantByTheBeginningOfTheirIdInAnyCase) {
  for (const char* typed :
       {"cd", "CD", "cdcd…", kNeighbor, "CDCDCDCDCDcdcdcdcdcdCDCDCDCDCDcdcdcdcdcd"}) {
    EXPECT_EQ(Run({"stats", "--hub", typed}).code, 0) << typed;
    EXPECT_EQ(server_.last<v1::GetStatsRequest>().hub_id(), kNeighbor) << typed;
  }
  EXPECT_EQ(Run({"stats", "--hub", "0"}).code, 2) << "two begin so";
  EXPECT_EQ(Run({"stats", "--hub", "abc"}).err,
            "pigeonctl: no hub is known whose id begins with abc; topology shows those that are\n");
  EXPECT_EQ(Run({"stats", "--hub", ""}).code, 2);
}

TEST_F(OtherHubs, AreMeantAlsoIfTheyWereLost) {
  server_.Answer<v1::GetTopologyRequest, v1::GetTopologyResponse>([](const auto& request) {
    v1::GetTopologyResponse mesh;
    mesh.add_hubs()->set_peer_id(kHub);
    if (request.hub_id() == "*") Miss(mesh);
    return mesh;
  });
  const Outcome outcome = Run({"stats", "--hub", "CC"});
  EXPECT_EQ(server_.last<v1::GetStatsRequest>().hub_id(), kLost);
  EXPECT_EQ(outcome.err, "") << "what was asked to find it is no answer";
}

TEST_F(OtherHubs, AreClosedOutByTheBeginningOfTheirIdAlsoIfTheyWereLost) {
  for (const bool is_told : {true, false}) {  // a hub of the version before tells of none
    server_.Answer<v1::GetTopologyRequest, v1::GetTopologyResponse>([=](const auto& request) {
      v1::GetTopologyResponse mesh;
      mesh.add_hubs()->set_peer_id(kHub);
      if (is_told) mesh.add_lost_hubs()->set_peer_id(kLost);
      if (request.hub_id() == "*") Miss(mesh);
      return mesh;
    });
    const Outcome outcome = Run({"hubs", "quarantine", "cc"});
    EXPECT_EQ(server_.last<v1::QuarantineHubRequest>().peer_id(), kLost);
    EXPECT_EQ(outcome.err, "") << "nobody asked which hubs do not answer";
  }
}

TEST_F(OtherHubs, MayTellOfOnePeerTwice) {
  v1::ListPeersResponse peers;
  for (const char* hub : {kHub, kOtherHub}) {
    peers.add_peers()->set_peer_id(kFirstPeer);
    peers.mutable_peers(peers.peers_size() - 1)->set_hub_id(hub);
  }
  server_.Answer<v1::ListPeersRequest>(peers);
  EXPECT_EQ(Run({"trace", "0a1b", kSecondPeer, "--hub", "*"}).code, 0) << "it moves";
  EXPECT_EQ(server_.last<v1::WatchHandshakeRequest>().peer_id(), kFirstPeer);
}

TEST_F(OtherHubs, AreShownAndMadePeersByTheBeginningOfTheirId) {
  EXPECT_EQ(Run({"hubs", "get", "cdcd…"}).code, 5) << "it is linked, and did not dial";
  EXPECT_EQ(server_.last<v1::GetHubRequest>().peer_id(), kNeighbor);
  EXPECT_EQ(Run({"hubs", "unregister", "Cdc"}).code, 0);
  EXPECT_EQ(server_.last<v1::UnregisterHubRequest>().peer_id(), kNeighbor);
  EXPECT_EQ(Run({"hubs", "get", "0"}).code, 2) << "two begin so";
}

// Ids of hubs and peers tell upper case from lower case, and whoever comes chooses his own.
TEST_F(OtherHubs, AreToldFromThoseWhoseIdsDifferInCaseAlone) {
  const std::string lower(40, 'f');
  const std::string upper(40, 'F');
  v1::GetTopologyResponse mesh;
  for (const std::string& id : {lower, upper}) mesh.add_hubs()->set_peer_id(id);
  server_.Answer<v1::GetTopologyRequest>(mesh);
  for (const std::string& id : {lower, upper}) {
    for (const size_t digits : {size_t{4}, size_t{40}}) {
      const std::string typed = id.substr(0, digits);
      EXPECT_EQ(Run({"hubs", "quarantine", typed}).code, 0) << typed;
      EXPECT_EQ(server_.last<v1::QuarantineHubRequest>().peer_id(), id) << typed;
      server_.Answer<v1::ListPeersRequest, v1::ListPeersResponse>([&](const auto& request) {
        v1::ListPeersResponse page;
        if (id.starts_with(request.peer_id_prefix())) page.add_peers()->set_peer_id(id);
        return page;
      });
      Run({"peers", "disconnect", typed});
      EXPECT_EQ(server_.last<v1::DisconnectPeerRequest>().peer_id(), id) << typed;
    }
  }
}

TEST_F(OtherHubs, GoIntoQuarantineAndOutOfItByTheBeginningOfTheirId) {
  EXPECT_EQ(Run({"hubs", "quarantine", "CD"}).code, 0);
  EXPECT_EQ(server_.last<v1::QuarantineHubRequest>().peer_id(), kNeighbor);
  EXPECT_EQ(Run({"hubs", "release", "777"}).code, 0);
  EXPECT_EQ(server_.last<v1::ReleaseHubRequest>().peer_id(), std::string(40, '7'));
  const Outcome unknown = Run({"hubs", "release", "cd"});
  EXPECT_EQ(unknown.code, 5);
  EXPECT_EQ(unknown.err,
            "pigeonctl: no hub whose id begins with cd is in quarantine; hubs stats shows those "
            "that are\n");
}

TEST_F(OtherHubs, ThatAChangeDidNotReachEndItWithACode) {
  v1::QuarantineHubResponse partly;
  Miss(partly);
  server_.Answer<v1::QuarantineHubRequest>(partly);
  const Outcome outcome = Run({"hubs", "quarantine", kHub, "--hub", "*"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_NE(outcome.out.find("is in quarantine"), std::string::npos) << outcome.out;
  EXPECT_EQ(outcome.err,
            std::string("pigeonctl: hub ") + kLost + " is not in the answer: it was lost\n");
  server_.Answer<v1::QuarantineHubRequest>(v1::QuarantineHubResponse());
  EXPECT_EQ(Run({"hubs", "quarantine", kHub, "--hub", "*"}).code, 0);
}

TEST_F(OtherHubs, AreMissingOnceInAListOfManyPages) {
  server_.Answer<v1::ListPeersRequest, v1::ListPeersResponse>([](const auto& request) {
    v1::ListPeersResponse page;
    page.add_peers()->set_peer_id(kFirstPeer);
    if (request.page_token().empty()) page.set_next_page_token("more");
    Miss(page);
    return page;
  });
  const Outcome outcome = Run({"peers", "list", "--hub", "*"});
  EXPECT_EQ(outcome.code, 0) << "it only looks";
  EXPECT_EQ(Count(outcome.out, kFirstPeer), 2u);
  EXPECT_EQ(Count(outcome.err, "is not in the answer"), 1u) << outcome.err;
}

TEST_F(OtherHubs, HaveTheirKeysOneALine) {
  v1::GetHubKeyResponse keys;
  for (const char* hub : {kHub, kOtherHub}) {
    v1::GetHubKeyResponse& one = *keys.add_per_hub();
    one.set_hub_id(hub);
    one.set_peer_id(hub);
    one.set_public_key("key");
  }
  server_.Answer<v1::GetHubKeyRequest>(keys);
  EXPECT_EQ(Run({"hubs", "key", "--hub", "*"}).out,
            std::string(kHub) + " key\n" + kOtherHub + " key\n");
}

TEST_F(OtherHubs, SayWhoseEachTableIs) {
  v1::GetServerInfoResponse infos;
  v1::GetLimitsResponse limits;
  v1::GetHubStatsResponse stats;
  for (const char* hub : {kHub, kOtherHub}) {
    infos.add_per_hub()->set_hub_id(hub);
    v1::Limit& limit = *limits.add_limits();
    limit.set_name("message-rate");
    limit.set_hub_id(hub);
    v1::QuarantinedHub& closed_out = *stats.add_quarantined_hubs();
    closed_out.set_peer_id(kNeighbor);
    closed_out.set_hub_id(hub);
  }
  server_.Answer<v1::GetServerInfoRequest>(infos);
  server_.Answer<v1::GetLimitsRequest>(limits);
  server_.Answer<v1::GetHubStatsRequest>(stats);
  const std::string info = Run({"server", "info", "--hub", "*"}).out;
  EXPECT_EQ(Count(info, "At hub"), 2u) << info;
  EXPECT_EQ(Count(info, kOtherHub), 1u) << info;
  const std::string table = Run({"server", "limits", "--hub", "*"}).out;
  EXPECT_EQ(Count(table, "AT HUB"), 1u) << table;
  EXPECT_EQ(Count(table, "ffeeddcc"), 1u) << table;
  EXPECT_EQ(Count(table, "00112233"), 1u) << table;
  const std::string closed_out = Run({"hubs", "stats", "--hub", "*"}).out;
  EXPECT_EQ(Count(closed_out, "AT HUB"), 1u) << closed_out;
  EXPECT_EQ(Count(closed_out, "00112233"), 1u) << closed_out;
}

// ---- Drains -------------------------------------------------------------------------------------

std::string DrainItem(const char* hub, int remaining, bool done = false) {
  v1::DrainResponse item;
  item.set_hub_id(hub);
  item.set_total(3);
  item.set_remaining(remaining);
  item.set_done(done);
  return item.SerializeAsString();
}

// How far all have come, as the hub that is called sums it up.
v1::DrainResponse DrainOfAll(int here, int there) {
  v1::DrainResponse all;
  for (const auto& [hub, remaining] : {std::pair(kHub, here), std::pair(kNeighbor, there)}) {
    all.add_per_hub()->ParseFromString(DrainItem(hub, remaining, remaining == 0));
  }
  all.set_total(6);
  all.set_remaining(here + there);
  all.set_done(here + there == 0);
  return all;
}

constexpr char kHint[] =
    "pigeonctl: a drained hub hears no other hub: undrain goes to that hub's own address\n";

TEST_F(OtherHubs, AreDrainedThoughTheirLastWordIsLost) {
  FakeReply reply = Refusal(kUnavailable, "no way leads to it", "HUB_UNREACHABLE");
  reply.messages = {DrainItem(kNeighbor, 3), DrainItem(kNeighbor, 0)};
  server_.On(v1::DrainRequest(), [&](const std::string&) { return reply; });
  const Outcome drained = Run({"server", "drain", "--hub", "cd"});
  EXPECT_EQ(drained.code, 0) << drained.err;
  EXPECT_EQ(drained.err, kHint);
  reply.messages = {DrainItem(kNeighbor, 3), DrainItem(kNeighbor, 0, true)};
  EXPECT_EQ(Run({"server", "drain", "--hub", "cd"}).err, kHint) << "it was heard";
  reply.messages = {DrainItem(kNeighbor, 3), DrainItem(kNeighbor, 1)};
  EXPECT_EQ(Run({"server", "drain", "--hub", "cd"}).code, 3) << "one peer is left";
  reply.messages = {DrainItem("", 3), DrainItem("", 0)};
  EXPECT_EQ(Run({"server", "drain"}).code, 3) << "this hub can say that it is done";
}

TEST_F(OtherHubs, AreDrainedEachToItsEnd) {
  FakeReply reply;
  reply.messages = {DrainOfAll(1, 0).SerializeAsString(), DrainOfAll(0, 0).SerializeAsString()};
  server_.On(v1::DrainRequest(), [&](const std::string&) { return reply; });
  const Outcome all = Run({"server", "drain", "--hub", "*"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_EQ(all.err, kHint);
  EXPECT_EQ(all.out, "draining, 1 connection of 6 left on 2 hubs\ndrained, nobody is left\n");
  v1::DrainResponse partly = DrainOfAll(0, 0);
  Miss(partly);
  reply.messages.push_back(partly.SerializeAsString());
  const Outcome outcome = Run({"server", "drain", "--hub", "*"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(Count(outcome.err, kLost), 1u) << outcome.err;
}

}  // namespace
}  // namespace pigeonhub::cli
