// SPDX-License-Identifier: Apache-2.0

#include "control/call/rpc_error.h"

#include <grpcpp/support/status.h>
#include <gtest/gtest.h>

#include <chrono>

namespace pigeonhub {
namespace {

TEST(RpcErrors, CarryEverythingThatAProgramCouldAskFor) {
  const grpc::Status status =
      RpcError(grpc::StatusCode::FAILED_PRECONDITION, v1::REASON_SIGNALING_RUNNING, "not now")
          .With("key", "value")
          .Field("field", "wrong")
          .Unless("subject", "do this")
          .RetryAfter(std::chrono::milliseconds(1500));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(status.error_message(), "not now");
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), 9);
  ASSERT_EQ(details.details_size(), 4);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(details.details(0).UnpackTo(&info));
  EXPECT_EQ(details.details(0).type_url(), "type.googleapis.com/google.rpc.ErrorInfo");
  EXPECT_EQ(info.reason(), "SIGNALING_RUNNING");
  EXPECT_EQ(info.metadata().at("key"), "value");
  google::rpc::RetryInfo retry;
  ASSERT_TRUE(details.details(3).UnpackTo(&retry));
  EXPECT_EQ(retry.retry_delay().seconds(), 1);
  EXPECT_EQ(retry.retry_delay().nanos(), 500'000'000);
}

TEST(RpcErrors, NameCodesAsGrpcDoes) {
  EXPECT_EQ(CodeName(grpc::StatusCode::OK), "OK");
  EXPECT_EQ(CodeName(grpc::StatusCode::NOT_FOUND), "NOT_FOUND");
  EXPECT_EQ(CodeName(grpc::StatusCode::UNAUTHENTICATED), "UNAUTHENTICATED");
  EXPECT_EQ(CodeName(99), "UNKNOWN");
}

}  // namespace
}  // namespace pigeonhub
