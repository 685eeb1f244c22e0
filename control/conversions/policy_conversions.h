// SPDX-License-Identifier: Apache-2.0
//
// Policies of namespaces as messages of the control API, and back.
#pragma once

#include "absl/status/statusor.h"
#include "pigeonhub/namespace_policy.h"
#include "pigeonhub/v1/namespace_service.pb.h"

namespace pigeonhub {

v1::NamedPolicy ToProto(const PolicyRecord& record);
v1::PolicyInForce ToProto(const PolicyInForce& in_force);
v1::EvictedPeer ToProto(const EvictedPeer& evicted);

// INVALID_ARGUMENT, as CheckPolicy says it, for what no policy can say.
absl::StatusOr<NamespacePolicy> FromProto(const v1::NamespacePolicy& proto);

}  // namespace pigeonhub
