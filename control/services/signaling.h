// SPDX-License-Identifier: Apache-2.0
//
// Answers about whether signaling runs, for the services that start and stop it.
#pragma once

#include <string_view>

#include "control/call/rpc_error.h"
#include "pigeonhub/hub_server.h"

namespace pigeonhub {

// What a call answers when HubServer::Start failed.
RpcError StartFailed(const absl::Status& status);

// FAILED_PRECONDITION: not while signaling runs, or not while it is stopped.
RpcError SignalingRuns(std::string_view subject, std::string_view what_to_do);
RpcError SignalingStopped(std::string_view subject, std::string_view what_to_do);

}  // namespace pigeonhub
