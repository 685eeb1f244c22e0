// SPDX-License-Identifier: Apache-2.0

#include "control/services/named_hubs.h"

#include <grpcpp/support/status.h>

namespace pigeonhub {

RpcError InQuarantine(const std::string& what, const std::string& subject) {
  return RpcError(grpc::StatusCode::FAILED_PRECONDITION, v1::REASON_HUB_QUARANTINED,
                  what + " is in quarantine; release it first")
      .Unless(subject, "release it first");
}

RpcError NoRoom(const absl::Status& status) {
  const auto why = status.message();
  return {
      grpc::StatusCode::RESOURCE_EXHAUSTED, v1::REASON_HUB_REGISTRY_FULL, {why.data(), why.size()}};
}

}  // namespace pigeonhub
