// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <variant>

#include "server/core/mesh_message.h"
#include "server/core/reason.h"

namespace pigeonhub::wire {

// Turns one WebSocket message of a client into what it asks for.
//
// The whole text is validated, so that nothing malformed is ever passed on; only the envelope is
// read, and `data` is handed on as it stood. What simdjson refuses is not JSON to us (lone
// surrogates, numbers beyond a double, more than 1000 levels). Where an envelope key stands twice
// the last one wins, as in JSON.parse; keys may be escaped.
//
// A decoder keeps its buffers between messages, except the large ones: one per I/O loop, not
// thread-safe. What it returns points into them and into `frame`, and is valid until the next
// Decode.
class Decoder {
 public:
  Decoder();
  ~Decoder();

  // kInvalidMessage for what the reference ignores in silence: text that is not JSON, an empty
  // frame, `null`, a peer-discovered without data.peerId or networkName; and for a networkName that
  // is a truthy non-string, where the message uses one.
  using Result = std::variant<inbound::Message, Reason>;

  // A frame whose capacity is this much beyond its size is not copied.
  static constexpr size_t kSpareCapacity = 64;

  // Takes the frame's bytes over; a signal's payload keeps them alive for as long as it is needed.
  Result Decode(std::string&& frame);

 private:
  struct Parsers;
  std::unique_ptr<Parsers> parsers_;
};

}  // namespace pigeonhub::wire
