// SPDX-License-Identifier: Apache-2.0
//
// Steps of handshakes as messages of the control API.
#pragma once

#include "pigeonhub/handshake.h"
#include "pigeonhub/v1/trace_service.pb.h"

namespace pigeonhub {

v1::HandshakeStep ToProto(const HandshakeStep& step);
v1::HandshakeHub ToProto(const HandshakeHub& hub);

}  // namespace pigeonhub
