// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <grpcpp/support/server_callback.h>

#include "control/call/control_plane.h"
#include "pigeonhub/v1/server_service.pb.h"

namespace pigeonhub {

// Answers a Drain that means another hub, or all. It leaves one audit event here, as soon as the
// first hub says that it began, or when it is certain that none did.
grpc::ServerWriteReactor<v1::DrainResponse>* DrainElsewhere(
    ControlPlane& plane, const grpc::CallbackServerContext& context,
    const v1::DrainRequest& request);

}  // namespace pigeonhub
