// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace grpc {
class ServerBuilder;
}  // namespace grpc

namespace pigeonhub {

struct ControlPlane;

// Lets only viewers see channelz, which gRPC serves by itself and which shows who is connected.
// Health and reflection tell nothing about anybody and stay open: probes carry no token.
void GuardBuiltins(grpc::ServerBuilder& builder, const ControlPlane& plane);

}  // namespace pigeonhub
