// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "cli/probe/stream.h"
#include "server/base/websocket_url.h"

namespace pigeonhub::cli {

// A step of the check, and its result.
struct HandshakeStep {
  std::string name;
  std::chrono::nanoseconds took{};
  absl::Status status;
};

struct HandshakePlan {
  WebSocketUrl first;   // where one peer connects
  WebSocketUrl second;  // where the other peer connects: to the same hub or another
  Entry entry;          // to both
  std::string first_peer_id;
  std::string second_peer_id;
  std::string namespace_;
  std::chrono::nanoseconds step_timeout{};
};

// Does what two browsers do before they talk directly: they connect, announce, discover each other,
// and exchange an offer, an answer and three candidates each way. Then one says goodbye, and the
// other hears of it. The check ends with the first step that fails.
std::vector<HandshakeStep> RunHandshake(const HandshakePlan& plan);

}  // namespace pigeonhub::cli
