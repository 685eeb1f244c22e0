// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <thread>

#include "tests/control/events/watch_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

TEST_F(WatchEventsTest, BeginsWithABookmarkAndGoesOnFromNow) {
  Happen(1);
  const auto cursor = Cursor();
  Watch watch(*events_, {});
  const auto first = watch.Next();
  ASSERT_TRUE(first.has_bookmark()) << first.ShortDebugString();
  EXPECT_EQ(first.bookmark().cursor().epoch(), cursor.epoch());
  EXPECT_EQ(first.bookmark().cursor().seq(), cursor.seq());
  Happen(2);
  const v1::Event event = watch.NextEvent();
  EXPECT_EQ(event.audit().object(), "2");
  EXPECT_EQ(event.seq(), cursor.seq());
  EXPECT_EQ(event.epoch(), cursor.epoch());
  EXPECT_EQ(event.hub_id(), hub().GetStats().hub.hub_peer_id.text());
  EXPECT_EQ(event.kind(), v1::EVENT_KIND_AUDIT);
  EXPECT_GT(event.time().seconds(), 0);
}

TEST_F(WatchEventsTest, TellsEveryKindOfEventWithItsParticulars) {
  Watch watch(*events_, From(Cursor()));
  RawClient& peer = Join(1, "a");
  Join(2, "a");
  peer.SendText(R"({"type":"goodbye","data":{}})");
  EXPECT_TRUE(peer.ReadClose().has_value());
  std::map<int, v1::Event> by_kind;
  while (!by_kind.contains(v1::EVENT_KIND_PEER_DISCONNECTED)) {
    const v1::Event event = watch.NextEvent();
    ASSERT_NE(event.kind(), v1::EVENT_KIND_UNSPECIFIED);
    by_kind.try_emplace(event.kind(), event);
  }
  EXPECT_EQ(by_kind.at(v1::EVENT_KIND_PEER_CONNECTED).peer_connected().remote_address(),
            "127.0.0.1");
  EXPECT_EQ(by_kind.at(v1::EVENT_KIND_NAMESPACE_CREATED).namespace_created().namespace_(), "a");
  EXPECT_EQ(by_kind.at(v1::EVENT_KIND_PEER_ANNOUNCED).peer_announced().peer_id(), PeerIdText(1));
  EXPECT_EQ(by_kind.at(v1::EVENT_KIND_PEER_GOODBYE).peer_goodbye().peer_id(), PeerIdText(1));
  const auto& left = by_kind.at(v1::EVENT_KIND_PEER_DISCONNECTED).peer_disconnected();
  EXPECT_EQ(left.reason(), v1::REASON_GOODBYE);
  EXPECT_EQ(left.close_code(), 1000);
  EXPECT_EQ(left.total_connections(), 1);
}

TEST_F(WatchEventsTest, LeavesNoHoleBetweenAListAndTheStream) {
  // Peers come all the while; each must be in the list or in the stream after it.
  std::jthread coming([this](std::stop_token) {
    for (int i = 0; i < 200; ++i) {
      RawClient client(port());
      client.Upgrade("/?peerId=" + PeerIdText(i));
      client.ReadTextWith("\"connected\"");
    }
  });
  ASSERT_TRUE(Eventually([&] { return internals().counters().connections_opened.value() > 50; }));
  v1::ListPeersRequest request;
  request.set_page_size(1000);
  v1::ListPeersResponse list;
  CALL_OK(peers_, ListPeers, request, list);
  Watch watch(*events_, From(list.cursor()));
  coming.join();

  std::set<std::string> here;
  for (const v1::Peer& peer : list.peers()) here.insert(peer.peer_id());
  const uint64_t end = Cursor().seq();
  for (uint64_t seq = list.cursor().seq(); seq < end; ++seq) {
    const v1::Event event = watch.NextEvent();
    ASSERT_EQ(event.seq(), seq);
    if (event.has_peer_connected()) here.insert(event.peer_connected().peer_id());
    if (event.has_peer_disconnected()) here.erase(event.peer_disconnected().peer_id());
  }
  v1::ListPeersResponse now;
  CALL_OK(peers_, ListPeers, request, now);
  std::set<std::string> expected;
  for (const v1::Peer& peer : now.peers()) expected.insert(peer.peer_id());
  // Who left since `end` may still be in the first set.
  for (const std::string& id : expected) EXPECT_TRUE(here.contains(id)) << id;
}

TEST_F(WatchEventsTest, FiltersByKindNamespaceAndPeer) {
  const auto cursor = Cursor();
  Join(1, "a");
  Join(2, "b");
  Happen(1);
  const auto seen = [&](const v1::EventFilter& filter) {
    std::vector<std::string> kinds;
    for (const v1::Event& event : Events(filter)) {
      if (event.seq() < cursor.seq()) continue;
      kinds.push_back(v1::EventKind_Name(event.kind()).substr(11));
    }
    return kinds;
  };
  using Kinds = std::vector<std::string>;
  v1::EventFilter filter;
  filter.set_namespace_("b");
  EXPECT_EQ(seen(filter), (Kinds{"NAMESPACE_CREATED", "PEER_ANNOUNCED"}));
  filter.add_exclude_kinds(v1::EVENT_KIND_PEER_ANNOUNCED);
  EXPECT_EQ(seen(filter), Kinds{"NAMESPACE_CREATED"});
  filter.Clear();
  filter.set_peer_id(PeerIdText(1));
  EXPECT_EQ(seen(filter), (Kinds{"PEER_CONNECTED", "PEER_ANNOUNCED"}));
  filter.add_kinds(v1::EVENT_KIND_PEER_CONNECTED);
  filter.add_kinds(v1::EVENT_KIND_AUDIT);
  EXPECT_EQ(seen(filter), Kinds{"PEER_CONNECTED"});
  filter.clear_peer_id();
  EXPECT_EQ(seen(filter), (Kinds{"PEER_CONNECTED", "PEER_CONNECTED", "AUDIT"}));
}

TEST_F(WatchEventsTest, RefusesAFilterOrAStartThatMakesNoSense) {
  v1::WatchEventsRequest request;
  const auto field = [&] {
    Watch watch(*events_, request);
    EXPECT_FALSE(watch.Next().has_bookmark());
    const auto status = watch.Finish();
    EXPECT_REFUSED(status, INVALID_ARGUMENT, "INVALID_REQUEST");
    return BadFieldOf(status);
  };
  request.mutable_filter()->add_kinds(static_cast<v1::EventKind>(99));
  EXPECT_EQ(field(), "filter.kinds[0]");
  request.Clear();
  request.mutable_filter()->add_exclude_kinds(v1::EVENT_KIND_UNSPECIFIED);
  EXPECT_EQ(field(), "filter.exclude_kinds[0]");
  request.Clear();
  request.mutable_filter()->set_peer_id("x");
  EXPECT_EQ(field(), "filter.peer_id");
  request.mutable_filter()->set_peer_id(PeerIdText(1));
  request.mutable_filter()->set_other_peer_id("x");
  EXPECT_EQ(field(), "filter.other_peer_id");
  request.mutable_filter()->clear_peer_id();
  request.mutable_filter()->set_other_peer_id(PeerIdText(2));
  EXPECT_EQ(field(), "filter.other_peer_id");
  request.Clear();
  request.mutable_from()->set_seq(1'000'000);
  EXPECT_EQ(field(), "from.seq");
  request.Clear();
  request.mutable_from_time()->set_nanos(-1);
  EXPECT_EQ(field(), "from_time");
}

TEST_F(WatchEventsTest, StartsAtATime) {
  Happen(1);
  const auto request_at = [](int64_t ms) {
    v1::WatchEventsRequest request;
    request.mutable_from_time()->set_seconds(ms / 1000);
    request.mutable_from_time()->set_nanos(static_cast<int32_t>(ms % 1000) * 1'000'000);
    return request;
  };
  const auto events = Events();
  const v1::Event& last = events.back();
  const int64_t ms = last.time().seconds() * 1000 + last.time().nanos() / 1'000'000;
  Watch from_start(*events_, request_at(0));
  EXPECT_EQ(from_start.NextEvent().seq(), 1u);
  Watch from_last(*events_, request_at(ms));
  EXPECT_LE(from_last.NextEvent().seq(), last.seq());
  Watch from_future(*events_, request_at(ms + 3'600'000));
  EXPECT_EQ(from_future.Next().bookmark().cursor().seq(), last.seq() + 1);
}

TEST_F(WatchEventsTest, SendsBookmarksWhenQuietAndWhenNothingMatches) {
  Setup setup;
  setup.watching.bookmark_after = std::chrono::milliseconds(50);
  Start(setup);
  v1::WatchEventsRequest request;
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_ERROR);
  Watch watch(*events_, request);
  ASSERT_TRUE(watch.Next().has_bookmark());
  ASSERT_TRUE(watch.Next().has_bookmark());
  Happen(1, 10);
  const uint64_t end = Cursor().seq();
  uint64_t reached = 0;
  while (reached < end) {
    const auto next = watch.Next();
    ASSERT_TRUE(next.has_bookmark()) << next.ShortDebugString();
    EXPECT_GE(next.bookmark().cursor().seq(), reached);
    reached = next.bookmark().cursor().seq();
  }
  EXPECT_EQ(reached, end);
}

TEST_F(WatchEventsTest, MovesTheCursorThroughLongStretchesThatDoNotMatch) {
  Setup setup;
  setup.watching.bookmark_after = std::chrono::hours(1);
  Start(setup);
  v1::WatchEventsRequest request;
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_ERROR);
  Watch watch(*events_, request);
  const uint64_t begin = watch.Next().bookmark().cursor().seq();
  Happen(1, 1200);
  const auto next = watch.Next();
  ASSERT_TRUE(next.has_bookmark()) << next.ShortDebugString();
  EXPECT_GE(next.bookmark().cursor().seq(), begin + 1000);
}

TEST_F(WatchEventsTest, EndsWhenTheHubGoesAway) {
  Watch watch(*events_, {});
  ASSERT_TRUE(watch.Next().has_bookmark());
  std::thread stopping([this] { StopControl(); });
  EXPECT_FALSE(watch.Next().has_event());
  EXPECT_EQ(watch.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  stopping.join();
}

}  // namespace
}  // namespace pigeonhub
