// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "server/net/connection/spare_chunks.h"

namespace pigeonhub::net {

// The bytes that wait to be written to one peer, in chunks of whole frames. So many small frames
// leave in one write, memory is given back as bytes leave, and the rest can be forgotten without
// cutting a frame in two. An empty queue holds no buffer: it takes its first from the spare ones,
// and gives them all back.
class OutgoingQueue {
 public:
  // Small enough that progress is seen while a slow peer reads a long queue.
  static constexpr size_t kChunkSize = size_t{64} * 1024;

  // `spare` outlives the queue.
  explicit OutgoingQueue(SpareChunks& spare) : spare_(spare) {}

  // One frame in two pieces, its header and its payload; `payload` may be empty.
  void Append(std::string_view header, std::string_view payload = {});

  // What to write next; at most a chunk, or one frame if that is longer.
  std::string_view front() const;
  void Consume(size_t bytes);

  // Forgets every frame of which nothing was written yet, except those that share a chunk with one
  // that was begun.
  void DropUnstarted();
  void Clear();
  // What waits will wait longer: its first chunk shall take no more memory than it needs.
  void Fit();

  size_t bytes() const { return bytes_; }
  bool empty() const { return bytes_ == 0; }
  // What the chunks take of the memory, in bytes.
  size_t capacity() const;

 private:
  static size_t RoomIn(const std::string& chunk);

  SpareChunks& spare_;
  std::vector<std::string> chunks_;
  size_t written_ = 0;  // of the first chunk
  size_t bytes_ = 0;
};

}  // namespace pigeonhub::net
