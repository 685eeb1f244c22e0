// SPDX-License-Identifier: Apache-2.0
//
// What peers, namespaces, links and addresses did, and lists that are sorted by it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/control/control_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;

class CountersTest : public ControlTest {
 protected:
  void Offer(RawClient& from, const std::string& network, int target) {
    from.SendText(R"({"type":"offer","networkName":")" + network + R"(","targetPeerId":")" +
                  PeerIdText(target) + R"(","data":{"sdp":"xxxxxxxxxx"}})");
    Settle(from);
  }
  v1::Peer Get(int number) {
    v1::GetPeerRequest request;
    request.set_peer_id(PeerIdText(number));
    v1::GetPeerResponse response;
    const auto status = CALL(peers_, GetPeer, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.peer();
  }
  std::vector<int> Peers(const std::string& order_by, int page_size = 0) {
    v1::ListPeersRequest request;
    request.set_order_by(order_by);
    request.set_page_size(page_size);
    v1::ListPeersResponse response;
    const auto status = CALL(peers_, ListPeers, request, response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(response.next_page_token(), "");
    EXPECT_TRUE(response.has_cursor());
    std::vector<int> numbers;
    for (const v1::Peer& peer : response.peers()) numbers.push_back(std::stoi(peer.peer_id()));
    return numbers;
  }
};

TEST_F(CountersTest, SayWhatAPeerDid) {
  RawClient& one = Join(1, "room", R"({"n":1})");
  Join(2, "room");
  const v1::Peer before = Get(1);
  Offer(one, "room", 2);
  const v1::Peer after = Get(1);
  EXPECT_EQ(after.message_count() - before.message_count(), 2) << "an offer and a ping";
  EXPECT_GT(after.received_bytes() - before.received_bytes(), 100);
  EXPECT_EQ(after.sent_signal_count(), 1);
  EXPECT_EQ(after.received_signal_count(), 0);
  EXPECT_GT(after.announced_bytes(), 4);
  EXPECT_EQ(after.queue_bytes(), 0);
  EXPECT_TRUE(after.has_round_trip());
  EXPECT_EQ(Get(2).received_signal_count(), 1);
}

TEST_F(CountersTest, SortPeers) {
  // Times of connections are in milliseconds.
  const auto later = [] {
    const auto begin = std::chrono::system_clock::now();
    return Eventually(
        [&] { return std::chrono::system_clock::now() - begin >= std::chrono::milliseconds(2); });
  };
  RawClient& one = Join(1, "room");
  ASSERT_TRUE(later());
  RawClient& two = Join(2, "room");
  ASSERT_TRUE(later());
  Join(3, "room");
  for (int i = 0; i < 3; ++i) Offer(two, "room", 3);
  Offer(one, "room", 3);
  EXPECT_THAT(Peers("sent_signal_count desc"), ElementsAre(2, 1, 3));
  EXPECT_THAT(Peers("sent_signal_count"), ElementsAre(3, 1, 2));
  EXPECT_THAT(Peers("received_bytes desc", 1), ElementsAre(2));
  EXPECT_THAT(Peers("connect_time desc"), ElementsAre(3, 2, 1));
  EXPECT_EQ(Peers("queue_bytes desc").size(), 3u);
  for (const char* wrong : {"round_trip", "namespace", "x"}) {
    v1::ListPeersRequest request;
    request.set_order_by(wrong);
    v1::ListPeersResponse response;
    EXPECT_EQ(BadFieldOf(CALL(peers_, ListPeers, request, response)), "order_by") << wrong;
  }
}

TEST_F(CountersTest, CountTheHandshakeOfAPairOnceWhoeverOffered) {
  RawClient& one = Join(1, "room");
  RawClient& two = Join(2, "room");
  Offer(one, "room", 2);
  Offer(two, "room", 1);
  v1::GetStatsResponse stats;
  CALL_OK(server_, GetStats, v1::GetStatsRequest(), stats);
  EXPECT_EQ(stats.traffic().handshakes_offered(), 1);
  EXPECT_EQ(stats.traffic().handshakes_answered(), 0);
  EXPECT_EQ(stats.traffic().handshakes_connected(), 0);
}

TEST_F(CountersTest, KnowWhatIsQueuedForAPeerThatDoesNotRead) {
  RawClient& one = Join(1, "room");
  Join(2, "room");
  Join(3, "room");
  // As much as the kernel does not take.
  const std::string sdp(200'000, 'x');
  ASSERT_TRUE(Eventually([&] {
    one.SendText(R"({"type":"offer","networkName":"room","targetPeerId":")" + PeerIdText(2) +
                 R"(","data":{"sdp":")" + sdp + "\"}}");
    return Get(2).queue_bytes() > 0;
  }));
  EXPECT_EQ(Peers("queue_bytes desc", 1), std::vector<int>{2});
}

TEST_F(CountersTest, SayWhatHappensInANamespaceAndSortNamespaces) {
  RawClient& one = Join(1, "busy");
  Join(2, "busy");
  Join(3, "quiet");
  Offer(one, "busy", 2);
  v1::ListNamespacesRequest request;
  request.set_order_by("signal_count desc");
  request.set_page_size(1);
  v1::ListNamespacesResponse response;
  CALL_OK(namespaces_, ListNamespaces, request, response);
  ASSERT_EQ(response.namespaces_size(), 1);
  EXPECT_EQ(response.namespaces(0).name(), "busy");
  EXPECT_EQ(response.namespaces(0).signal_count(), 1);
  EXPECT_EQ(response.namespaces(0).signal_bytes(), 20);
  EXPECT_EQ(response.namespaces(0).join_count(), 2);
  EXPECT_EQ(response.namespaces(0).leave_count(), 0);
  EXPECT_EQ(response.next_page_token(), "");

  one.SendText(R"({"type":"announce","networkName":"quiet","data":{}})");
  Settle(one);
  request.set_order_by("leave_count desc");
  CALL_OK(namespaces_, ListNamespaces, request, response);
  ASSERT_EQ(response.namespaces_size(), 1);
  EXPECT_EQ(response.namespaces(0).name(), "busy");
  EXPECT_EQ(response.namespaces(0).leave_count(), 1);
  request.set_order_by("join_count");
  request.set_page_size(2);
  CALL_OK(namespaces_, ListNamespaces, request, response);
  ASSERT_EQ(response.namespaces_size(), 2);
  EXPECT_EQ(response.namespaces(1).join_count(), 2);

  request.set_order_by("name");
  EXPECT_EQ(BadFieldOf(CALL(namespaces_, ListNamespaces, request, response)), "order_by");
}

TEST_F(CountersTest, SayWhatCameOverALink) {
  RawClient& hub = Join(9, "pigeonhub-mesh", R"({"isHub":true})");
  hub.SendText(R"({"type":"ping"})");
  Settle(hub);
  v1::ListLinksRequest request;
  request.set_order_by("received_bytes desc");
  v1::ListLinksResponse response;
  CALL_OK(mesh_, ListLinks, request, response);
  ASSERT_EQ(response.links_size(), 1);
  EXPECT_GE(response.links(0).message_count(), 2);
  EXPECT_GT(response.links(0).received_bytes(), 20);
  EXPECT_TRUE(response.links(0).has_round_trip());
  request.set_order_by("state");
  EXPECT_EQ(BadFieldOf(CALL(mesh_, ListLinks, request, response)), "order_by");
}

TEST_F(CountersTest, SayWhatAnAddressHas) {
  RawClient& one = Join(1, "room");
  Join(2, "room");
  Offer(one, "room", 2);
  v1::ListAddressesRequest request;
  v1::ListAddressesResponse response;
  CALL_OK(server_, ListAddresses, request, response);
  ASSERT_EQ(response.addresses_size(), 1);
  const v1::Address& address = response.addresses(0);
  EXPECT_EQ(address.address(), "127.0.0.1");
  EXPECT_EQ(address.connection_count(), 2);
  EXPECT_EQ(address.join_count(), 2);
  EXPECT_EQ(address.refusal_count(), 0);
  EXPECT_EQ(address.sent_signal_count(), 1);
  EXPECT_GT(address.message_count(), 4);
  EXPECT_GT(address.received_bytes(), 100);
  request.set_order_by("address");
  EXPECT_EQ(BadFieldOf(CALL(server_, ListAddresses, request, response)), "order_by");
}

}  // namespace
}  // namespace pigeonhub
