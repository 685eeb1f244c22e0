// SPDX-License-Identifier: Apache-2.0
//
// What was found out about two peers, as messages of the control API, for the hub and pigeonctl
// alike.
#pragma once

#include "pigeonhub/findings.h"
#include "pigeonhub/v1/peer_service.pb.h"

namespace pigeonhub {

void ToProto(const Explanation& explanation, v1::ExplainPairResponse& response);

}  // namespace pigeonhub
