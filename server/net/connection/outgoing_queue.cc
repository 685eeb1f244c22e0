// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/outgoing_queue.h"

namespace pigeonhub::net {

void OutgoingQueue::Append(std::string_view header, std::string_view payload) {
  const size_t size = header.size() + payload.size();
  const bool fits = !chunks_.empty() && chunks_.back().size() + size <= kChunkSize;
  // The first chunk does not grow once its writing began, so that what DropUnstarted keeps is
  // bounded.
  const bool begun = chunks_.size() == 1 && written_ > 0;
  if (!fits || begun) chunks_.emplace_back().reserve(size);
  chunks_.back().append(header).append(payload);
  bytes_ += size;
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

void OutgoingQueue::Clear() {
  chunks_.clear();
  written_ = 0;
  bytes_ = 0;
}

}  // namespace pigeonhub::net
