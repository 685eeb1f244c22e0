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

// Why a call is refused. People get a status code and one line. Programs get google.rpc.Status in
// the trailer grpc-status-details-bin: an ErrorInfo (domain "pigeonhub", reason one of v1::Reason
// without its prefix) and, if there is more to say, BadRequest, PreconditionFailure or RetryInfo.
class RpcError {
 public:
  // `code` is one of grpc::StatusCode's. The message says what is wrong and what to do.
  RpcError(int code, v1::Reason reason, std::string message);

  // Adds a key and its value to the ErrorInfo.
  RpcError& With(const std::string& key, std::string value);
  // Adds the path of a field of the request, and what is wrong with the field.
  RpcError& Field(std::string field, std::string description);
  // Adds a condition that is not met: what it is about, and what the caller has to do.
  RpcError& Unless(std::string subject, std::string description);
  RpcError& RetryAfter(Duration delay);

  operator grpc::Status() const;  // NOLINT: services return it as a status

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
