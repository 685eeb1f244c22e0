// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace grpc {
class ServerBuilder;
}  // namespace grpc

namespace pigeonhub {

struct ControlPlane;

// The server that is built serves reflection to viewers: version 1, for which today's clients ask,
// and v1alpha, whose messages are the same. gRPC's own service has v1alpha only, knows no callers,
// and gives each stream a thread. `plane` outlives the server.
void AddReflection(grpc::ServerBuilder& builder, ControlPlane& plane);

}  // namespace pigeonhub
