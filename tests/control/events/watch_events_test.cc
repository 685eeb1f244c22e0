// SPDX-License-Identifier: Apache-2.0

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "tests/control/control_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

// One WatchEvents stream, read step by step.
class Watch {
 public:
  Watch(v1::EventService::StubInterface& stub, const v1::WatchEventsRequest& request,
        const std::string& token = {}) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    if (!token.empty()) context_.AddMetadata("authorization", "Bearer " + token);
    stream_ = stub.WatchEvents(&context_, request);
  }
  ~Watch() {
    context_.TryCancel();
    if (!finished_) Finish();
  }

  // The next thing, or an empty one at the end.
  v1::WatchEventsResponse Next() {
    v1::WatchEventsResponse response;
    if (!stream_->Read(&response)) return {};
    return response;
  }
  // The next event, whatever bookmarks come before it.
  v1::Event NextEvent() {
    for (;;) {
      const v1::WatchEventsResponse next = Next();
      if (!next.has_bookmark()) {
        EXPECT_TRUE(next.has_event()) << next.ShortDebugString();
        return next.event();
      }
    }
  }
  grpc::Status Finish() {
    finished_ = true;
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderInterface<v1::WatchEventsResponse>> stream_;
  bool finished_ = false;
};

class WatchEventsTest : public ControlTest {
 protected:
  static v1::WatchEventsRequest From(const v1::EventCursor& cursor) {
    v1::WatchEventsRequest request;
    *request.mutable_from() = cursor;
    return request;
  }
  static v1::WatchEventsRequest Earliest() {
    v1::WatchEventsRequest request;
    request.set_earliest(true);
    return request;
  }
  // Something happens: one event, about `number`.
  void Happen(int number) {
    hub().RecordAudit({"method", "principal", std::to_string(number), "OK"});
  }
  void Happen(int first, int last) {
    for (int number = first; number <= last; ++number) Happen(number);
  }
  // So many events that are no audit events: reports that peers are connected.
  void Flood(RawClient& peer, int count) {
    const std::string report = R"({"type":"cleanup","data":{"peerId":")" + PeerIdText(1) +
                               R"(","targetPeerId":")" + PeerIdText(2) +
                               R"(","reason":"connection_established"}})";
    for (int i = 0; i < count; ++i) {
      peer.SendText(report);
      if (i % 100 == 99) Settle(peer);
    }
    Settle(peer);
  }
  // More events than the log keeps.
  static constexpr int kMoreThanKept = 9000;
};

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
  ASSERT_TRUE(Eventually([&] { return hub().counters().connections_opened.value() > 50; }));
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

TEST_F(WatchEventsTest, SaysExactlyHowManyAreMissingWhenItComesTooLate) {
  const auto cursor = Cursor();
  Happen(1, kMoreThanKept);
  const uint64_t oldest = hub().events().oldest();
  ASSERT_GT(oldest, cursor.seq());
  Watch watch(*events_, From(cursor));
  const auto gap = watch.Next();
  ASSERT_TRUE(gap.has_gap()) << gap.ShortDebugString();
  EXPECT_EQ(gap.gap().missing(), oldest - cursor.seq());
  EXPECT_EQ(gap.gap().resume().seq(), oldest);
  EXPECT_FALSE(gap.gap().epoch_changed());
  EXPECT_EQ(watch.NextEvent().seq(), oldest);

  Watch earliest(*events_, Earliest());
  EXPECT_EQ(earliest.Next().bookmark().cursor().seq(), hub().events().oldest())
      << "asked for what there is: no gap";
}

TEST_F(WatchEventsTest, SaysThatNobodyKnowsHowManyAreMissingAfterARestart) {
  v1::EventCursor cursor;
  cursor.set_epoch("another run");
  cursor.set_seq(7);
  Watch watch(*events_, From(cursor));
  const auto gap = watch.Next();
  ASSERT_TRUE(gap.has_gap()) << gap.ShortDebugString();
  EXPECT_TRUE(gap.gap().epoch_changed());
  EXPECT_EQ(gap.gap().missing(), 0u);
  EXPECT_EQ(gap.gap().resume().epoch(), hub().epoch());
  EXPECT_EQ(watch.NextEvent().seq(), gap.gap().resume().seq());
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

// A watcher is killed at random places and resumes behind the last thing it saw, now and then so
// late that the log has moved on. Every number comes once, or in one gap that counts it.
TEST_F(WatchEventsTest, KilledAndResumedItSeesEachEventOnceOrCountsIt) {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const auto upto = [&](int most) { return static_cast<int>(random() % most) + 1; };
    v1::EventCursor place = Cursor();
    const uint64_t begin = place.seq();
    uint64_t accounted = 0;
    int gaps = 0;
    int expected_gaps = 0;
    for (int round = 0; round < 8; ++round) {
      const bool late = upto(4) == 1;
      Happen(1, late ? kMoreThanKept + upto(100) : upto(300));
      expected_gaps += hub().events().oldest() > place.seq();
      Watch watch(*events_, From(place));
      for (int left = round == 7 ? INT32_MAX : upto(200); left > 0; --left) {
        if (place.seq() == Cursor().seq()) break;
        const auto next = watch.Next();
        if (next.has_gap()) {
          accounted += next.gap().missing();
          ASSERT_EQ(next.gap().resume().seq(), place.seq() + next.gap().missing());
          place = next.gap().resume();
          ++gaps;
        } else if (next.has_event()) {
          ASSERT_EQ(next.event().seq(), place.seq());
          place.set_seq(next.event().seq() + 1);
          ++accounted;
        } else {
          ASSERT_TRUE(next.has_bookmark()) << "the stream ended";
          ASSERT_EQ(next.bookmark().cursor().seq(), place.seq());
        }
      }
    }
    EXPECT_EQ(accounted, Cursor().seq() - begin);
    EXPECT_EQ(gaps, expected_gaps);
  }
}

TEST_F(WatchEventsTest, OneThatDoesNotReadMissesAnExactCountAndTheOthersNothing) {
  constexpr int kWatchers = 1000;
  constexpr int kEvents = 50;
  Setup setup;
  setup.watching.max_watchers_each = kWatchers + 1;
  Start(setup);
  const auto cursor = Cursor();
  Watch stuck(*events_, From(cursor));
  {
    std::vector<std::unique_ptr<Watch>> watchers;
    for (int i = 0; i < kWatchers; ++i) {
      watchers.push_back(std::make_unique<Watch>(*events_, From(cursor)));
    }
    Happen(1, kEvents);
    for (auto& watch : watchers) {
      for (int i = 1; i <= kEvents; ++i) {
        ASSERT_EQ(watch->NextEvent().audit().object(), std::to_string(i));
      }
    }
  }
  // Now the log moves on without the stuck one, which has long been full.
  uint64_t missing = 0;
  Happen(1, kMoreThanKept);
  Happen(1, kMoreThanKept);
  const uint64_t end = Cursor().seq();
  uint64_t next_seq = cursor.seq();
  int gaps = 0;
  while (next_seq < end) {
    const auto next = stuck.Next();
    if (next.has_gap()) {
      ++gaps;
      missing += next.gap().missing();
      next_seq += next.gap().missing();
      ASSERT_EQ(next.gap().resume().seq(), next_seq);
    } else if (next.has_event()) {
      ASSERT_EQ(next.event().seq(), next_seq);
      ++next_seq;
    } else {
      ASSERT_TRUE(next.has_bookmark());
    }
  }
  EXPECT_GE(gaps, 1);
  EXPECT_GT(missing, 0u);
}

TEST_F(WatchEventsTest, RefusesMoreWatchersThanItServesAndTakesThemAgainLater) {
  Setup setup;
  setup.watching.max_watchers = 2;
  Start(setup);
  auto first = std::make_unique<Watch>(*events_, v1::WatchEventsRequest());
  Watch second(*events_, {});
  ASSERT_TRUE(first->Next().has_bookmark());
  ASSERT_TRUE(second.Next().has_bookmark());
  {
    Watch third(*events_, {});
    EXPECT_FALSE(third.Next().has_bookmark());
    EXPECT_REFUSED(third.Finish(), RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS");
  }
  first.reset();
  EXPECT_TRUE(Eventually([&] {
    Watch again(*events_, {});
    return again.Next().has_bookmark();
  }));
}

TEST_F(WatchEventsTest, OneCallerDoesNotTakeThePlacesOfAll) {
  const auto access = std::make_shared<AccessFile>(
      folder_.Write("tokens", "eye viewer viewer-token-0000\near viewer viewer-token-1111\n"),
      log_);
  ASSERT_TRUE(access->Load().ok());
  Setup setup;
  setup.reach.access = access;
  Start(setup);
  EXPECT_EQ(setup.watching.max_watchers_each, 64u);
  std::vector<std::unique_ptr<Watch>> watchers;
  for (size_t i = 0; i < setup.watching.max_watchers_each; ++i) {
    watchers.push_back(
        std::make_unique<Watch>(*events_, v1::WatchEventsRequest(), "viewer-token-0000"));
    ASSERT_TRUE(watchers.back()->Next().has_bookmark());
  }
  Watch one_more(*events_, {}, "viewer-token-0000");
  EXPECT_FALSE(one_more.Next().has_bookmark());
  const auto status = one_more.Finish();
  EXPECT_REFUSED(status, RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS");
  EXPECT_EQ(status.error_message(),
            "this caller watches events 64 times already, which is the most for one; end one of "
            "these streams");
  Watch another(*events_, {}, "viewer-token-1111");
  EXPECT_TRUE(another.Next().has_bookmark());
  watchers.pop_back();
  EXPECT_TRUE(Eventually([&] {
    Watch again(*events_, {}, "viewer-token-0000");
    return again.Next().has_bookmark();
  }));
}

TEST_F(WatchEventsTest, NothingThatPeersDoPushesOutWhatAnOperatorChanged) {
  Happen(1);
  const uint64_t audit = Cursor().seq() - 1;
  RawClient& peer = Join(1, "a");
  Join(2, "a");
  Flood(peer, 8300);
  ASSERT_GT(Cursor().seq(), audit + 8300);
  const auto audits = Events(v1::EVENT_KIND_AUDIT);
  ASSERT_EQ(audits.size(), 1u);
  EXPECT_EQ(audits[0].seq(), audit);

  // One stream, in order: the audit event, one gap, the rest.
  v1::EventCursor from = Cursor();
  from.set_seq(audit);
  const uint64_t end = Cursor().seq();
  Watch watch(*events_, From(from));
  uint64_t next = audit;
  int gaps = 0;
  while (next < end) {
    const auto item = watch.Next();
    if (item.has_event()) {
      ASSERT_EQ(item.event().seq(), next++);
    } else if (item.has_gap()) {
      ++gaps;
      next += item.gap().missing();
      ASSERT_EQ(item.gap().resume().seq(), next);
    } else {
      ASSERT_TRUE(item.has_bookmark());
    }
  }
  EXPECT_EQ(gaps, 1);
}

TEST_F(WatchEventsTest, AListSaysWhatIsMissingBetweenItsEvents) {
  RawClient& peer = Join(1, "a");
  Join(2, "a");
  Happen(1);
  v1::ListEventsRequest request;
  request.set_page_size(3);
  v1::ListEventsResponse page;
  CALL_OK(events_, ListEvents, request, page);
  EXPECT_EQ(page.oldest_kept(), 1u);
  EXPECT_EQ(page.gaps_size(), 0);
  request.set_page_token(page.next_page_token());

  // What the next page would have begun with is gone when it is asked for, but for the audit event.
  const uint64_t audit = Cursor().seq() - 1;
  const uint64_t next = page.cursor().seq();
  ASSERT_LT(next, audit);
  Flood(peer, 8300);
  CALL_OK(events_, ListEvents, request, page);
  ASSERT_EQ(page.events_size(), 3);
  EXPECT_EQ(page.events(0).seq(), audit);
  ASSERT_EQ(page.gaps_size(), 2);
  EXPECT_EQ(page.gaps(0).missing(), audit - next);
  EXPECT_EQ(page.gaps(0).resume().seq(), audit);
  EXPECT_EQ(page.gaps(1).resume().seq(), page.events(1).seq());
  EXPECT_EQ(page.gaps(1).missing(), page.events(1).seq() - audit - 1);
  EXPECT_EQ(page.gaps(1).resume().epoch(), hub().epoch());
  EXPECT_EQ(page.oldest_kept(), audit);

  request.clear_page_token();
  CALL_OK(events_, ListEvents, request, page);
  EXPECT_EQ(page.events(0).seq(), page.oldest_kept()) << "a list begins with what is kept";
  EXPECT_EQ(page.gaps_size(), 1);
}

TEST_F(WatchEventsTest, EndsWhenTheHubGoesAway) {
  Watch watch(*events_, {});
  ASSERT_TRUE(watch.Next().has_bookmark());
  std::thread stopping([this] { StopControl(); });
  EXPECT_FALSE(watch.Next().has_event());
  EXPECT_EQ(watch.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  stopping.join();
}

TEST_F(WatchEventsTest, ListsTheLogPageByPage) {
  Happen(1, 25);
  v1::ListEventsRequest request;
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_AUDIT);
  request.set_page_size(10);
  int next = 1;
  int pages = 0;
  v1::ListEventsResponse response;
  do {
    CALL_OK(events_, ListEvents, request, response);
    for (const v1::Event& event : response.events()) {
      EXPECT_EQ(event.audit().object(), std::to_string(next++));
    }
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!response.next_page_token().empty());
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(next, 26);
  EXPECT_EQ(response.cursor().seq(), Cursor().seq());
  request.set_page_token("garbage");
  EXPECT_REFUSED(CALL(events_, ListEvents, request, response), INVALID_ARGUMENT,
                 "INVALID_PAGE_TOKEN");
}

}  // namespace
}  // namespace pigeonhub
