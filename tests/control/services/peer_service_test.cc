// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "tests/control/control_fixture.h"

namespace pigeonhub {
namespace {

class PeerServiceTest : public ControlTest {
 protected:
  // The ids' numbers of a page, oldest connection first.
  static std::vector<int> Numbers(const v1::ListPeersResponse& response) {
    std::vector<int> numbers;
    for (const v1::Peer& peer : response.peers()) numbers.push_back(std::stoi(peer.peer_id()));
    return numbers;
  }
  std::vector<int> List(const v1::ListPeersRequest& request) {
    v1::ListPeersResponse response;
    const auto status = CALL(peers_, ListPeers, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return Numbers(response);
  }
};

TEST_F(PeerServiceTest, ListsPeersByAgeAndByFilter) {
  Join(3, "a");
  Join(1, "b");
  Join(20, "a", R"({"isHub":true})");
  Join(2);
  v1::ListPeersRequest all;
  EXPECT_EQ(List(all), (std::vector<int>{3, 1, 20, 2}));
  v1::ListPeersRequest of_a;
  of_a.set_namespace_("a");
  EXPECT_EQ(List(of_a), (std::vector<int>{3, 20}));
  v1::ListPeersRequest hubs;
  hubs.set_hubs_only(true);
  EXPECT_EQ(List(hubs), (std::vector<int>{20}));
  v1::ListPeersRequest prefix;
  prefix.set_peer_id_prefix(PeerIdText(20));
  EXPECT_EQ(List(prefix), (std::vector<int>{20}));
  prefix.set_peer_id_prefix("0000");
  EXPECT_EQ(List(prefix), (std::vector<int>{3, 1, 20, 2}));
  prefix.set_peer_id_prefix("f");
  EXPECT_EQ(List(prefix), (std::vector<int>{}));
}

TEST_F(PeerServiceTest, RefusesThePrefixThatNoIdHas) {
  for (const std::string& text :
       {std::string("xyz"), std::string("0a "), std::string("0a…"), std::string(41, '0')}) {
    v1::ListPeersRequest request;
    request.set_peer_id_prefix(text);
    v1::ListPeersResponse response;
    const grpc::Status status = CALL(peers_, ListPeers, request, response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << text;
    EXPECT_EQ(status.error_message(),
              "peer_id_prefix is not the beginning of an id, which has 40 hexadecimal digits");
  }
}

TEST_F(PeerServiceTest, ShowsWhatIsKnownOfAPeer) {
  Join(1, "a", R"({"isHub":true,"color":"blue"})");
  v1::GetPeerRequest request;
  request.set_peer_id(PeerIdText(1));
  v1::GetPeerResponse response;
  CALL_OK(peers_, GetPeer, request, response);
  const v1::Peer& peer = response.peer();
  EXPECT_EQ(peer.peer_id(), PeerIdText(1));
  EXPECT_EQ(peer.namespace_(), "a");
  EXPECT_TRUE(peer.is_hub());
  EXPECT_EQ(peer.remote_address(), "127.0.0.1");
  EXPECT_EQ(peer.data_json(), R"({"color":"blue"})");
  EXPECT_GT(peer.connect_time().seconds(), 0);
  EXPECT_GE(peer.announce_time().seconds(), peer.connect_time().seconds());
  EXPECT_GE(peer.last_activity_time().seconds(), peer.connect_time().seconds());
}

TEST_F(PeerServiceTest, ShowsAPeerThatHasNotAnnounced) {
  Join(1);
  v1::GetPeerRequest request;
  request.set_peer_id(PeerIdText(1));
  v1::GetPeerResponse response;
  CALL_OK(peers_, GetPeer, request, response);
  EXPECT_EQ(response.peer().namespace_(), "");
  EXPECT_FALSE(response.peer().has_announce_time());
  EXPECT_EQ(response.peer().data_json(), "{}");
}

TEST_F(PeerServiceTest, TellsAnUnknownPeerFromABadId) {
  v1::GetPeerRequest request;
  v1::GetPeerResponse response;
  request.set_peer_id(PeerIdText(1));
  EXPECT_REFUSED(CALL(peers_, GetPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
  for (const std::string& id : {std::string(), std::string("1"), std::string(40, 'x')}) {
    request.set_peer_id(id);
    const auto status = CALL(peers_, GetPeer, request, response);
    EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
    EXPECT_EQ(BadFieldOf(status), "peer_id");
  }
}

TEST_F(PeerServiceTest, PagesShowWhoStayedExactlyOnceWhoeverComesAndGoes) {
  std::set<int> stayed;
  for (int i = 0; i < 30; ++i) Join(100 + i, "a");
  for (int i = 0; i < 30; i += 2) stayed.insert(100 + i);

  v1::ListPeersRequest request;
  request.set_page_size(7);
  std::vector<int> seen;
  int page = 0;
  do {
    v1::ListPeersResponse response;
    CALL_OK(peers_, ListPeers, request, response);
    EXPECT_LE(response.peers_size(), 7);
    for (const int number : Numbers(response)) seen.push_back(number);
    // Between pages somebody leaves (the odd ones, from both ends) and somebody comes.
    for (const int leaver : {101 + 2 * page, 129 - 2 * page}) {
      hub().DisconnectPeer(*PeerId::Parse(PeerIdText(leaver))).IgnoreError();
    }
    Join(200 + page, "a");
    ++page;
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty() && page < 50);

  EXPECT_LT(page, 50);
  const std::set<int> distinct(seen.begin(), seen.end());
  EXPECT_EQ(distinct.size(), seen.size()) << "somebody was shown twice";
  for (const int number : stayed) EXPECT_TRUE(distinct.contains(number)) << number;
}

TEST_F(PeerServiceTest, ATokenIsGoodForItsOwnListOnly) {
  for (int i = 0; i < 3; ++i) Join(i, "a");
  v1::ListPeersRequest request;
  request.set_page_size(2);
  v1::ListPeersResponse response;
  CALL_OK(peers_, ListPeers, request, response);
  request.set_page_token(response.next_page_token());
  EXPECT_EQ(List(request), (std::vector<int>{2}));

  const auto expect_refused = [&](const v1::ListPeersRequest& with) {
    const auto status = CALL(peers_, ListPeers, with, response);
    EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_PAGE_TOKEN");
    EXPECT_EQ(BadFieldOf(status), "page_token");
  };
  v1::ListPeersRequest other = request;
  other.set_namespace_("a");
  expect_refused(other);
  other = request;
  other.set_hubs_only(true);
  expect_refused(other);
  other = request;
  other.set_page_token("garbage");
  expect_refused(other);
  other = request;
  other.set_page_token(request.page_token() + "A");
  expect_refused(other);
}

TEST_F(PeerServiceTest, RefusesANegativePageSize) {
  v1::ListPeersRequest request;
  request.set_page_size(-1);
  v1::ListPeersResponse response;
  const auto status = CALL(peers_, ListPeers, request, response);
  EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
  EXPECT_EQ(BadFieldOf(status), "page_size");
}

TEST_F(PeerServiceTest, DisconnectsAPeerAndSaysWhyEverywhere) {
  RawClient& peer = Join(1, "a");
  v1::DisconnectPeerRequest request;
  request.set_peer_id(PeerIdText(1));
  request.set_validate_only(true);
  v1::DisconnectPeerResponse response;
  CALL_OK(peers_, DisconnectPeer, request, response);
  Settle(peer);  // still there

  request.set_validate_only(false);
  CALL_OK(peers_, DisconnectPeer, request, response);
  const auto close = peer.ReadClose();
  ASSERT_TRUE(close.has_value());
  EXPECT_EQ(close->close_code(), 1000);
  EXPECT_EQ(close->close_text(), "Disconnected by operator");
  const auto left = Events(v1::EVENT_KIND_PEER_DISCONNECTED);
  ASSERT_EQ(left.size(), 1u);
  EXPECT_EQ(left[0].peer_disconnected().reason(), v1::REASON_OPERATOR);
  EXPECT_EQ(left[0].peer_disconnected().namespace_(), "a");

  EXPECT_REFUSED(CALL(peers_, DisconnectPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
  request.set_validate_only(true);
  EXPECT_REFUSED(CALL(peers_, DisconnectPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
}

}  // namespace
}  // namespace pigeonhub
