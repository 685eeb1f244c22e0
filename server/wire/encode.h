// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>

#include "server/core/mesh_message.h"
#include "server/core/time.h"

namespace pigeonhub::wire {

// One outbound message as JSON text. The order and the spelling of the fields are those of the
// reference server.
//
// With `receiver` empty (a broadcast) an addressed message is a template: `hole` is where the 40
// digits of targetPeerId have to be written for each receiver.
struct Encoded {
  static constexpr size_t kNoHole = static_cast<size_t>(-1);
  std::string text;
  size_t hole = kNoHole;
};

Encoded Encode(const outbound::Message& message, UnixMillis timestamp);

// Appends the message as JSON text to `out`, addressed to `receiver`.
void EncodeTo(const outbound::Message& message, UnixMillis timestamp, const PeerId& receiver,
              std::string& out);

}  // namespace pigeonhub::wire
