// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/sender_shares.h"

namespace pigeonhub::net {

bool SenderShares::Admits(uint64_t sender, size_t bytes) const {
  size_t waiting = 0;
  for (const Frame& frame : frames_) {
    if (frame.sender == sender) waiting += frame.bytes;
  }
  return waiting == 0 || waiting + bytes <= kShare;
}

void SenderShares::Add(uint64_t sender, size_t bytes, size_t queued) {
  frames_.push_back({sender, bytes, left_ + queued});
  bytes_ += bytes;
}

void SenderShares::Remove(size_t bytes) {
  left_ += bytes;
  auto frame = frames_.begin();
  for (; frame != frames_.end() && frame->end <= left_; ++frame) bytes_ -= frame->bytes;
  if (frame == frames_.end()) return Clear();
  frames_.erase(frames_.begin(), frame);
}

void SenderShares::Clear() {
  frames_.clear();
  frames_.shrink_to_fit();  // a long queue took much
  bytes_ = 0;
}

}  // namespace pigeonhub::net
