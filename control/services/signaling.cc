// SPDX-License-Identifier: Apache-2.0

#include "control/services/signaling.h"

#include <grpcpp/support/status.h>

namespace pigeonhub {
namespace {

RpcError Precondition(v1::Reason reason, std::string_view state, std::string_view subject,
                      std::string_view what_to_do) {
  RpcError error(grpc::StatusCode::FAILED_PRECONDITION, reason,
                 std::string(state) + "; " + std::string(what_to_do));
  error.Unless(std::string(subject), std::string(what_to_do));
  return error;
}

}  // namespace

RpcError StartFailed(const absl::Status& status) {
  if (absl::IsFailedPrecondition(status)) {
    return SignalingRuns("signaling", "there is nothing to start");
  }
  const bool taken = absl::IsAlreadyExists(status);
  return {grpc::StatusCode::UNAVAILABLE,
          taken ? v1::REASON_PORT_TAKEN : v1::REASON_INTERNAL_ERROR,
          {status.message().data(), status.message().size()}};
}

RpcError SignalingRuns(std::string_view subject, std::string_view what_to_do) {
  return Precondition(v1::REASON_SIGNALING_RUNNING, "signaling runs", subject, what_to_do);
}

RpcError SignalingStopped(std::string_view subject, std::string_view what_to_do) {
  return Precondition(v1::REASON_SIGNALING_STOPPED, "signaling is stopped", subject, what_to_do);
}

}  // namespace pigeonhub
