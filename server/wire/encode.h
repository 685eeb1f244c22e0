// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>

#include "server/core/mesh_message.h"
#include "server/core/time.h"

namespace pigeonhub::wire {

// One outbound message as JSON text. Field order and spelling follow the reference.
//
// With `receiver` empty (a broadcast) an addressed message is a template: `hole` is where the 40
// digits of targetPeerId have to be written for each receiver.
struct Encoded {
  static constexpr size_t kNoHole = static_cast<size_t>(-1);
  std::string text;
  size_t hole = kNoHole;
};

Encoded Encode(const outbound::Message& message, UnixMillis timestamp);

// The same, appended to `out` and addressed to `receiver`.
void EncodeTo(const outbound::Message& message, UnixMillis timestamp, const PeerId& receiver,
              std::string& out);

}  // namespace pigeonhub::wire
