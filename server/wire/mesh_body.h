// SPDX-License-Identifier: Apache-2.0
//
// Internal to server/wire.
#pragma once

#include <string_view>

#include "server/base/json_writer.h"
#include "server/core/mesh_message.h"

namespace pigeonhub::wire {

// What a signal is called on the wire.
std::string_view TypeName(SignalType type);

// `data` of a frame from hub to hub.
void WriteBody(const mesh::Body& body, JsonWriter& json);

}  // namespace pigeonhub::wire
