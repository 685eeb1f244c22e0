// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

namespace grpc::experimental {
class ServerInterceptorFactoryInterface;
}  // namespace grpc::experimental

namespace pigeonhub {

struct ControlPlane;

// Lets only viewers see what gRPC serves by itself: channelz shows who is connected, health whether
// this hub drains, and reflection what there is to try. Probes without a credential have /livez and
// /readyz over HTTP.
// `plane` outlives the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeBuiltinGuard(
    const ControlPlane& plane);

}  // namespace pigeonhub
