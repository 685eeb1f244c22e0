// SPDX-License-Identifier: Apache-2.0
//
// Where peers are: here, at another hub, or gone.

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/control/control_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

// Peers 1 and 1001 are here, 2 and 1002 at another hub that this one dialed.
class FindPeerTest : public ControlTest {
 protected:
  FindPeerTest()
      : other_(std::make_unique<HubServer>(HubServerOptions{.port = 0,
                                                            .is_hub = true,
                                                            .hub_admission = HubAdmission::kOpen,
                                                            .auto_connect = false,
                                                            .io_threads = 1})) {}

  void SetUp() override {
    ASSERT_TRUE(other_->Start().ok());
    ControlTest::SetUp();
    ASSERT_TRUE(hub().ConnectToHub(url()).ok());
    Join(1, "room");
    Join(1001, "room");
    for (const int number : {2, 1002}) {
      RawClient& peer = *peers_there_.emplace_back(std::make_unique<RawClient>(other_port()));
      ASSERT_EQ(peer.Upgrade("/?peerId=" + PeerIdText(number)), 101);
      Announce(peer, "room", R"({"n":1})");
    }
    ASSERT_TRUE(Eventually([&] { return hub().GetStats().hub.remote_peers == 2; }));
  }

  uint16_t other_port() const { return other_->Addresses().front().port; }
  std::string url() const { return "ws://127.0.0.1:" + std::to_string(other_port()); }

  v1::FindPeerResponse Find(const std::string& id) {
    v1::FindPeerRequest request;
    request.set_peer_id(id);
    v1::FindPeerResponse response;
    const auto status = CALL(peers_, FindPeer, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  grpc::Status Refusal(const std::string& id, const std::string& network = {}) {
    v1::FindPeerRequest request;
    request.set_peer_id(id);
    request.set_namespace_(network);
    v1::FindPeerResponse response;
    return CALL(peers_, FindPeer, request, response);
  }
  // The numbers of the peers of all pages.
  std::vector<int> List(v1::ListPeersRequest request) {
    std::vector<int> numbers;
    do {
      v1::ListPeersResponse response;
      const auto status = CALL(peers_, ListPeers, request, response);
      EXPECT_TRUE(status.ok()) << status.error_message();
      for (const v1::Peer& peer : response.peers()) {
        if (!peer.is_hub()) numbers.push_back(std::stoi(peer.peer_id()));
      }
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return numbers;
  }

  std::unique_ptr<HubServer> other_;
  std::vector<std::unique_ptr<RawClient>> peers_there_;
};

TEST_F(FindPeerTest, FindsAPeerThatIsConnectedHere) {
  const v1::Peer peer = Find(PeerIdText(1)).peer();
  EXPECT_EQ(peer.peer_id(), PeerIdText(1));
  EXPECT_EQ(peer.remote_address(), "127.0.0.1");
  EXPECT_FALSE(peer.has_remote());
}

TEST_F(FindPeerTest, FindsAPeerOfAnotherHubAndTheLinkToIt) {
  const v1::Peer peer = Find(PeerIdText(2)).peer();
  EXPECT_EQ(peer.namespace_(), "room");
  EXPECT_EQ(peer.data_json(), R"({"n":1})");
  EXPECT_EQ(peer.remote().hub_id(), other_->GetStats().hub.hub_peer_id.text());
  EXPECT_EQ(peer.remote().link(), url());
  EXPECT_GT(peer.remote().since_time().seconds(), 0);
  EXPECT_FALSE(peer.remote().unreachable());
  EXPECT_FALSE(peer.has_connect_time());
}

TEST_F(FindPeerTest, TakesABeginningThatNoOtherHas) {
  const std::string beginning = PeerIdText(1002).substr(0, 37);
  const auto status = Refusal(beginning);
  EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
  EXPECT_EQ(BadFieldOf(status), "peer_id");
  EXPECT_NE(status.error_message().find(PeerIdText(1001)), std::string::npos)
      << status.error_message();
  EXPECT_NE(status.error_message().find(PeerIdText(1002)), std::string::npos);
  EXPECT_EQ(Find(PeerIdText(1002)).peer().peer_id(), PeerIdText(1002));
  hub().DisconnectPeer(*PeerId::Parse(PeerIdText(1001))).IgnoreError();
  EXPECT_EQ(Find(beginning).peer().peer_id(), PeerIdText(1002)) << "the other one has left";
}

TEST_F(FindPeerTest, SaysHowAPeerLeft) {
  hub().DisconnectPeer(*PeerId::Parse(PeerIdText(1))).IgnoreError();
  const v1::FindPeerResponse found = Find(PeerIdText(1));
  EXPECT_FALSE(found.has_peer());
  EXPECT_EQ(found.departure().reason(), v1::REASON_OPERATOR);
  EXPECT_EQ(found.departure().close_code(), 1000);
  EXPECT_EQ(found.departure().namespace_(), "room");
  EXPECT_GT(found.departure().event_seq(), 0u);
  EXPECT_EQ(found.departure().lost_hub(), "");
}

TEST_F(FindPeerTest, SaysThatAPeerWasLostWithItsHub) {
  const std::string lost(other_->GetStats().hub.hub_peer_id.text());
  other_.reset();
  ASSERT_TRUE(Eventually([&] { return hub().GetStats().hub.remote_peers == 0; }));
  const v1::FindPeerResponse found = Find(PeerIdText(2));
  EXPECT_EQ(found.departure().reason(), v1::REASON_HUB_UNREACHABLE);
  EXPECT_EQ(found.departure().lost_hub(), lost);
}

TEST_F(FindPeerTest, RefusesWhatIsNowhereOrNoId) {
  EXPECT_REFUSED(Refusal(PeerIdText(3)), NOT_FOUND, "PEER_NOT_FOUND");
  EXPECT_REFUSED(Refusal("ffff"), NOT_FOUND, "PEER_NOT_FOUND");
  EXPECT_REFUSED(Refusal(PeerIdText(1), "hall"), NOT_FOUND, "PEER_NOT_FOUND");
  EXPECT_TRUE(Refusal(PeerIdText(1), "room").ok());
  for (const char* id : {"", "xyz", "00000000000000000000000000000000000000001"}) {
    EXPECT_EQ(BadFieldOf(Refusal(id)), "peer_id") << id;
  }
}

TEST_F(FindPeerTest, ListsPeersOfOtherHubsBehindThoseThatAreHere) {
  v1::ListPeersRequest request;
  EXPECT_EQ(List(request), (std::vector<int>{1, 1001}));
  request.set_include_remote(true);
  request.set_namespace_("room");
  for (const int size : {0, 1, 2, 3, 4}) {
    request.set_page_size(size);
    EXPECT_EQ(List(request), (std::vector<int>{1, 1001, 2, 1002})) << size;
  }
  request.set_peer_id_prefix(PeerIdText(2));
  EXPECT_EQ(List(request), (std::vector<int>{2}));
}

TEST_F(FindPeerTest, GetPeerKnowsPeersOfOtherHubsIfAsked) {
  v1::GetPeerRequest request;
  request.set_peer_id(PeerIdText(2));
  v1::GetPeerResponse response;
  EXPECT_REFUSED(CALL(peers_, GetPeer, request, response), NOT_FOUND, "PEER_NOT_FOUND");
  request.set_include_remote(true);
  CALL_OK(peers_, GetPeer, request, response);
  EXPECT_EQ(response.peer().remote().link(), url());
}

}  // namespace
}  // namespace pigeonhub
