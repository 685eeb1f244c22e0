// SPDX-License-Identifier: Apache-2.0

#pragma once

namespace pigeonhub {

// From now on each gRPC server of this process also serves grpc.reflection.v1, as it does v1alpha,
// which is all that this gRPC brings: what is asked today is version 1. Called once.
void AddReflectionV1();

}  // namespace pigeonhub
