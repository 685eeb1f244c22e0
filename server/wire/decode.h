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
// The decoder validates the whole text, so that this hub never passes malformed text on. It reads
// only the envelope, and hands `data` on as it stood. Lone surrogates and more than 1000 levels are
// not JSON to this hub. If a key of the envelope stands there twice the last one wins, as in
// JSON.parse. Keys may be escaped.
//
// A decoder keeps its buffers between messages, except the large ones. Each I/O loop has one; it is
// not thread-safe. The result points into the buffers and into `frame`, and is valid until the next
// Decode.
class Decoder {
 public:
  Decoder();
  ~Decoder();

  // kInvalidMessage for what the reference server ignores in silence: text that is not JSON, an
  // empty frame, `null`, a peer-discovered without data.peerId or networkName; and for a
  // networkName that is a truthy non-string, where the message uses one.
  using Result = std::variant<inbound::Message, Reason>;

  // A frame whose capacity is this much beyond its size is not copied.
  static constexpr size_t kSpareCapacity = 64;

  // Takes the frame's bytes over; a signal's payload keeps them alive for as long as it is needed.
  Result Decode(std::string&& frame);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pigeonhub::wire
