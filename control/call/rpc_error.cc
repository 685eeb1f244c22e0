// SPDX-License-Identifier: Apache-2.0

#include "control/call/rpc_error.h"

#include <google/protobuf/util/time_util.h>
#include <grpcpp/support/status.h>

#include <iterator>
#include <utility>

namespace pigeonhub {
namespace {

constexpr std::string_view kDomain = "pigeonhub";
constexpr std::string_view kReasonPrefix = "REASON_";

constexpr std::string_view kCodeNames[] = {
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
};

}  // namespace

RpcError::RpcError(int code, v1::Reason reason, std::string message) {
  status_.set_code(code);
  status_.set_message(std::move(message));
  info_.set_reason(ReasonWord(reason));
  info_.set_domain(kDomain.data(), kDomain.size());
}

RpcError& RpcError::With(const std::string& key, std::string value) {
  (*info_.mutable_metadata())[key] = std::move(value);
  return *this;
}

RpcError& RpcError::Field(std::string field, std::string description) {
  auto* violation = bad_request_.add_field_violations();
  violation->set_field(std::move(field));
  violation->set_description(std::move(description));
  return *this;
}

RpcError& RpcError::Unless(std::string subject, std::string description) {
  auto* violation = precondition_.add_violations();
  violation->set_type(info_.reason());
  violation->set_subject(std::move(subject));
  violation->set_description(std::move(description));
  return *this;
}

RpcError& RpcError::RetryAfter(Duration delay) {
  using google::protobuf::util::TimeUtil;
  *retry_.mutable_retry_delay() = TimeUtil::NanosecondsToDuration(delay.count());
  return *this;
}

RpcError::operator grpc::Status() const {
  google::rpc::Status status = status_;
  status.add_details()->PackFrom(info_);
  if (bad_request_.field_violations_size() > 0) status.add_details()->PackFrom(bad_request_);
  if (precondition_.violations_size() > 0) status.add_details()->PackFrom(precondition_);
  if (retry_.has_retry_delay()) status.add_details()->PackFrom(retry_);
  return {static_cast<grpc::StatusCode>(status.code()), status.message(),
          status.SerializeAsString()};
}

RpcError InvalidField(std::string_view field, std::string_view description) {
  RpcError error(grpc::StatusCode::INVALID_ARGUMENT, v1::REASON_INVALID_REQUEST,
                 std::string(field) + ' ' + std::string(description));
  error.Field(std::string(field), std::string(description));
  return error;
}

std::string ReasonWord(v1::Reason reason) {
  return v1::Reason_Name(reason).substr(kReasonPrefix.size());
}

std::string_view CodeName(int code) {
  const auto index = static_cast<size_t>(code);
  return index < std::size(kCodeNames) ? kCodeNames[index] : kCodeNames[grpc::StatusCode::UNKNOWN];
}

}  // namespace pigeonhub
