// SPDX-License-Identifier: Apache-2.0
//
// The errors of calls that need signaling to run, or to be stopped.
#pragma once

#include <string_view>

#include "control/call/rpc_error.h"
#include "pigeonhub/hub_server.h"

namespace pigeonhub {

// The error of a call when HubServer::Start failed.
RpcError StartFailed(const absl::Status& status);

// FAILED_PRECONDITION. SignalingRuns is for a call that needs signaling to be stopped,
// SignalingStopped for one that needs it to run.
RpcError SignalingRuns(std::string_view subject, std::string_view what_to_do);
RpcError SignalingStopped(std::string_view subject, std::string_view what_to_do);

}  // namespace pigeonhub
