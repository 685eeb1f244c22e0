// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"

namespace pigeonhub::net {

// Whose signals wait in the queue of one receiver. Each sender has a share, so that none of them
// can fill the queue of a receiver that reads slowly.
class SenderShares {
 public:
  // What may wait of one sender, in bytes. A single frame may be larger.
  static constexpr size_t kShare = size_t{64} * 1024;

  // Whether another frame of `sender` may wait: nothing of it waits, or both fit in its share.
  bool Admits(uint64_t sender, size_t bytes) const;
  // A frame of `sender` was queued. `queued` bytes wait now, this frame and those of everybody
  // else included.
  void Add(uint64_t sender, size_t bytes, size_t queued);
  // So many bytes have left the queue, whoever they were of.
  void Remove(size_t bytes);
  void Clear();

  // What waits of all senders.
  size_t bytes() const { return bytes_; }

 private:
  struct Frame {
    uint64_t sender = 0;
    size_t bytes = 0;
    uint64_t end = 0;  // how many bytes will have left the queue when this frame has
  };

  // Mostly the queue is empty again before the next signal comes.
  absl::InlinedVector<Frame, 1> frames_;  // in the order of the queue
  uint64_t left_ = 0;
  size_t bytes_ = 0;
};

}  // namespace pigeonhub::net
