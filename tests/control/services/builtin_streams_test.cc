// SPDX-License-Identifier: Apache-2.0
//
// Streams of what every gRPC server has, health and reflection: for whom, and how many.
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "grpc/reflection/v1/reflection.grpc.pb.h"
#include "tests/control/events/watch_fixture.h"
#include "tests/support/eventually.h"

namespace pigeonhub {
namespace {

namespace health = grpc::health::v1;
namespace reflection = grpc::reflection::v1;

constexpr char kViewer[] = "viewer-token-0000";
constexpr char kOtherViewer[] = "viewer-token-1111";

// One stream of grpc.health.v1.
class HealthStream {
 public:
  HealthStream(const std::shared_ptr<grpc::Channel>& channel, const std::string& service,
               const std::string& token) {
    context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
    if (!token.empty()) context_.AddMetadata("authorization", "Bearer " + token);
    health::HealthCheckRequest request;
    request.set_service(service);
    stream_ = health::Health::NewStub(channel)->Watch(&context_, request);
  }
  ~HealthStream() {
    context_.TryCancel();
    if (!finished_) Finish();
  }
  // The next status; -1 at the end.
  int Next() {
    health::HealthCheckResponse response;
    return stream_->Read(&response) ? response.status() : -1;
  }
  grpc::Status Finish() {
    finished_ = true;
    return stream_->Finish();
  }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<health::HealthCheckResponse>> stream_;
  bool finished_ = false;
};

class BuiltinStreams : public WatchEventsTest {
 protected:
  void SetUp() override {
    const auto access = std::make_shared<AccessFile>(
        folder_.Write("tokens", std::string("eye viewer ") + kViewer + "\near viewer " +
                                    kOtherViewer + "\nroot admin admin-token-00000\n"),
        log_);
    ASSERT_TRUE(access->Load().ok());
    Setup setup;
    setup.reach.access = access;
    Start(setup);
    channel_ =
        grpc::CreateChannel(control().addresses().front(), grpc::InsecureChannelCredentials());
  }
  grpc::Status Reflect(const std::string& token) {
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
    if (!token.empty()) context.AddMetadata("authorization", "Bearer " + token);
    const auto stub = reflection::ServerReflection::NewStub(channel_);
    const auto stream = stub->ServerReflectionInfo(&context);
    // The caller keeps his side open: the hub must not wait for him.
    reflection::ServerReflectionResponse answer;
    if (!token.empty()) stream->WritesDone();
    stream->Read(&answer);
    return stream->Finish();
  }
  // The audit events of this method.
  size_t Audits(const std::string& method) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer admin-token-00000");
    v1::ListEventsRequest request;
    request.mutable_filter()->add_kinds(v1::EVENT_KIND_AUDIT);
    v1::ListEventsResponse response;
    EXPECT_TRUE(events_->ListEvents(&context, request, &response).ok());
    size_t count = 0;
    for (const v1::Event& event : response.events()) {
      if (event.audit().method() == method) ++count;
    }
    return count;
  }

  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(BuiltinStreams, EndAtOnceForStrangers) {
  for (int i = 0; i < 3; ++i) {
    HealthStream stream(channel_, "", "");
    EXPECT_EQ(stream.Next(), -1);
    EXPECT_REFUSED(stream.Finish(), UNAUTHENTICATED, "NOT_AUTHENTICATED");
    EXPECT_REFUSED(Reflect(""), UNAUTHENTICATED, "NOT_AUTHENTICATED");
  }
}

TEST_F(BuiltinStreams, TakePlacesOfTheirCallerWhichAreAsManyAsForEvents) {
  std::vector<std::unique_ptr<HealthStream>> streams;
  for (size_t i = 0; i < StreamPlaces::Limits().each - 1; ++i) {
    streams.push_back(std::make_unique<HealthStream>(channel_, "", kViewer));
    ASSERT_EQ(streams.back()->Next(), health::HealthCheckResponse::SERVING);
  }
  Watch events(*events_, {}, kViewer);
  ASSERT_TRUE(events.Next().has_bookmark());

  HealthStream one_more(channel_, "", kViewer);
  EXPECT_EQ(one_more.Next(), -1);
  const grpc::Status status = one_more.Finish();
  EXPECT_REFUSED(status, RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS");
  EXPECT_EQ(status.error_message(),
            "this caller has 64 streams open already, which is the most for one; end one of them");
  EXPECT_REFUSED(Reflect(kViewer), RESOURCE_EXHAUSTED, "TOO_MANY_WATCHERS");
  EXPECT_EQ(Audits("grpc.health.v1.Health/Watch"), 1u);
  EXPECT_EQ(Audits("grpc.reflection.v1.ServerReflection/ServerReflectionInfo"), 1u);

  HealthStream of_another(channel_, "", kOtherViewer);
  EXPECT_EQ(of_another.Next(), health::HealthCheckResponse::SERVING);
  EXPECT_TRUE(Reflect(kOtherViewer).ok());
  streams.pop_back();
  EXPECT_TRUE(Eventually([&] { return Reflect(kViewer).ok(); })) << "a place is given back";
}

TEST_F(BuiltinStreams, OfHealthTellWhatChanges) {
  HealthStream ready(channel_, "pigeonhub.v1.Ready", kViewer);
  // The health service may hear a little later that the hub has started.
  int status = ready.Next();
  if (status == health::HealthCheckResponse::NOT_SERVING) status = ready.Next();
  EXPECT_EQ(status, health::HealthCheckResponse::SERVING);
  Join(1, "a");
  ASSERT_TRUE(hub().Drain(std::chrono::hours(1)).ok());
  EXPECT_EQ(ready.Next(), health::HealthCheckResponse::NOT_SERVING);
  ASSERT_TRUE(hub().Undrain().ok());
  EXPECT_EQ(ready.Next(), health::HealthCheckResponse::SERVING);
  HealthStream unknown(channel_, "no.such.Service", kViewer);
  EXPECT_EQ(unknown.Next(), health::HealthCheckResponse::SERVICE_UNKNOWN);
  HealthStream long_name(channel_, std::string(129, 'x'), kViewer);
  EXPECT_EQ(long_name.Next(), -1);
  EXPECT_EQ(long_name.Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  StopControl();
  EXPECT_EQ(ready.Next(), -1);
  EXPECT_EQ(ready.Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace pigeonhub
