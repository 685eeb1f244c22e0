// SPDX-License-Identifier: Apache-2.0

#pragma once

#include "control/call/call.h"
#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub {

// Looks for what is wrong with this hub: by what it answers to the caller, and, but for callers who
// ask all hubs for it, by what the other hubs say of themselves within 3 s. Fills the response, and
// then calls `on_answered` once, on any thread; no thread waits.
void Diagnose(ControlPlane& plane, const Principal& caller, v1::DiagnoseResponse& response,
              OnAnswered on_answered);

}  // namespace pigeonhub
