// SPDX-License-Identifier: Apache-2.0
//
// Signals become events only while somebody watches them.
#include <gtest/gtest.h>

#include <cstdint>

#include "tests/control/events/watch_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

TEST_F(WatchEventsTest, ShowsSignalsOnlyToWhoAsksForThem) {
  RawClient& sender = Join(1, "a");
  Join(2, "a");
  const auto offer = [&] {
    sender.SendText(R"({"type":"offer","networkName":"a","targetPeerId":")" + PeerIdText(2) +
                    R"(","data":{"sdp":"secret"}})");
    Settle(sender);
  };
  const auto cursor = Cursor();
  offer();
  EXPECT_EQ(Cursor().seq(), cursor.seq()) << "nobody asked, so no event is made";

  v1::WatchEventsRequest request;
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_SIGNAL_RELAYED);
  {
    Watch watch(*events_, request);
    ASSERT_TRUE(watch.Next().has_bookmark());
    offer();
    const v1::Event event = watch.NextEvent();
    EXPECT_EQ(event.signal_relayed().type(), v1::SIGNAL_TYPE_OFFER);
    EXPECT_EQ(event.signal_relayed().from_peer_id(), PeerIdText(1));
    EXPECT_EQ(event.signal_relayed().target_peer_id(), PeerIdText(2));
    EXPECT_EQ(event.signal_relayed().namespace_(), "a");
    EXPECT_GT(event.signal_relayed().payload_bytes(), 0);
    EXPECT_EQ(event.DebugString().find("secret"), std::string::npos);
  }
  // The watcher has gone; soon nothing is made any more.
  EXPECT_TRUE(Eventually([&] {
    const uint64_t before = Cursor().seq();
    offer();
    return Cursor().seq() == before;
  }));
}

TEST_F(WatchEventsTest, ShowsEverySignalOfAPeerAndOfAPair) {
  RawClient& one = Join(1, "a");
  RawClient& two = Join(2, "a");
  Join(3, "a");
  const auto offer = [&](RawClient& sender, int target) {
    sender.SendText(R"({"type":"offer","networkName":"a","targetPeerId":")" + PeerIdText(target) +
                    R"(","data":{}})");
  };
  v1::WatchEventsRequest request;
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_SIGNAL_RELAYED);
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_SIGNAL_DROPPED);
  request.mutable_filter()->set_peer_id(PeerIdText(1));
  Watch of_peer(*events_, request);
  ASSERT_TRUE(of_peer.Next().has_bookmark());
  request.mutable_filter()->set_other_peer_id(PeerIdText(3));
  Watch of_pair(*events_, request);
  ASSERT_TRUE(of_pair.Next().has_bookmark());

  constexpr int kMany = 200;  // more than the sample of all signals in a second
  for (int i = 0; i < kMany; ++i) offer(two, 3);
  for (int i = 0; i < kMany; ++i) offer(one, 2);
  offer(one, 3);
  offer(one, 4);
  Settle(two);
  for (int i = 0; i < kMany; ++i) {
    EXPECT_EQ(of_peer.NextEvent().signal_relayed().target_peer_id(), PeerIdText(2));
  }
  EXPECT_EQ(of_peer.NextEvent().signal_relayed().target_peer_id(), PeerIdText(3));
  const v1::Event dropped = of_peer.NextEvent();
  EXPECT_EQ(dropped.signal_dropped().target_peer_id(), PeerIdText(4));
  EXPECT_EQ(dropped.signal_dropped().reason(), v1::REASON_SIGNAL_UNKNOWN_TARGET);
  EXPECT_EQ(of_pair.NextEvent().signal_relayed().target_peer_id(), PeerIdText(3));
}

TEST_F(WatchEventsTest, KeepsWhatOthersDidWhileSignalsAreWatched) {
  RawClient& sender = Join(1, "a");
  Join(2, "a");
  Happen(1);
  v1::WatchEventsRequest request;
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_SIGNAL_RELAYED);
  request.mutable_filter()->set_peer_id(PeerIdText(1));
  Watch watch(*events_, request);
  ASSERT_TRUE(watch.Next().has_bookmark());
  for (int i = 0; i < kMoreThanKept; ++i) {
    sender.SendText(R"({"type":"ice-candidate","networkName":"a","targetPeerId":")" +
                    PeerIdText(2) + R"(","data":{}})");
    if (i % 500 == 0) Settle(sender);
  }
  Settle(sender);
  EXPECT_EQ(Events(v1::EVENT_KIND_AUDIT).size(), 1u);
  EXPECT_EQ(Events(v1::EVENT_KIND_PEER_CONNECTED).size(), 2u);
  v1::WatchEventsRequest from_start;
  from_start.mutable_from()->set_seq(1);
  Watch others(*events_, from_start);
  EXPECT_TRUE(others.Next().has_bookmark()) << "nothing that it may see is missing";
}

}  // namespace
}  // namespace pigeonhub
