// SPDX-License-Identifier: Apache-2.0
//
// Why an operator cannot name a hub, for the services in which hubs are named by id or by address.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "control/call/rpc_error.h"

namespace pigeonhub {

// FAILED_PRECONDITION: `what` is in quarantine; `subject` names it for programs.
RpcError InQuarantine(const std::string& what, const std::string& subject);

// RESOURCE_EXHAUSTED: operators named as many as this hub keeps; `status` says what to do.
RpcError NoRoom(const absl::Status& status);

}  // namespace pigeonhub
