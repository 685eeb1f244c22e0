// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace pigeonhub {

// From now on each gRPC server of this process also serves grpc.reflection.v1. Debian 12's gRPC has
// v1alpha only, but today's clients ask for version 1. Called once.
void AddReflectionV1();

}  // namespace pigeonhub
