// SPDX-License-Identifier: Apache-2.0
//
// Answers about whether signaling runs, for the services that start and stop it.
#pragma once

#include <string_view>

#include "control/call/rpc_error.h"
#include "pigeonhub/hub_server.h"

namespace pigeonhub {

// Starts the data plane, or looks whether it could; the answer when it cannot.
grpc::Status StartSignaling(HubServer& hub, Mode mode = Mode::kDo);

// FAILED_PRECONDITION: not while signaling runs, or not while it is stopped.
RpcError SignalingRuns(std::string_view subject, std::string_view what_to_do);
RpcError SignalingStopped(std::string_view subject, std::string_view what_to_do);

}  // namespace pigeonhub
