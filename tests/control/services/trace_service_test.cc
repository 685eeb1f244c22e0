// SPDX-License-Identifier: Apache-2.0
//
// Handshakes as a watcher sees them at one hub.
#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <google/protobuf/util/time_util.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "pigeonhub/v1/trace_service.grpc.pb.h"
#include "tests/control/control_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

using ::testing::ElementsAre;

class TraceWatch {
 public:
  TraceWatch(v1::TraceService::StubInterface& stub, const v1::WatchHandshakeRequest& request) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    stream_ = stub.WatchHandshake(&context_, request);
  }
  ~TraceWatch() {
    context_.TryCancel();
    if (!finished_) Finish();
  }
  // The next thing, or an empty one at the end.
  v1::WatchHandshakeResponse Next() {
    v1::WatchHandshakeResponse response;
    if (!stream_->Read(&response)) return {};
    return response;
  }
  // The next step, whatever bookmarks come before it.
  v1::HandshakeStep NextStep() {
    for (;;) {
      const v1::WatchHandshakeResponse next = Next();
      if (!next.has_bookmark()) {
        EXPECT_TRUE(next.has_step()) << next.ShortDebugString();
        return next.step();
      }
    }
  }
  grpc::Status Finish() {
    finished_ = true;
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderInterface<v1::WatchHandshakeResponse>> stream_;
  bool finished_ = false;
};

class TraceServiceTest : public ControlTest {
 protected:
  static v1::WatchHandshakeRequest PairOf(int one, int other) {
    v1::WatchHandshakeRequest request;
    request.set_peer_id(PeerIdText(one));
    request.set_other_peer_id(PeerIdText(other));
    return request;
  }
  static void Signal(RawClient& peer, const std::string& type, int target) {
    peer.SendText(R"({"type":")" + type + R"(","networkName":"a","targetPeerId":")" +
                  PeerIdText(target) + R"(","data":{}})");
  }
  v1::TraceService::StubInterface& trace() {
    if (trace_ == nullptr) {
      trace_ = v1::TraceService::NewStub(
          grpc::CreateChannel(control().addresses().front(), grpc::InsecureChannelCredentials()));
    }
    return *trace_;
  }
  std::string WhyRefused(const v1::WatchHandshakeRequest& request) {
    TraceWatch watch(trace(), request);
    EXPECT_EQ(watch.Next().item_case(), v1::WatchHandshakeResponse::ITEM_NOT_SET);
    return BadFieldOf(watch.Finish());
  }

  std::unique_ptr<v1::TraceService::StubInterface> trace_;
};

TEST_F(TraceServiceTest, ShowsAHandshakeFromTheAnnounceOn) {
  const int64_t before = clock_.Read().unix_ms;
  TraceWatch watch(trace(), PairOf(1, 2));
  ASSERT_TRUE(watch.Next().has_bookmark());
  RawClient& one = Join(1, "a");
  RawClient& two = Join(2, "a");
  Signal(one, "offer", 2);
  Settle(one);
  Signal(two, "answer", 1);
  Settle(two);
  std::vector<std::string> seen;
  v1::HandshakeStep step;
  for (int i = 0; i < 6; ++i) {
    step = watch.NextStep();
    seen.push_back(v1::HandshakeStepKind_Name(step.kind()).substr(20) + " " +
                   v1::HandshakeStage_Name(step.stage()).substr(16));
    EXPECT_EQ(step.namespace_(), "a");
    EXPECT_FALSE(step.has_time_error()) << "on the own clock";
  }
  EXPECT_THAT(seen, ElementsAre("ANNOUNCED HEARD", "ANNOUNCED HEARD", "DISCOVERED DELIVERED",
                                "DISCOVERED DELIVERED", "OFFER DELIVERED", "ANSWER DELIVERED"));
  EXPECT_EQ(step.from_peer_id(), PeerIdText(2));
  EXPECT_EQ(step.target_peer_id(), PeerIdText(1));
  const int64_t time = google::protobuf::util::TimeUtil::TimestampToMilliseconds(step.time());
  EXPECT_GE(time, before);
  EXPECT_LE(time, clock_.Read().unix_ms + 1);
}

TEST_F(TraceServiceTest, ShowsEachWatcherItsOwnHandshakes) {
  v1::WatchHandshakeRequest request;
  request.set_namespace_("a");
  TraceWatch of_pair(trace(), PairOf(1, 2));
  ASSERT_TRUE(of_pair.Next().has_bookmark());
  TraceWatch of_namespace(trace(), request);
  ASSERT_TRUE(of_namespace.Next().has_bookmark());
  Join(3, "a");
  Join(4, "b");
  Join(1, "a");
  EXPECT_EQ(of_pair.NextStep().from_peer_id(), PeerIdText(1));
  EXPECT_EQ(of_namespace.NextStep().from_peer_id(), PeerIdText(3));
  EXPECT_EQ(of_namespace.NextStep().from_peer_id(), PeerIdText(1));
}

TEST_F(TraceServiceTest, CostsNoEventOnceTheWatcherHasGone) {
  RawClient& one = Join(1, "a");
  Join(2, "a");
  {
    TraceWatch watch(trace(), PairOf(1, 2));
    ASSERT_TRUE(watch.Next().has_bookmark());
    Signal(one, "offer", 2);
    EXPECT_EQ(watch.NextStep().kind(), v1::HANDSHAKE_STEP_KIND_OFFER);
  }
  EXPECT_TRUE(Eventually([&] {
    const uint64_t before = Cursor().seq();
    Signal(one, "offer", 2);
    Settle(one);
    return Cursor().seq() == before;
  }));
}

TEST_F(TraceServiceTest, KeepsStepsOutOfTheEvents) {
  TraceWatch watch(trace(), PairOf(1, 2));
  ASSERT_TRUE(watch.Next().has_bookmark());
  Join(1, "a");
  watch.NextStep();
  for (const v1::Event& event : Events()) {
    EXPECT_NE(event.kind(), v1::EVENT_KIND_UNSPECIFIED) << event.ShortDebugString();
  }
}

TEST_F(TraceServiceTest, HasRoomForAFewWatchersAndNoMore) {
  RawClient& one = Join(1, "a");
  Join(2, "a");
  std::vector<std::unique_ptr<TraceWatch>> watches;
  for (size_t i = 0; i < kMostHandshakesWatched; ++i) {
    watches.push_back(std::make_unique<TraceWatch>(trace(), PairOf(1, 2)));
    ASSERT_TRUE(watches.back()->Next().has_bookmark());
  }
  TraceWatch one_more(trace(), PairOf(1, 2));
  EXPECT_EQ(one_more.Next().item_case(), v1::WatchHandshakeResponse::ITEM_NOT_SET);
  EXPECT_REFUSED(one_more.Finish(), RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS");
  Signal(one, "offer", 2);
  Settle(one);
  for (const auto& watch : watches) EXPECT_EQ(watch->NextStep().from_peer_id(), PeerIdText(1));
}

TEST_F(TraceServiceTest, WantsTwoPeersOrANamespace) {
  EXPECT_EQ(WhyRefused({}), "peer_id");
  v1::WatchHandshakeRequest request = PairOf(1, 2);
  request.set_namespace_("a");
  EXPECT_EQ(WhyRefused(request), "namespace");
  EXPECT_EQ(WhyRefused(PairOf(1, 1)), "other_peer_id");
  request = PairOf(1, 2);
  request.set_other_peer_id("x");
  EXPECT_EQ(WhyRefused(request), "other_peer_id");
  request.clear_other_peer_id();
  EXPECT_EQ(WhyRefused(request), "other_peer_id");
  request = PairOf(1, 2);
  request.set_hub_id(PeerIdText(7));
  TraceWatch elsewhere(trace(), request);
  EXPECT_REFUSED(elsewhere.Finish(), NOT_FOUND, "UNKNOWN_HUB_ID");
}

}  // namespace
}  // namespace pigeonhub
