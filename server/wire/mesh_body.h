// SPDX-License-Identifier: Apache-2.0
//
// Internal to server/wire.
#pragma once

#include <string>
#include <string_view>

#include "server/core/mesh_message.h"

namespace pigeonhub::wire {

// What a signal is called on the wire.
std::string_view TypeName(SignalType type);

// `data` of a frame from hub to hub.
void AppendBody(const mesh::Body& body, std::string& out);

}  // namespace pigeonhub::wire
