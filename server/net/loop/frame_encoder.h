// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <string>
#include <string_view>

#include "server/core/effect.h"
#include "server/core/ids.h"
#include "server/wire/encode.h"

namespace pigeonhub::net {

// Makes the WebSocket frames of the messages that the core sends.
//
// Not thread-safe; each loop has one.
class FrameEncoder {
 public:
  // An unmasked frame in its two parts. Valid until the next call.
  struct Frame {
    std::string_view header;
    std::string_view payload;
  };

  Frame Encode(const Send& send, const PeerId& receiver);

  // Begins a message to many. It is encoded once, and FrameFor writes the id of each receiver into
  // the one place where the copies differ.
  void Begin(const Broadcast& broadcast);
  Frame FrameFor(const PeerId& receiver);

 private:
  void MakeHeader(size_t payload_size);

  std::string header_;
  std::string payload_;               // of a Send
  wire::TimestampText timestamp_{0};  // of the last Send
  wire::Encoded broadcast_;           // of a Broadcast
};

}  // namespace pigeonhub::net
