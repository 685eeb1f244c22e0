// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "pigeonhub/v1/common.pb.h"
#include "server/core/time.h"

namespace grpc {
class Status;
}  // namespace grpc

namespace pigeonhub {

// Why a call is refused, in every form in which somebody may want it: a status code and one line
// for people, and for programs google.rpc.Status in the trailer grpc-status-details-bin with an
// ErrorInfo (domain "pigeonhub", reason one of v1::Reason without its prefix) and, where there is
// more to say, BadRequest, PreconditionFailure or RetryInfo.
class RpcError {
 public:
  // `code` is one of grpc::StatusCode's. The message says what is wrong and what to do.
  RpcError(int code, v1::Reason reason, std::string message);

  // A particular of ErrorInfo.
  RpcError& With(const std::string& key, std::string value);
  // A field of the request, as its path, and what is wrong with it.
  RpcError& Field(std::string field, std::string description);
  // What stands in the way, what it is about, what to do.
  RpcError& Unless(std::string subject, std::string description);
  RpcError& RetryAfter(Duration delay);

  operator grpc::Status() const;  // NOLINT: a refusal is a status, told in full

 private:
  google::rpc::Status status_;
  google::rpc::ErrorInfo info_;
  google::rpc::BadRequest bad_request_;
  google::rpc::PreconditionFailure precondition_;
  google::rpc::RetryInfo retry_;
};

// INVALID_ARGUMENT for one field.
RpcError InvalidField(std::string_view field, std::string_view description);

// "PEER_NOT_FOUND" for REASON_PEER_NOT_FOUND.
std::string ReasonWord(v1::Reason reason);

// "NOT_FOUND" for 5, as audit events name outcomes.
std::string_view CodeName(int code);

}  // namespace pigeonhub
