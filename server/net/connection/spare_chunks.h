// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace pigeonhub::net {

// Buffers that the queues of one loop have emptied, for the frames of the next turn. Most queues
// hold something for less than a turn, and buffers of this size are what an allocator is slow with.
//
// Keeps at most kMost * kLargest bytes. Lives on one loop's thread.
class SpareChunks {
 public:
  static constexpr size_t kLargest = size_t{4} * 1024;
  static constexpr size_t kMost = 64;

  // An empty chunk with room for `size` bytes, or more.
  std::string Take(size_t size) {
    std::string chunk;
    if (size <= kLargest && !chunks_.empty()) {
      chunk = std::move(chunks_.back());
      chunks_.pop_back();
    }
    chunk.reserve(size);
    return chunk;
  }

  // A larger one goes back to the allocator.
  void Give(std::string&& chunk) {
    if (chunk.capacity() > kLargest || chunks_.size() == kMost) return;
    chunk.clear();
    chunks_.push_back(std::move(chunk));
  }

  size_t count() const { return chunks_.size(); }

 private:
  std::vector<std::string> chunks_;  // the warmest one is the last
};

}  // namespace pigeonhub::net
