// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

namespace grpc::experimental {
class ServerInterceptorFactoryInterface;
}  // namespace grpc::experimental

namespace pigeonhub {

struct ControlPlane;

// Lets only viewers see what gRPC serves by itself: channelz, which shows who is connected.
// `plane` outlives the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeBuiltinGuard(
    const ControlPlane& plane);

}  // namespace pigeonhub
