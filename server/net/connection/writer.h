// SPDX-License-Identifier: Apache-2.0

#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "server/core/time.h"
#include "server/net/connection/outgoing_queue.h"
#include "server/net/connection/sender_shares.h"
#include "server/net/reactor/socket.h"

namespace pigeonhub::net {

// The way out of one connection: the frames that wait, and a socket that takes them when it can.
//
// Lives on one loop's thread.
class Writer {
 public:
  // All outlive the writer. It adds what waits here to `queued_bytes`, the sum of the loop. Only
  // this thread writes the sum.
  Writer(Socket& socket, std::atomic<uint64_t>& queued_bytes, SpareChunks& spare_chunks)
      : socket_(socket), queued_bytes_(queued_bytes), queue_(spare_chunks) {}
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // One frame in two pieces; `payload` may be empty. It waits for Flush.
  void Append(std::string_view header, std::string_view payload, SteadyTime now);

  // The last `bytes` that were appended are a signal of this sender.
  void Attribute(uint64_t sender, size_t bytes) { shares_.Add(sender, bytes, queue_.bytes()); }

  // Writes as much as the socket takes, and awaits the socket if that was not all. False: the
  // connection is lost, and nothing waits any more.
  bool Flush(SteadyTime now);
  // The socket can be written again.
  void OnWritable() { blocked_ = false; }

  // Forgets the frames of which nothing was written yet (see OutgoingQueue).
  void DropUnstarted();
  // Tells the peer that no more comes. Only the first call does something.
  void ShutdownSend();

  size_t bytes() const { return queue_.bytes(); }
  bool empty() const { return queue_.empty(); }
  // What the operating system knows of the connection.
  Socket::Line line() const { return socket_.line(); }
  // Whose signals are among them.
  const SenderShares& shares() const { return shares_; }
  // Whether the socket took less than it was offered, and is awaited.
  bool blocked() const { return blocked_; }
  // When bytes last left, or began to wait.
  SteadyTime progress_at() const { return progress_at_; }

 private:
  void Count(size_t before);

  Socket& socket_;
  std::atomic<uint64_t>& queued_bytes_;
  OutgoingQueue queue_;
  SenderShares shares_;
  SteadyTime progress_at_;
  bool blocked_ = false;
  bool send_shut_ = false;
};

}  // namespace pigeonhub::net
