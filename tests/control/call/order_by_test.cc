// SPDX-License-Identifier: Apache-2.0

#include "control/call/order_by.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pigeonhub/v1/peer_service.pb.h"

namespace pigeonhub {
namespace {

Parsed<OrderBy> OfPeers(const std::string& text) {
  return OrderBy::Parse(text, *v1::Peer::descriptor());
}

v1::Peer Some(const std::string& name, int64_t bytes, int64_t second = 0) {
  v1::Peer peer;
  peer.set_namespace_(name);
  peer.set_received_bytes(bytes);
  if (second > 0) peer.mutable_connect_time()->set_seconds(second);
  return peer;
}

// The names of the first `wanted` in the order.
std::string First(const std::string& order_by, size_t wanted, const std::vector<v1::Peer>& peers) {
  const Parsed<OrderBy> order = OfPeers(order_by);
  EXPECT_TRUE(order.ok()) << order_by;
  FirstOf<v1::Peer> first(order.value, wanted);
  for (const v1::Peer& peer : peers) first.Add(peer);
  std::string names;
  for (const v1::Peer& peer : first.Take()) names += peer.namespace_();
  return names;
}

TEST(OrderBy, SortsByNumbersUpAndDown) {
  const std::vector<v1::Peer> peers = {Some("b", 2), Some("c", 3), Some("a", 1)};
  EXPECT_EQ(First("received_bytes", 9, peers), "abc");
  EXPECT_EQ(First("received_bytes desc", 9, peers), "cba");
  EXPECT_EQ(First("received_bytes desc", 2, peers), "cb");
}

TEST(OrderBy, SortsByTimesAndHasThoseWithoutOneLast) {
  const std::vector<v1::Peer> peers = {Some("x", 0), Some("b", 0, 20), Some("a", 0, 10)};
  EXPECT_EQ(First("connect_time", 9, peers), "abx");
  EXPECT_EQ(First("connect_time desc", 9, peers), "bax");
}

TEST(OrderBy, KeepsTheFirstOfManyInTheOrderOfTheList) {
  std::vector<v1::Peer> peers;
  for (int i = 0; i < 1000; ++i) peers.push_back(Some("-", i % 7 == 0 ? 1 : 2));
  peers.push_back(Some("z", 9));
  peers.push_back(Some("y", 9));
  EXPECT_EQ(First("received_bytes desc", 3, peers), "zy-");
}

TEST(OrderBy, IsNoneWhereNoneIsAskedFor) {
  EXPECT_TRUE(OfPeers("").ok());
  EXPECT_FALSE(OfPeers("").value.is_given());
}

TEST(OrderBy, RefusesWhatCannotBeCompared) {
  for (const char* text : {"nothing", "received_bytes asc", "received_bytes  desc", " desc",
                           "token", "is_hub", "peer_id", "receivedBytes"}) {
    const Parsed<OrderBy> order = OfPeers(text);
    ASSERT_FALSE(order.ok()) << text;
    EXPECT_EQ(order.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_NE(order.status.error_message().find("received_bytes"), std::string::npos)
        << order.status.error_message();
  }
}

}  // namespace
}  // namespace pigeonhub
