// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstdint>

#include "server/core/mesh/stream_numbers.h"
#include "server/core/mesh_message.h"

namespace pigeonhub {

// Tells what a process says from what somebody plays again. The streams of a process only grow, and
// within one of them so do the streams of ours that it acknowledges. So nobody who kept its frames
// can make a conversation start over. What comes twice within a stream, Conversation knows by seq.
class StreamsHeard {
 public:
  // False for what is older than what was heard before. A stream that the other hub acknowledges
  // and that is none of `ours` was said by a process before this one.
  bool Accept(const mesh::Body& body, const StreamNumbers& ours) {
    const uint64_t acked = ours.IsOurs(body.ack_stream) ? body.ack_stream : 0;
    if (body.stream < stream_ || (body.stream == stream_ && acked < acked_)) return false;
    stream_ = body.stream;
    acked_ = acked;
    return true;
  }

 private:
  uint64_t stream_ = 0;
  uint64_t acked_ = 0;
};

}  // namespace pigeonhub
