// SPDX-License-Identifier: Apache-2.0
//
// Streams of other hubs.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "tests/control/remote/two_hubs.h"

namespace pigeonhub {
namespace {

class WatchHubsTest : public TwoHubs {
 protected:
  // Reads until `enough` says so; false if the stream ended before.
  bool Watch(const v1::WatchEventsRequest& request,
             const std::function<bool(const v1::WatchEventsResponse&)>& enough) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    const auto reader = events_->WatchEvents(&context, request);
    v1::WatchEventsResponse item;
    bool found = false;
    while (!found && reader->Read(&item)) found = enough(item);
    if (found) context.TryCancel();
    status_ = reader->Finish();
    return found;
  }
  static v1::WatchEventsRequest RequestFor(const std::string& hub) {
    v1::WatchEventsRequest request;
    request.set_hub_id(hub);
    request.set_earliest(true);
    request.mutable_filter()->add_kinds(v1::EVENT_KIND_STARTED);
    return request;
  }
  grpc::Status status_;
};

TEST_F(WatchHubsTest, ShowsTheEventsOfAllAndWhoseEachIs) {
  std::set<std::string> hubs;
  EXPECT_TRUE(Watch(RequestFor("*"), [&](const v1::WatchEventsResponse& item) {
    EXPECT_NE(item.hub_id(), "");
    if (item.has_event()) {
      EXPECT_EQ(item.event().hub_id(), item.hub_id());
      hubs.insert(item.hub_id());
    }
    return hubs.size() == 2;
  }));
  EXPECT_EQ(hubs, (std::set<std::string>{own_id(), other_id()}));
}

TEST_F(WatchHubsTest, ShowsThoseOfOneOtherHub) {
  EXPECT_TRUE(Watch(RequestFor(other_id()), [&](const v1::WatchEventsResponse& item) {
    EXPECT_EQ(item.hub_id(), other_id());
    return item.has_event();
  }));
}

TEST_F(WatchHubsTest, GoesOnWhereEachHubWas) {
  std::map<std::string, v1::EventCursor> places;
  ASSERT_TRUE(Watch(RequestFor("*"), [&](const v1::WatchEventsResponse& item) {
    if (!item.has_event()) return false;
    v1::EventCursor& place = places[item.hub_id()];
    place.set_epoch(item.event().epoch());
    place.set_seq(item.event().seq() + 1);
    return places.size() == 2;
  }));
  v1::WatchEventsRequest request = RequestFor("*");
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_AUDIT);
  for (const auto& [hub, place] : places) {
    v1::HubCursor& from = *request.add_from_hubs();
    from.set_hub_id(hub);
    *from.mutable_cursor() = place;
  }
  for (HubServer* one : {&hub(), &other()}) {
    HubInternals(*one).RecordAudit({"m", "p", "o", "OK"});
  }
  std::set<std::string> hubs;
  EXPECT_TRUE(Watch(request, [&](const v1::WatchEventsResponse& item) {
    if (!item.has_event()) return false;
    EXPECT_EQ(item.event().kind(), v1::EVENT_KIND_AUDIT) << "nothing comes twice";
    hubs.insert(item.hub_id());
    return hubs.size() == 2;
  }));
}

// What is handed over at once does not count as waiting.
TEST_F(WatchHubsTest, GoesOnHoweverMuchHasComeOneByOne) {
  v1::WatchEventsRequest request = RequestFor(other_id());
  request.mutable_filter()->add_kinds(v1::EVENT_KIND_AUDIT);
  const std::string large(100'000, 'x');
  int seen = 0;
  EXPECT_TRUE(Watch(request, [&](const v1::WatchEventsResponse& item) {
    if (!item.has_event()) return false;
    if (seen++ == 20) return true;
    HubInternals(other()).RecordAudit({"m", "p", large, "OK"});
    return false;
  }));
}

TEST_F(WatchHubsTest, NamesAHubThatEndsAndGoesOnWithTheOthers) {
  bool stopped = false;
  bool named = false;
  EXPECT_TRUE(Watch(RequestFor("*"), [&](const v1::WatchEventsResponse& item) {
    if (item.has_event() && item.hub_id() == other_id() && !std::exchange(stopped, true)) {
      StopOtherControl();
    }
    if (item.has_unreachable()) {
      EXPECT_EQ(item.unreachable().hub_id(), other_id());
      EXPECT_FALSE(std::exchange(named, true)) << "once";
      HubInternals(hub()).RecordAudit({"m", "p", "o", "OK"});
    }
    return named;
  }));
}

TEST_F(WatchHubsTest, SaysWhatIsWrongWithARequest) {
  v1::WatchEventsRequest request = RequestFor(other_id());
  request.mutable_from()->set_seq(1'000'000);
  EXPECT_FALSE(
      Watch(request, [](const v1::WatchEventsResponse& item) { return item.has_event(); }));
  EXPECT_EQ(status_.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

// A drain of all takes the other hub out of the mesh, so that it is not heard to the end.
TEST_F(WatchHubsTest, EndsADrainOfAHubThatLeavesTheMeshAsDone) {
  RawClient peer(other().Addresses().front().port);
  ASSERT_EQ(peer.Upgrade("/?peerId=" + PeerIdText(2)), 101);
  ASSERT_NE(peer.ReadTextWith("\"connected\""), "");
  v1::DrainRequest request;
  request.set_hub_id(other_id());
  request.mutable_over()->set_seconds(1);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto reader = server_->Drain(&context, request);
  v1::DrainResponse progress;
  v1::DrainResponse last;
  while (reader->Read(&progress)) last = progress;
  const grpc::Status status = reader->Finish();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_TRUE(last.done()) << last.ShortDebugString();
  EXPECT_EQ(last.remaining(), 0);
  EXPECT_EQ(last.hub_id(), other_id());
  EXPECT_EQ(last.unreachable_size(), 0);
}

TEST_F(WatchHubsTest, SaysInTheAuditWhatTheOtherHubSaidToADrain) {
  v1::DrainRequest request;
  request.set_hub_id(other_id());
  request.mutable_over()->set_seconds(-1);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::minutes(1));
  const auto reader = server_->Drain(&context, request);
  v1::DrainResponse progress;
  EXPECT_FALSE(reader->Read(&progress));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(AuditsOf(hub()),
              testing::ElementsAre("local pigeonhub.v1.ServerService/Drain signaling "
                                   "INVALID_ARGUMENT at " +
                                   other_id()));
  EXPECT_THAT(AuditsOf(other()), testing::ElementsAre("local via hub " + own_id() +
                                                      " pigeonhub.v1.ServerService/Drain signaling "
                                                      "INVALID_ARGUMENT"));
}

TEST_F(WatchHubsTest, DrainsSomeOfAnotherHubAndSaysHowFarThatHasCome) {
  v1::DrainRequest request;
  request.set_hub_id(other_id());
  (*request.mutable_attributes())["plan"] = "free";
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto reader = server_->Drain(&context, request);
  v1::DrainResponse progress;
  bool done = false;
  while (reader->Read(&progress)) {
    EXPECT_EQ(progress.hub_id(), other_id());
    done = progress.done();
  }
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_TRUE(done);
  EXPECT_THAT(AuditsOf(hub()), testing::ElementsAre("local pigeonhub.v1.ServerService/Drain "
                                                    "plan=free OK at " +
                                                    other_id()));
  EXPECT_THAT(AuditsOf(other()),
              testing::ElementsAre("local via hub " + own_id() +
                                   " pigeonhub.v1.ServerService/Drain plan=free OK"));
}

TEST_F(WatchHubsTest, SaysHowManyADrainOfAllHubsWouldClose) {
  Join(1, "room");
  Join(2, "room");
  RawClient there(other().Addresses().front().port);
  ASSERT_EQ(there.Upgrade("/?peerId=" + PeerIdText(3)), 101);
  ASSERT_NE(there.ReadTextWith("\"connected\""), "");
  v1::DrainRequest request;
  request.set_hub_id("*");
  request.set_validate_only(true);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  const auto reader = server_->Drain(&context, request);
  v1::DrainResponse answer;
  ASSERT_TRUE(reader->Read(&answer)) << reader->Finish().error_message();
  ASSERT_EQ(answer.per_hub_size(), 2) << "the first answer waits for both";
  EXPECT_EQ(answer.per_hub(0).hub_id(), own_id());
  EXPECT_EQ(answer.per_hub(1).hub_id(), other_id());
  EXPECT_GE(answer.per_hub(0).total(), 2);
  EXPECT_GE(answer.per_hub(1).total(), 1);
  EXPECT_EQ(answer.total(), answer.per_hub(0).total() + answer.per_hub(1).total());
  EXPECT_EQ(answer.hub_id(), "") << "it is that of several";
  v1::DrainResponse more;
  EXPECT_FALSE(reader->Read(&more)) << more.ShortDebugString();
  EXPECT_TRUE(reader->Finish().ok());
}

}  // namespace
}  // namespace pigeonhub
