// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

constexpr char kHubData[] = R"({"isHub":true,"region":"eu"})";

class HubServiceTest : public ControlTest {
 protected:
  std::vector<int> List(const v1::ListHubsRequest& request, std::string* next = nullptr) {
    v1::ListHubsResponse response;
    const auto status = CALL(hubs_, ListHubs, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<int> numbers;
    for (const v1::HubEntry& hub : response.hubs()) numbers.push_back(std::stoi(hub.peer_id()));
    if (next != nullptr) *next = response.next_page_token();
    return numbers;
  }
};

TEST_F(HubServiceTest, ListsHubsInOrderOfRegistration) {
  Join(3, "pigeonhub-mesh", kHubData);
  Join(1, "pigeonhub-mesh", kHubData);
  Join(2, "a");
  EXPECT_EQ(List({}), (std::vector<int>{3, 1}));
  v1::ListHubsRequest without;
  without.set_exclude_peer_id(PeerIdText(3));
  EXPECT_EQ(List(without), (std::vector<int>{1}));
}

TEST_F(HubServiceTest, PagesGoOnWhereTheyWereThoughAHubLeft) {
  for (int i = 1; i <= 5; ++i) Join(i, "pigeonhub-mesh", kHubData);
  v1::ListHubsRequest request;
  request.set_page_size(2);
  std::string next;
  EXPECT_EQ(List(request, &next), (std::vector<int>{1, 2}));
  ASSERT_TRUE(hub().DisconnectPeer(*PeerId::Parse(PeerIdText(2))).ok());
  request.set_page_token(next);
  EXPECT_EQ(List(request, &next), (std::vector<int>{3, 4}));
  request.set_page_token(next);
  EXPECT_EQ(List(request, &next), (std::vector<int>{5}));
  EXPECT_EQ(next, "");
  request.set_page_token("garbage");
  v1::ListHubsResponse response;
  EXPECT_REFUSED(CALL(hubs_, ListHubs, request, response), INVALID_ARGUMENT, "INVALID_PAGE_TOKEN");
}

TEST_F(HubServiceTest, ShowsAHubAndNoOrdinaryPeer) {
  Join(1, "pigeonhub-mesh", kHubData);
  Join(2, "a");
  v1::GetHubRequest request;
  request.set_peer_id(PeerIdText(1));
  v1::GetHubResponse response;
  CALL_OK(hubs_, GetHub, request, response);
  EXPECT_EQ(response.hub().peer_id(), PeerIdText(1));
  EXPECT_EQ(response.hub().namespace_(), "pigeonhub-mesh");
  EXPECT_EQ(response.hub().data_json(), R"({"region":"eu"})");
  EXPECT_GT(response.hub().register_time().seconds(), 0);
  request.set_peer_id(PeerIdText(2));
  EXPECT_REFUSED(CALL(hubs_, GetHub, request, response), NOT_FOUND, "HUB_NOT_FOUND");
}

TEST_F(HubServiceTest, MakesAPeerAHubNowOrWhenItComes) {
  Join(1, "a");
  v1::RegisterHubRequest request;
  request.set_region("eu");
  request.add_capabilities("relay");
  v1::RegisterHubResponse response;
  request.set_peer_id(PeerIdText(1));
  CALL_OK(hubs_, RegisterHub, request, response);
  EXPECT_TRUE(response.connected());
  request.set_peer_id(PeerIdText(2));
  CALL_OK(hubs_, RegisterHub, request, response);
  EXPECT_FALSE(response.connected());
  EXPECT_EQ(List({}), (std::vector<int>{1}));
  Join(2);
  EXPECT_EQ(List({}), (std::vector<int>{1, 2}));
  v1::GetHubRequest get;
  get.set_peer_id(PeerIdText(2));
  v1::GetHubResponse got;
  CALL_OK(hubs_, GetHub, get, got);
  EXPECT_EQ(got.hub().data_json(), R"({"region":"eu","capabilities":["relay"]})");
}

TEST_F(HubServiceTest, RefusesADescriptionThatIsTooMuch) {
  v1::RegisterHubRequest request;
  request.set_peer_id(PeerIdText(1));
  v1::RegisterHubResponse response;
  request.set_region(std::string(257, 'x'));
  EXPECT_EQ(BadFieldOf(CALL(hubs_, RegisterHub, request, response)), "region");
  request.set_region("line\nbreak");
  EXPECT_EQ(BadFieldOf(CALL(hubs_, RegisterHub, request, response)), "region");
  request.clear_region();
  for (int i = 0; i < 65; ++i) request.add_capabilities("x");
  EXPECT_EQ(BadFieldOf(CALL(hubs_, RegisterHub, request, response)), "capabilities");
  request.clear_capabilities();
  for (int i = 0; i < 20; ++i) request.add_capabilities(std::string(256, 'c'));
  for (const bool only_asked : {true, false}) {
    request.set_validate_only(only_asked);
    EXPECT_EQ(BadFieldOf(CALL(hubs_, RegisterHub, request, response)), "capabilities");
  }
  EXPECT_TRUE(Events(v1::EVENT_KIND_HUB_REGISTERED).empty());
}

TEST_F(HubServiceTest, ListsThoseThatAreNotConnectedWhereTheyAreAskedFor) {
  v1::RegisterHubRequest grant;
  v1::RegisterHubResponse granted;
  grant.set_region("eu");
  grant.add_capabilities("relay");
  grant.set_peer_id(PeerIdText(2));
  CALL_OK(hubs_, RegisterHub, grant, granted);
  Join(1, "pigeonhub-mesh", kHubData);
  EXPECT_EQ(List({}), (std::vector<int>{1}));
  v1::ListHubsRequest all;
  all.set_include_granted(true);
  EXPECT_EQ(List(all), (std::vector<int>{2, 1}));
  all.set_page_size(1);
  std::string next;
  EXPECT_EQ(List(all, &next), (std::vector<int>{2}));
  all.set_page_token(next);
  EXPECT_EQ(List(all), (std::vector<int>{1}));
  v1::GetHubRequest get;
  get.set_peer_id(PeerIdText(2));
  v1::GetHubResponse got;
  CALL_OK(hubs_, GetHub, get, got);
  EXPECT_TRUE(got.hub().granted());
  EXPECT_FALSE(got.hub().connected());
  EXPECT_FALSE(got.hub().has_connect_time());
  EXPECT_EQ(got.hub().region(), "eu");
  EXPECT_EQ(got.hub().capabilities_size(), 1);
}

TEST_F(HubServiceTest, DoesNotRegisterItselfNorAHubInQuarantine) {
  v1::RegisterHubRequest request;
  v1::RegisterHubResponse response;
  request.set_peer_id(std::string(hub().GetStats().hub.hub_peer_id.text()));
  EXPECT_EQ(BadFieldOf(CALL(hubs_, RegisterHub, request, response)), "peer_id");
  ASSERT_TRUE(hub().QuarantineHub(*PeerId::Parse(PeerIdText(1))).ok());
  request.set_peer_id(PeerIdText(1));
  for (const bool only_asked : {true, false}) {
    request.set_validate_only(only_asked);
    EXPECT_REFUSED(CALL(hubs_, RegisterHub, request, response), FAILED_PRECONDITION,
                   "HUB_QUARANTINED");
  }
}

TEST_F(HubServiceTest, DoesNotQuarantineAnOrdinaryPeer) {
  Join(1, "a");
  v1::QuarantineHubRequest request;
  v1::QuarantineHubResponse response;
  request.set_peer_id(PeerIdText(1));
  for (const bool only_asked : {true, false}) {
    request.set_validate_only(only_asked);
    EXPECT_REFUSED(CALL(hubs_, QuarantineHub, request, response), FAILED_PRECONDITION, "NOT_A_HUB");
  }
  EXPECT_EQ(hub().GetStats().hub.peers, 1u);
}

TEST_F(HubServiceTest, TakesBackWhatItGranted) {
  Join(1, "a");
  v1::RegisterHubRequest grant;
  v1::RegisterHubResponse granted;
  for (const int number : {1, 2}) {
    grant.set_peer_id(PeerIdText(number));
    CALL_OK(hubs_, RegisterHub, grant, granted);
  }
  v1::UnregisterHubRequest request;
  v1::UnregisterHubResponse response;
  for (const int number : {1, 2}) {
    request.set_peer_id(PeerIdText(number));
    request.set_validate_only(true);
    CALL_OK(hubs_, UnregisterHub, request, response);
    request.set_validate_only(false);
    CALL_OK(hubs_, UnregisterHub, request, response);
    EXPECT_REFUSED(CALL(hubs_, UnregisterHub, request, response), NOT_FOUND, "HUB_NOT_FOUND");
    request.set_validate_only(true);
    EXPECT_REFUSED(CALL(hubs_, UnregisterHub, request, response), NOT_FOUND, "HUB_NOT_FOUND");
  }
  EXPECT_EQ(List({}), (std::vector<int>{}));
  EXPECT_EQ(hub().GetStats().hub.peers, 1u) << "the peer itself stays";
}

TEST_F(HubServiceTest, ClosesAHubOutUntilItIsReleased) {
  Join(1, "pigeonhub-mesh", kHubData);
  v1::QuarantineHubRequest request;
  v1::QuarantineHubResponse response;
  request.set_peer_id(PeerIdText(1));
  request.set_validate_only(true);
  CALL_OK(hubs_, QuarantineHub, request, response);
  EXPECT_EQ(List({}), (std::vector<int>{1})) << "nothing was done yet";
  request.set_validate_only(false);
  CALL_OK(hubs_, QuarantineHub, request, response);
  EXPECT_EQ(List({}), (std::vector<int>{}));
  v1::GetHubStatsResponse stats;
  CALL_OK(hubs_, GetHubStats, v1::GetHubStatsRequest(), stats);
  ASSERT_EQ(stats.quarantined_hubs_size(), 1);
  EXPECT_EQ(stats.quarantined_hubs(0).peer_id(), PeerIdText(1));
  EXPECT_GT(stats.quarantined_hubs(0).quarantine_time().seconds(), 0);
  EXPECT_EQ(stats.quarantined_hubs(0).refused(), 0);

  v1::ReleaseHubRequest release;
  v1::ReleaseHubResponse released;
  release.set_peer_id(PeerIdText(1));
  release.set_validate_only(true);
  CALL_OK(hubs_, ReleaseHub, release, released);
  release.set_validate_only(false);
  CALL_OK(hubs_, ReleaseHub, release, released);
  EXPECT_REFUSED(CALL(hubs_, ReleaseHub, release, released), NOT_FOUND, "HUB_NOT_QUARANTINED");
  release.set_validate_only(true);
  EXPECT_REFUSED(CALL(hubs_, ReleaseHub, release, released), NOT_FOUND, "HUB_NOT_QUARANTINED");
  CALL_OK(hubs_, GetHubStats, v1::GetHubStatsRequest(), stats);
  EXPECT_EQ(stats.quarantined_hubs_size(), 0);
  Join(1, "pigeonhub-mesh", kHubData);
  EXPECT_EQ(List({}), (std::vector<int>{1}));
}

TEST_F(HubServiceTest, DoesNotQuarantineItself) {
  v1::QuarantineHubRequest request;
  v1::QuarantineHubResponse response;
  request.set_peer_id(std::string(hub().GetStats().hub.hub_peer_id.text()));
  EXPECT_EQ(BadFieldOf(CALL(hubs_, QuarantineHub, request, response)), "peer_id");
}

TEST_F(HubServiceTest, CountsHubs) {
  Join(1, "pigeonhub-mesh", kHubData);
  v1::GetHubStatsResponse response;
  CALL_OK(hubs_, GetHubStats, v1::GetHubStatsRequest(), response);
  EXPECT_EQ(response.total_hubs(), 1);
  EXPECT_EQ(response.connected_hubs(), 1);
  ASSERT_EQ(response.hubs_size(), 1);
  EXPECT_EQ(response.hubs(0).peer_id(), PeerIdText(1));
}

TEST_F(HubServiceTest, ShowsTheKeyThatTheHubSignsWithAsALineOfATrustList) {
  v1::GetHubKeyResponse key;
  CALL_OK(hubs_, GetHubKey, v1::GetHubKeyRequest(), key);
  EXPECT_EQ(key.peer_id(), hub().GetStats().hub.hub_peer_id.text());
  EXPECT_EQ(key.public_key(), hub().PublicKeyText());
  EXPECT_TRUE(HubServer::CheckHubTrust(key.peer_id() + ' ' + key.public_key()).ok());
}

TEST_F(HubServiceTest, GeneratesIdsThatDiffer) {
  v1::GeneratePeerIdResponse first;
  v1::GeneratePeerIdResponse second;
  CALL_OK(hubs_, GeneratePeerId, v1::GeneratePeerIdRequest(), first);
  CALL_OK(hubs_, GeneratePeerId, v1::GeneratePeerIdRequest(), second);
  EXPECT_TRUE(PeerId::Parse(first.peer_id()).has_value()) << first.peer_id();
  EXPECT_NE(first.peer_id(), second.peer_id());
}

}  // namespace
}  // namespace pigeonhub
