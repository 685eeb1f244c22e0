// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/outgoing_queue.h"

#include <algorithm>
#include <utility>

namespace pigeonhub::net {

void OutgoingQueue::Append(std::string_view header, std::string_view payload) {
  const size_t size = header.size() + payload.size();
  // The first chunk does not grow once its writing began, so that what DropUnstarted keeps is
  // bounded.
  const bool begun = chunks_.size() == 1 && written_ > 0;
  if (chunks_.empty() || begun || RoomIn(chunks_.back()) < size) {
    // As large as all that waits: so there are few chunks, and none of them is much too large.
    const size_t room = std::max(size, std::min(bytes_, kChunkSize));
    if (chunks_.empty()) {
      chunks_.push_back(spare_.Take(room));
    } else {
      chunks_.emplace_back().reserve(room);
    }
  }
  chunks_.back().append(header).append(payload);
  bytes_ += size;
}

// Large chunks do not grow: that would copy them, and leave holes of every size in the memory.
size_t OutgoingQueue::RoomIn(const std::string& chunk) {
  constexpr size_t kGrowsTo = size_t{4} * 1024;
  return std::max(chunk.capacity(), kGrowsTo) - chunk.size();
}

std::string_view OutgoingQueue::front() const {
  return chunks_.empty() ? std::string_view() : std::string_view(chunks_.front()).substr(written_);
}

void OutgoingQueue::Consume(size_t bytes) {
  written_ += bytes;
  bytes_ -= bytes;
  if (bytes_ == 0) {
    Clear();
  } else if (written_ == chunks_.front().size()) {
    chunks_.erase(chunks_.begin());
    written_ = 0;
  }
}

void OutgoingQueue::DropUnstarted() {
  if (written_ == 0) return Clear();
  chunks_.resize(1);
  bytes_ = chunks_.front().size() - written_;
}

size_t OutgoingQueue::capacity() const {
  size_t sum = 0;
  for (const std::string& chunk : chunks_) sum += chunk.capacity();
  return sum;
}

void OutgoingQueue::Fit() {
  if (chunks_.empty() || chunks_.front().capacity() <= 2 * chunks_.front().size()) return;
  std::string fitting = chunks_.front();
  chunks_.front().swap(fitting);
  spare_.Give(std::move(fitting));
}

void OutgoingQueue::Clear() {
  for (std::string& chunk : chunks_) spare_.Give(std::move(chunk));
  chunks_.clear();
  written_ = 0;
  bytes_ = 0;
}

}  // namespace pigeonhub::net
