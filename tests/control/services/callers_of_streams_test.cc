// SPDX-License-Identifier: Apache-2.0
//
// Streams whose callers are taken out of --control-tokens, or get a lesser role, while they watch.
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>

#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "pigeonhub/v1/trace_service.grpc.pb.h"
#include "tests/control/events/watch_fixture.h"

namespace pigeonhub {
namespace {

namespace health = grpc::health::v1;
namespace reflection = grpc::reflection::v1;

constexpr char kStaying[] = "eye viewer viewer-token-0000\n";
constexpr char kOperator[] = "cat operator the-token-of-cat\n";

class CallersOfStreams : public WatchEventsTest {
 protected:
  void SetUp() override {
    const auto access = std::make_shared<AccessFile>(
        folder_.Write("tokens", std::string(kStaying) + kOperator), log_);
    ASSERT_TRUE(access->Load().ok());
    Setup setup;
    setup.reach.access = access;
    Start(setup);
    channel_ =
        grpc::CreateChannel(control().addresses().front(), grpc::InsecureChannelCredentials());
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    context_.AddMetadata("authorization", "Bearer the-token-of-cat");
  }
  void TakeOutCat() { folder_.Write("tokens", kStaying); }
  static grpc::Status EndOf(Watch& watch) {
    while (watch.Next().ByteSizeLong() > 0) {
    }
    return watch.Finish();
  }
  // Reads the first message of cat's stream, takes cat out, and reads to the end.
  template <typename Response, typename Stream>
  grpc::Status EndOf(const Stream& stream) {
    Response response;
    EXPECT_TRUE(stream->Read(&response));
    TakeOutCat();
    while (stream->Read(&response)) {
    }
    return stream->Finish();
  }

  std::shared_ptr<grpc::Channel> channel_;
  grpc::ClientContext context_;  // of cat
};

TEST_F(CallersOfStreams, LoseThemSoonOnceTheirTokenIsTakenOut) {
  Watch gone(*events_, {}, "the-token-of-cat");
  Watch stays(*events_, {}, "viewer-token-0000");
  ASSERT_TRUE(gone.Next().has_bookmark());
  ASSERT_TRUE(stays.Next().has_bookmark());
  TakeOutCat();
  const grpc::Status end = EndOf(gone);
  EXPECT_REFUSED(end, UNAUTHENTICATED, "NOT_AUTHENTICATED");
  EXPECT_EQ(end.error_message(),
            "the hub's --control-tokens file does not have the credential any more with which this "
            "stream was opened; open it again with one that it has");
  Happen(7);
  EXPECT_EQ(stays.NextEvent().audit().object(), "7");
}

TEST_F(CallersOfStreams, LoseThemWhenTheirRoleShrinksAndKeepThemWhenItGrows) {
  Watch shrinks(*events_, {}, "the-token-of-cat");
  Watch grows(*events_, {}, "viewer-token-0000");
  ASSERT_TRUE(shrinks.Next().has_bookmark());
  ASSERT_TRUE(grows.Next().has_bookmark());
  folder_.Write("tokens", "eye admin viewer-token-0000\ncat viewer the-token-of-cat\n");
  const grpc::Status end = EndOf(shrinks);
  EXPECT_REFUSED(end, PERMISSION_DENIED, "ROLE_MISSING");
  EXPECT_EQ(ErrorInfoOf(end).metadata().at("required_role"), "operator");
  Happen(7);
  EXPECT_EQ(grows.NextEvent().audit().object(), "7");
}

TEST_F(CallersOfStreams, LoseThoseOfAllHubs) {
  v1::WatchEventsRequest request;
  request.set_hub_id("*");
  request.set_earliest(true);
  const auto stream = events_->WatchEvents(&context_, request);
  EXPECT_REFUSED(EndOf<v1::WatchEventsResponse>(stream), UNAUTHENTICATED, "NOT_AUTHENTICATED");
}

TEST_F(CallersOfStreams, LoseThoseOfHandshakes) {
  v1::WatchHandshakeRequest request;
  request.set_namespace_("a");
  const auto stream = v1::TraceService::NewStub(channel_)->WatchHandshake(&context_, request);
  EXPECT_REFUSED(EndOf<v1::WatchHandshakeResponse>(stream), UNAUTHENTICATED, "NOT_AUTHENTICATED");
}

TEST_F(CallersOfStreams, LoseThatOfADrainWhichGoesOn) {
  Join(1, "a");
  v1::DrainRequest request;
  request.mutable_over()->set_seconds(3600);
  const auto stream = server_->Drain(&context_, request);
  EXPECT_REFUSED(EndOf<v1::DrainResponse>(stream), UNAUTHENTICATED, "NOT_AUTHENTICATED");
  EXPECT_EQ(hub().GetStats().hub.serving, Serving::kDraining);
}

TEST_F(CallersOfStreams, LoseThoseOfHealth) {
  const auto stream = health::Health::NewStub(channel_)->Watch(&context_, {});
  EXPECT_REFUSED(EndOf<health::HealthCheckResponse>(stream), UNAUTHENTICATED, "NOT_AUTHENTICATED");
}

TEST_F(CallersOfStreams, LoseThoseOfReflectionAlsoWhereTheyAskNothing) {
  const auto stub = reflection::ServerReflection::NewStub(channel_);
  const auto stream = stub->ServerReflectionInfo(&context_);
  reflection::ServerReflectionRequest question;
  question.set_list_services("");
  ASSERT_TRUE(stream->Write(question));
  EXPECT_REFUSED(EndOf<reflection::ServerReflectionResponse>(stream), UNAUTHENTICATED,
                 "NOT_AUTHENTICATED");
}

}  // namespace
}  // namespace pigeonhub
