// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <memory>

namespace grpc::experimental {
class ServerInterceptorFactoryInterface;
}  // namespace grpc::experimental

namespace pigeonhub {

struct ControlPlane;

// Lets only viewers see channelz, which gRPC serves by itself and which shows who is connected.
// Health and reflection tell nothing about anybody and stay open: probes carry no token.
// `plane` outlives the server.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeBuiltinGuard(
    const ControlPlane& plane);

}  // namespace pigeonhub
