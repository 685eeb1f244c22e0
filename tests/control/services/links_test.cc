// SPDX-License-Identifier: Apache-2.0
//
// Links to other hubs, seen and changed through the control API.

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/control/control_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

class LinksTest : public ControlTest {
 protected:
  LinksTest()
      : other_(HubServerOptions{.port = 0,
                                .is_hub = true,
                                .hub_admission = HubAdmission::kOpen,
                                .auto_connect = false,
                                .io_threads = 1}) {}

  void SetUp() override {
    ASSERT_TRUE(other_.Start().ok());
    Setup setup;
    setup.hub.auto_connect = false;
    setup.hub.bootstrap_hubs = {UrlOfOther()};
    setup.hub.region = "eu-west";
    Start(setup);
  }

  std::string UrlOfOther() const {
    return "ws://127.0.0.1:" + std::to_string(other_.Addresses().front().port);
  }
  v1::ListLinksResponse List(int page_size = 0, const std::string& token = {}) {
    v1::ListLinksRequest request;
    request.set_page_size(page_size);
    request.set_page_token(token);
    v1::ListLinksResponse response;
    const auto status = CALL(mesh_, ListLinks, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  bool LinkIs(v1::LinkState state) {
    return Eventually([&] {
      const auto list = List();
      return list.links_size() == 1 && list.links(0).state() == state;
    });
  }

  HubServer other_;
};

TEST_F(LinksTest, ConnectAndDisconnectTheBootstrapHubs) {
  ASSERT_EQ(List().links_size(), 1);
  EXPECT_EQ(List().links(0).state(), v1::LINK_STATE_STOPPED);
  EXPECT_EQ(List().links(0).url(), UrlOfOther());
  EXPECT_TRUE(List().links(0).bootstrap());

  v1::ConnectBootstrapHubsResponse connected;
  v1::ConnectBootstrapHubsRequest connect;
  connect.set_validate_only(true);
  CALL_OK(mesh_, ConnectBootstrapHubs, connect, connected);
  EXPECT_EQ(connected.bootstrap_hubs(), 1);
  EXPECT_EQ(List().links(0).state(), v1::LINK_STATE_STOPPED) << "it was only asked";
  connect.set_validate_only(false);
  CALL_OK(mesh_, ConnectBootstrapHubs, connect, connected);
  ASSERT_TRUE(LinkIs(v1::LINK_STATE_UP));
  ASSERT_TRUE(Eventually([&] { return other_.GetConnectedHubs().size() == 1; }));

  v1::GetHubStatsResponse stats;
  CALL_OK(hubs_, GetHubStats, v1::GetHubStatsRequest(), stats);
  ASSERT_EQ(stats.bootstrap_hubs_size(), 1);
  EXPECT_EQ(stats.bootstrap_hubs(0).state(), v1::LINK_STATE_UP);

  v1::DisconnectBootstrapHubsResponse disconnected;
  CALL_OK(mesh_, DisconnectBootstrapHubs, v1::DisconnectBootstrapHubsRequest(), disconnected);
  EXPECT_EQ(disconnected.bootstrap_hubs(), 1);
  ASSERT_TRUE(LinkIs(v1::LINK_STATE_STOPPED));
  ASSERT_TRUE(Eventually([&] { return other_.GetConnectedHubs().empty(); }));

  // Each way it is told once, and by whom.
  const auto up = Events(v1::EVENT_KIND_BOOTSTRAP_CONNECTED);
  ASSERT_EQ(up.size(), 1u);
  EXPECT_EQ(up[0].bootstrap_connected().url(), UrlOfOther());
  const auto down = Events(v1::EVENT_KIND_BOOTSTRAP_DISCONNECTED);
  ASSERT_EQ(down.size(), 1u);
  EXPECT_EQ(down[0].bootstrap_disconnected().url(), UrlOfOther());
  const auto audits = Events(v1::EVENT_KIND_AUDIT);
  ASSERT_EQ(audits.size(), 2u);
  EXPECT_EQ(audits[1].audit().method(), "pigeonhub.v1.MeshService/DisconnectBootstrapHubs");
}

TEST_F(LinksTest, ConnectToAHubByItsAddressAndDisconnectByItsId) {
  v1::ConnectHubRequest request;
  request.set_url(UrlOfOther());
  v1::ConnectHubResponse response;
  CALL_OK(mesh_, ConnectHub, request, response);
  ASSERT_TRUE(LinkIs(v1::LINK_STATE_UP));
  const std::string id(other_.GetStats().hub.hub_peer_id.text());
  ASSERT_TRUE(Eventually([&] { return List().links(0).hub_peer_id() == id; }));

  v1::GetTopologyResponse mesh;
  CALL_OK(mesh_, GetTopology, v1::GetTopologyRequest(), mesh);
  ASSERT_EQ(mesh.hubs_size(), 2);
  EXPECT_TRUE(mesh.hubs(0).self());
  EXPECT_EQ(mesh.hubs(0).region(), "eu-west");
  EXPECT_EQ(mesh.hubs(1).peer_id(), id);
  ASSERT_EQ(mesh.edges_size(), 1);

  v1::DisconnectLinkRequest disconnect;
  disconnect.set_hub_peer_id(id);
  v1::DisconnectLinkResponse disconnected;
  CALL_OK(mesh_, DisconnectLink, disconnect, disconnected);
  EXPECT_TRUE(Eventually([&] { return other_.GetConnectedHubs().empty(); }));
}

TEST_F(LinksTest, LeaveALostHubInTheTopologyAsOneThatNoWayLeadsTo) {
  v1::ConnectHubRequest request;
  request.set_url(UrlOfOther());
  v1::ConnectHubResponse response;
  CALL_OK(mesh_, ConnectHub, request, response);
  const std::string id(other_.GetStats().hub.hub_peer_id.text());
  v1::GetTopologyResponse mesh;
  ASSERT_TRUE(Eventually([&] {
    mesh.Clear();
    return CALL(mesh_, GetTopology, v1::GetTopologyRequest(), mesh).ok() && mesh.hubs_size() == 2;
  }));
  EXPECT_EQ(mesh.lost_hubs_size(), 0);
  // One end of the link ends it, and neither hub says that it leaves.
  v1::DisconnectLinkRequest disconnect;
  disconnect.set_hub_peer_id(id);
  v1::DisconnectLinkResponse disconnected;
  CALL_OK(mesh_, DisconnectLink, disconnect, disconnected);
  ASSERT_TRUE(Eventually([&] {
    mesh.Clear();
    return CALL(mesh_, GetTopology, v1::GetTopologyRequest(), mesh).ok() &&
           mesh.lost_hubs_size() == 1;
  }));
  EXPECT_EQ(mesh.hubs_size(), 1);
  const v1::LostHub& lost = mesh.lost_hubs(0);
  EXPECT_EQ(lost.peer_id(), id);
  EXPECT_GT(lost.lost_time().seconds(), 0);
  ASSERT_EQ(lost.neighbors_size(), 1);
  EXPECT_EQ(lost.neighbors(0), mesh.hubs(0).peer_id());
}

TEST_F(LinksTest, ShowNoSecretsOfAddresses) {
  v1::ConnectHubRequest request;
  request.set_url(UrlOfOther() + "/?token=s3cret");
  v1::ConnectHubResponse response;
  CALL_OK(mesh_, ConnectHub, request, response);
  ASSERT_TRUE(Eventually([&] { return !Events(v1::EVENT_KIND_BOOTSTRAP_CONNECTED).empty(); }));
  const std::string masked = UrlOfOther() + "/?token=***";
  EXPECT_EQ(Events(v1::EVENT_KIND_BOOTSTRAP_CONNECTED)[0].bootstrap_connected().url(), masked);
  EXPECT_EQ(Events(v1::EVENT_KIND_AUDIT).at(0).audit().object(), masked);
  EXPECT_EQ(List().DebugString().find("s3cret"), std::string::npos) << List().DebugString();
  v1::GetTopologyResponse mesh;
  CALL_OK(mesh_, GetTopology, v1::GetTopologyRequest(), mesh);
  EXPECT_EQ(mesh.DebugString().find("s3cret"), std::string::npos) << mesh.DebugString();
  v1::DisconnectLinkRequest disconnect;
  v1::DisconnectLinkResponse disconnected;
  disconnect.set_url(masked);
  CALL_OK(mesh_, DisconnectLink, disconnect, disconnected);
  EXPECT_EQ(List().links_size(), 1) << "it is taken back by the name that lists show";
}

TEST_F(LinksTest, AreTakenBackUnderTheAddressThatIsListed) {
  v1::ConnectHubRequest request;
  request.set_url("ws://127.0.0.1:2");
  v1::ConnectHubResponse response;
  CALL_OK(mesh_, ConnectHub, request, response);
  ASSERT_TRUE(Eventually([&] { return !List().links(1).last_error().empty(); }));
  const v1::Link down = List().links(1);
  EXPECT_EQ(down.end_reason(), v1::REASON_TRANSPORT_LOST);
  EXPECT_EQ(down.end_code(), 1006);
  EXPECT_EQ(down.ended_by(), v1::LINK_SIDE_NEITHER);

  v1::DisconnectLinkRequest disconnect;
  v1::DisconnectLinkResponse disconnected;
  disconnect.set_url(down.url());
  disconnect.set_validate_only(true);
  CALL_OK(mesh_, DisconnectLink, disconnect, disconnected);
  EXPECT_EQ(List().links_size(), 2) << "it was only asked";
  disconnect.set_validate_only(false);
  CALL_OK(mesh_, DisconnectLink, disconnect, disconnected);
  EXPECT_EQ(List().links_size(), 1);
  EXPECT_REFUSED(CALL(mesh_, DisconnectLink, disconnect, disconnected), NOT_FOUND,
                 "LINK_NOT_FOUND");
  disconnect.set_hub_peer_id(PeerIdText(1));
  EXPECT_EQ(BadFieldOf(CALL(mesh_, DisconnectLink, disconnect, disconnected)), "url");
}

TEST_F(LinksTest, AreRefusedWhatMakesNoSense) {
  v1::ConnectHubRequest request;
  v1::ConnectHubResponse response;
  for (const char* url : {"", "h:3000", "http://h", "ws://", "ws://a b"}) {
    request.set_url(url);
    const auto status = CALL(mesh_, ConnectHub, request, response);
    EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
    EXPECT_EQ(BadFieldOf(status), "url");
  }
  request.set_url("ws://127.0.0.1:" + std::to_string(port()));
  for (const bool only_asked : {true, false}) {
    request.set_validate_only(only_asked);
    const auto status = CALL(mesh_, ConnectHub, request, response);
    EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
    EXPECT_EQ(status.error_message(), "url is the address of the hub itself");
  }

  v1::DisconnectLinkRequest disconnect;
  v1::DisconnectLinkResponse disconnected;
  disconnect.set_hub_peer_id("x");
  EXPECT_REFUSED(CALL(mesh_, DisconnectLink, disconnect, disconnected), INVALID_ARGUMENT,
                 "INVALID_REQUEST");
  disconnect.set_hub_peer_id(PeerIdText(1));
  EXPECT_REFUSED(CALL(mesh_, DisconnectLink, disconnect, disconnected), NOT_FOUND,
                 "LINK_NOT_FOUND");
}

TEST_F(LinksTest, WaitUntilSignalingRuns) {
  hub().Stop();
  v1::ConnectHubRequest request;
  request.set_url(UrlOfOther());
  v1::ConnectHubResponse response;
  EXPECT_REFUSED(CALL(mesh_, ConnectHub, request, response), FAILED_PRECONDITION,
                 "SIGNALING_STOPPED");
  v1::ConnectBootstrapHubsResponse connected;
  EXPECT_REFUSED(CALL(mesh_, ConnectBootstrapHubs, v1::ConnectBootstrapHubsRequest(), connected),
                 FAILED_PRECONDITION, "SIGNALING_STOPPED");
}

TEST_F(LinksTest, AreListedInPages) {
  v1::ConnectHubRequest request;
  v1::ConnectHubResponse response;
  for (int i = 1; i <= 4; ++i) {
    request.set_url("ws://127.0.0.1:" + std::to_string(i));
    CALL_OK(mesh_, ConnectHub, request, response);
  }
  int seen = 0;
  std::string token;
  do {
    const auto page = List(2, token);
    EXPECT_LE(page.links_size(), 2);
    seen += page.links_size();
    token = page.next_page_token();
  } while (!token.empty());
  EXPECT_EQ(seen, 5);
  v1::ListLinksRequest bad;
  bad.set_page_token("nonsense");
  v1::ListLinksResponse links;
  EXPECT_REFUSED(CALL(mesh_, ListLinks, bad, links), INVALID_ARGUMENT, "INVALID_PAGE_TOKEN");
}

}  // namespace
}  // namespace pigeonhub
