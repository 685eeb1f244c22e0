// SPDX-License-Identifier: Apache-2.0

#include "server/net/connection/writer.h"

#include <utility>

namespace pigeonhub::net {

Writer::~Writer() {
  const size_t before = queue_.bytes();
  queue_.Clear();
  Count(before);
}

void Writer::Append(std::string_view header, std::string_view payload, SteadyTime now) {
  const size_t before = queue_.bytes();
  if (before == 0) progress_at_ = now;
  queue_.Append(header, payload);
  Count(before);
}

bool Writer::Flush(SteadyTime now) {
  const size_t before = queue_.bytes();
  Socket::Status status = Socket::Status::kMoved;
  while (!queue_.empty() && status == Socket::Status::kMoved) {
    const Socket::Transfer written = socket_.Write(queue_.front());
    status = written.status;
    if (status != Socket::Status::kMoved) break;
    queue_.Consume(written.bytes);
    progress_at_ = now;
  }
  const bool lost = status == Socket::Status::kFailed;
  if (lost) {
    queue_.Clear();
    shares_.Clear();
  } else if (status == Socket::Status::kBlocked) {
    queue_.Fit();
    if (!std::exchange(blocked_, true)) socket_.AwaitWritable();
  }
  if (!lost) shares_.Remove(before - queue_.bytes());
  Count(before);
  return !lost;
}

void Writer::DropUnstarted() {
  const size_t before = queue_.bytes();
  queue_.DropUnstarted();
  shares_.Clear();
  Count(before);
}

void Writer::ShutdownSend() {
  if (!std::exchange(send_shut_, true)) socket_.ShutdownSend();
}

void Writer::Count(size_t before) {
  queued_bytes_.store(queued_bytes_.load(std::memory_order_relaxed) + queue_.bytes() - before,
                      std::memory_order_relaxed);
}

}  // namespace pigeonhub::net
