// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace pigeonhub::cli {

// How a call failed.
struct RpcFailure {
  int code = 0;         // one of gRPC's, not OK
  std::string message;  // the server's, or gRPC's own
  std::string details;  // the trailer grpc-status-details-bin, maybe empty
  std::string_view method;
  std::string_view address;
};

// The failure of a call that reached a server, in one sentence: what went wrong, its reason, and
// what to do next. The hub's own words are in it unchanged.
absl::Status Explain(const RpcFailure& failure);

// Whether a message of gRPC says that what answered speaks HTTP/2 and no gRPC.
bool IsHttpAnswer(std::string_view message);

// "NOT_FOUND" for 5.
std::string CodeName(int code);

}  // namespace pigeonhub::cli
